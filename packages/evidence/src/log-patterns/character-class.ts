/** What one byte of UTF-8 can be in a log line. Bits, so that a run can be described by the union of its bytes. */
export const BLANK = 0;
const LOWER = 1;
export const UPPER = 2;
export const DIGIT = 4;
export const UNDERSCORE = 8;
export const DOT = 16;
export const SLASH = 32;
/** Characters that hold a word together without being letters: `-`, `@`, `#`, `%`. */
export const JOINER = 64;
export const PUNCTUATION = 128;
/** Part of a character beyond ASCII. Runs of them are words: scripts without blanks would else swallow the numbers. */
export const WIDE = 192;

export const LETTER = LOWER | UPPER;

const classes = createClasses();

function createClasses(): Uint8Array {
  const table = new Uint8Array(256);
  table.fill(PUNCTUATION, 33, 127);
  table.fill(DIGIT, 48, 58);
  table.fill(UPPER, 65, 91);
  table.fill(LOWER, 97, 123);
  table.fill(WIDE, 128);
  for (const joiner of '-$@~+%#*^') table[joiner.charCodeAt(0)] = JOINER;
  table[95] = UNDERSCORE;
  table[46] = DOT;
  table[47] = SLASH;
  table[92] = SLASH;
  return table;
}

/** The class of a byte. */
export function classOf(byte: number): number {
  return classes[byte] ?? BLANK;
}

/** The byte at `index`; past the end it is 0, which is blank. */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

/** The class of the byte at `index`; past the end it is blank. */
export function classAt(bytes: Uint8Array, index: number): number {
  return classOf(byteAt(bytes, index));
}

/** Whether a class can be inside a run of word characters. */
export function isInRun(kind: number): boolean {
  return kind !== BLANK && kind < PUNCTUATION;
}

export function isHexDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102) || (byte >= 65 && byte <= 70);
}

/** Full stops, dashes and other joiners at the end of a run belong to the sentence. */
export function isTrailing(byte: number): boolean {
  return (classOf(byte) & (LETTER | DIGIT | UNDERSCORE)) === 0;
}

/** U+00B5 and U+03BC in UTF-8. */
export function isMicroSign(bytes: Uint8Array, index: number): boolean {
  const first = byteAt(bytes, index);
  const second = byteAt(bytes, index + 1);
  return (first === 0xc2 && second === 0xb5) || (first === 0xce && second === 0xbc);
}
