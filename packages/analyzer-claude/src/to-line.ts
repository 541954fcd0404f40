const MAX_TEXT = 600;

/** One line, cut at a word: half a number would be another number. */
export function toLine(text: string, maxLength = MAX_TEXT): string {
  // Cut first: a text may be a whole answer long.
  const mostLength = 4 * maxLength;
  const line = text.slice(0, mostLength).replaceAll(/\s+/g, ' ').trim();
  if (line.length <= maxLength && text.length <= mostLength) return line;
  const cut = line.slice(0, maxLength);
  const space = cut.lastIndexOf(' ');
  return `${space > 0 ? cut.slice(0, space) : cut}…`;
}
