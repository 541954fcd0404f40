const WIDTH = 80;

/**
 * A text under a label, in lines of at most 80 characters. A word that is longer stays whole: whoever copies a name or a path
 * wants all of it.
 */
export function wrapText(label: string, text: string, indent = 6, labelWidth = 11): string[] {
  const start = `${' '.repeat(indent)}${label.padEnd(labelWidth)}`;
  const further = ' '.repeat(start.length);
  const lines: string[] = [];
  let line = start;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = further;
      isEmpty = true;
    }
    line = isEmpty ? `${line}${word}` : `${line} ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
