import { type Leaf, toLeaves } from './object-leaves.js';

const MAX_LINES = 5000;

/**
 * A configuration file as leaves, so that a changed value is found by its key: JSON by its structure, YAML by indentation,
 * properties and .env files by their keys. A line that is none of these stands for itself.
 */
export function toTextLeaves(text: string): Leaf[] {
  const json = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  if (json !== undefined) return toLeaves(json);
  const parents: { readonly indent: number; readonly key: string }[] = [];
  const seen = new Map<string, number>();
  const leaves: Leaf[] = [];
  for (const line of text.split('\n', MAX_LINES)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed === '---' || /^[#;!]/.test(trimmed)) continue;
    const indent = line.length - line.trimStart().length;
    while ((parents.at(-1)?.indent ?? -1) >= indent) parents.pop();
    const { key, value } = toKeyValue(trimmed);
    const path = [...parents.map((parent) => parent.key), key];
    if (value === '') {
      parents.push({ indent, key });
      continue;
    }
    // The same key twice (a list of objects) is told apart by its place.
    const count = (seen.get(path.join('\u0000')) ?? 0) + 1;
    seen.set(path.join('\u0000'), count);
    leaves.push({ path: count === 1 ? path : [...path, `[${count}]`], value });
  }
  return leaves;
}

function toKeyValue(line: string): { key: string; value: string } {
  const separator = /[:=]/.exec(line);
  const at = separator?.index ?? -1;
  const key = at < 1 ? '' : line.slice(0, at).trim();
  // A key is a word; `http://` and prose with a colon are not.
  const isPair = /^(?:- )?["']?[\w./-]+["']?$/.test(key) && !line.startsWith('//', at + 1);
  if (!isPair) return { key: line, value: line };
  return { key: key.replace(/^- /, '').replaceAll(/["']/g, ''), value: line.slice(at + 1).trim() };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
