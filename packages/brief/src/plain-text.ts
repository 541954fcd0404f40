/**
 * Control characters move a terminal's cursor and colour its text; bidirectional ones show an address other than it is.
 * Tabs and line breaks become blanks, so that one entry stays one line.
 */
export function toPlainText(text: string, maxCharacters = 600): string {
  const plain = text
    .replaceAll(/[\t\r\n]+/g, ' ')
    .replaceAll(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, '')
    .trim();
  const characters = Array.from(plain.slice(0, maxCharacters * 2));
  return characters.length > maxCharacters ? `${characters.slice(0, maxCharacters - 1).join('')}…` : plain;
}
