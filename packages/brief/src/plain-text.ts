/** A name from telemetry inside a sentence of ours: in quotes unless it is one word, as names are. */
export function sayName(name: string): string {
  const plain = toPlainText(name, 80);
  return /^[\p{L}\p{N}][\p{L}\p{N}._:/@-]*$/u.test(plain) ? plain : `"${plain.replaceAll('"', "'")}"`;
}

/**
 * Control characters move a terminal's cursor and colour its text; bidirectional ones show an address other than it is.
 * Tabs and line breaks become blanks, so that one entry stays one line.
 */
export function toPlainText(text: string, maxCharacters = 600): string {
  // Stripping costs time, too: of a line of 100 kB only the beginning is looked at.
  const head = text.slice(0, maxCharacters * 8);
  const plain = head
    .toWellFormed()
    .replaceAll(/[\t\r\n]+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu, '')
    // Towers of accents cover the lines around them.
    .replaceAll(/(\p{M}{2})\p{M}+/gu, '$1')
    .trim();
  const characters = Array.from(plain.slice(0, maxCharacters * 2));
  const isCut = characters.length > maxCharacters || head.length < text.length;
  return isCut ? `${characters.slice(0, maxCharacters - 1).join('')}…` : plain;
}
