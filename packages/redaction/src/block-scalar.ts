import { isSpace } from './characters.js';
import type { Value } from './secret-value.js';

const HEADER = /[|>][+-]?\d?[ \t]*\r?\n/y;

/** The lines of a YAML block scalar, `password: |` and what is indented below it; undefined when none begins at `from`. */
export function blockScalar(text: string, from: number): Value | undefined {
  HEADER.lastIndex = from;
  const header = HEADER.exec(text)?.[0];
  if (header === undefined) return undefined;
  const first = from + header.length;
  const indentation = indentationAt(text, first);
  if (indentation === 0) return undefined;
  let end = first;
  for (let line = first; line < text.length && indentationAt(text, line) >= indentation; ) {
    const lineEnd = text.indexOf('\n', line);
    end = lineEnd < 0 ? text.length : lineEnd;
    line = end + 1;
  }
  while (end > first && isSpace(text.charCodeAt(end - 1))) end -= 1;
  const start = first + indentation;
  return end > start ? { start, end, isQuoted: true } : undefined;
}

function indentationAt(text: string, line: number): number {
  let at = line;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at += 1;
  return at - line;
}
