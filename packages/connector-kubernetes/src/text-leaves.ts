import { type Leaf, toLeaves } from './object-leaves.js';

const MAX_LINES = 5000;

/**
 * A file inside a ConfigMap as leaves, so that a changed value is found by its key: JSON by its structure, YAML by indentation,
 * properties by their keys. A line that is none of these stands for itself.
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
    // A list may stand as far left as the key it belongs to.
    const indent = line.length - line.trimStart().length + (trimmed.startsWith('- ') ? 0.5 : 0);
    while ((parents.at(-1)?.indent ?? -1) >= indent) parents.pop();
    const { key, value } = toKeyValue(trimmed);
    if (value === '') {
      parents.push({ indent, key });
      continue;
    }
    const path = [...parents.map((parent) => parent.key), key];
    // The same key twice, as in a list of objects, is told apart by its place.
    const place = path.join('\u0000');
    const count = (seen.get(place) ?? 0) + 1;
    seen.set(place, count);
    leaves.push({ path: count === 1 ? path : [...path, `[${count}]`], value });
  }
  return leaves;
}

function toKeyValue(line: string): { readonly key: string; readonly value: string } {
  const pair = /^(?:- )?["']?([\w./-]{1,100})["']?[ \t]*[:=](?!\/\/)(.*)$/.exec(line);
  return pair === null ? { key: line, value: line } : { key: pair[1] ?? line, value: (pair[2] ?? '').trim() };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
