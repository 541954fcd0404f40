import { isSpace } from './characters.js';
import { type Finder, NOTHING } from './finder.js';
import { isHarmless } from './harmless-value.js';
import { readKey } from './secret-key.js';
import { readQuoted } from './secret-value.js';

const MAX_COLUMNS_LENGTH = 2000;
const MAX_VALUES = 1000;
const COLUMNS = /\(([^()]*)\)\s{0,8}values$/i;

/** `INSERT INTO users (name, password) VALUES ('bob', 'x')`: the values of the columns whose names speak of a secret. */
export const insertStatementFinder: Finder = {
  anchors: [{ before: 'sS', at: ' (' }],
  find(text, at, report) {
    if (text.slice(Math.max(0, at - 6), at).toLowerCase() !== 'values') return NOTHING;
    const columns = COLUMNS.exec(text.slice(Math.max(0, at - MAX_COLUMNS_LENGTH), at))?.[1]?.split(',');
    const isSecret = columns?.map((column) => readKey(column.trim(), false)?.certainty === 'sure');
    if (!columns || !isSecret?.includes(true)) return NOTHING;
    let from = at;
    let column = 0;
    for (let values = 0; values < MAX_VALUES && from < text.length; values += 1) {
      while (from < text.length && (isSpace(text.charCodeAt(from)) || '(,'.includes(text.charAt(from)))) {
        if (text.charAt(from) === '(') column = 0;
        from += 1;
      }
      const quoted = readQuoted(text, from, 0);
      const bareLength = text.slice(from, from + 256).search(/[,();\n]|$/);
      const [start, end] = quoted ? [quoted.start, quoted.end] : [from, from + bareLength];
      const content = text.slice(start, end).trim();
      if (isSecret[column] === true && !isHarmless(content)) {
        report(readKey(columns[column]?.trim() ?? '', false)?.category ?? 'secret', start, end);
      }
      column += 1;
      from = quoted ? end + 1 : end;
      while (from < text.length && (isSpace(text.charCodeAt(from)) || text.charAt(from) === ')')) from += 1;
      if (text.charAt(from) !== ',') break;
    }
    return from;
  },
};
