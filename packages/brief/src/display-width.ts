/** Two columns wide in a terminal. An emoji counts as two, and so does what a selector may turn into one. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Yi}\p{Script=Bopomofo}\p{Emoji_Presentation}\u2e80-\u303e\u3041-\u33ff\ua490-\ua4cf\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/u;
const presentation = '\ufe0f';

/** Columns that a terminal needs for plain text; rather one too many than one too few. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

function widthOf(character: string): number {
  if (character <= '\u007e') return 1;
  if (character === presentation) return 1;
  if (/\p{M}/u.test(character)) return 0;
  return wide.test(character) || (character.codePointAt(0) ?? 0) > 0x1f000 ? 2 : 1;
}

/** Lines no wider than `width`, broken at blanks, and within a word only when it is wider than a line. */
export function wrapText(text: string, width: number): readonly string[] {
  return wrapWords(text.replaceAll(quantity, '$1\u00a0'), width).map((line) =>
    line.replaceAll('\u00a0', ' '),
  );
}

/** A number stays with its unit. */
const quantity = /(\d) (?=(?:[munµ]?s|min|h|d|%|[KMGT]?i?B|UTC)(?![\p{L}\p{N}]))/gu;

function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    const needed = displayWidth(word);
    if (used > 0 && used + 1 + needed <= width) {
      line += ` ${word}`;
      used += 1 + needed;
      continue;
    }
    if (used > 0) lines.push(line);
    const pieces = needed <= width ? [word] : breakWord(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
    used = displayWidth(line);
  }
  if (used > 0) lines.push(line);
  return lines;
}

function breakWord(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of word) {
    const needed = widthOf(character);
    if (used + needed > width) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += needed;
  }
  return [...pieces, piece];
}

/**
 * A command over several lines that a shell takes for one: broken between arguments, or within an unquoted one where nothing else
 * fits. One with quotes stays as it is, since a break may change it.
 */
export function wrapCommand(command: string, width: number): readonly string[] {
  if (/['"\\`$]/.test(command) || displayWidth(command) <= width) return [command];
  // Two commands stand in two lines; after `&&` a shell reads on by itself.
  const commands = command.split(' && ');
  return commands.flatMap((each, index) => {
    const lines = wrapOne(each, width - 3);
    return index === commands.length - 1 ? lines : [...lines.slice(0, -1), `${lines.at(-1) ?? ''} &&`];
  });
}

function wrapOne(command: string, width: number): readonly string[] {
  const lines = wrapText(command, width);
  return lines.map((line, index) => {
    if (index === lines.length - 1) return line;
    // Without a blank before the mark the shell joins both halves of a word.
    return isBrokenWord(command, lines, index) ? `${line}\\` : `${line} \\`;
  });
}

function isBrokenWord(command: string, lines: readonly string[], index: number): boolean {
  let at = 0;
  for (const line of lines.slice(0, index + 1)) at = command.indexOf(line, at) + line.length;
  return command[at] !== ' ';
}
