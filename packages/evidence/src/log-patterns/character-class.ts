/** What a character can be in a log line. Bits, so that a run of characters can be described by their union. */
export const LOWER = 1;
export const UPPER = 2;
export const DIGIT = 4;
export const UNDERSCORE = 8;
export const DOT = 16;
export const SLASH = 32;
/** Characters that hold a word together without being letters: `-`, `@`, `#`, `%`. */
export const JOINER = 64;
export const PUNCTUATION = 128;
/** Blanks and control characters. */
export const BLANK = 0;

export const LETTER = LOWER | UPPER;

const asciiClasses = createAsciiClasses();

function createAsciiClasses(): Uint8Array {
  const classes = new Uint8Array(128);
  for (let code = 33; code < 127; code++) classes[code] = PUNCTUATION;
  for (let code = 48; code <= 57; code++) classes[code] = DIGIT;
  for (let code = 65; code <= 90; code++) classes[code] = UPPER;
  for (let code = 97; code <= 122; code++) classes[code] = LOWER;
  for (const joiner of '-$@~+%#*^') classes[joiner.charCodeAt(0)] = JOINER;
  classes[95] = UNDERSCORE;
  classes[46] = DOT;
  classes[47] = SLASH;
  classes[92] = SLASH;
  return classes;
}

/** Beyond ASCII everything is a letter but blanks and the general, CJK and full-width punctuation blocks. */
function wideClass(code: number): number {
  if (code === 0xa0 || code === 0x3000 || code === 0xfeff || code === 0x2028 || code === 0x2029) return BLANK;
  if (code < 0xa0) return BLANK;
  if (code < 0xc0) return PUNCTUATION;
  if (code >= 0x2000 && code <= 0x200a) return BLANK;
  if (code >= 0x2010 && code <= 0x206f) return PUNCTUATION;
  if (code >= 0x3001 && code <= 0x303f) return PUNCTUATION;
  if (code >= 0xff01 && code <= 0xff0f) return PUNCTUATION;
  if (code >= 0xff1a && code <= 0xff20) return PUNCTUATION;
  if (code >= 0xff3b && code <= 0xff40) return PUNCTUATION;
  if (code >= 0xff5b && code <= 0xff65) return PUNCTUATION;
  if (code >= 0xff10 && code <= 0xff19) return DIGIT;
  return LOWER;
}

/** The class of one UTF-16 code unit; `NaN` (past the end of a text) is a blank. */
export function characterClass(code: number): number {
  return code < 128 ? (asciiClasses[code] ?? BLANK) : code >= 128 ? wideClass(code) : BLANK;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}
