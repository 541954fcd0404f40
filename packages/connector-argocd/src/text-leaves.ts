import { type Leaf, toLeaves } from './object-leaves.js';

const MAX_LINES = 5000;
const MAX_NESTED_LISTS = 8;

/** What the following lines belong to, as long as they are indented further. */
interface Parent {
  readonly indent: number;
  readonly key: string;
  readonly isItem: boolean;
}

/**
 * A configuration file as leaves, so that a changed value is found by its key: JSON by its structure, YAML by indentation
 * and the names of list items, properties and .env files by their keys. A line that is none of these stands for itself.
 */
export function toTextLeaves(text: string): Leaf[] {
  const json = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  if (json !== undefined) return toLeaves(json);
  const parents: Parent[] = [];
  const seen = new Map<string, number>();
  const leaves: Leaf[] = [];

  function countOf(path: readonly string[]): number {
    const key = path.join('\u0000');
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count;
  }

  function addLeaf(key: readonly string[], value: string): void {
    const path = [...parents.map((parent) => parent.key), ...key];
    // The same key twice is told apart by its place.
    const count = countOf(path);
    leaves.push({ path: count === 1 ? path : [...path, `[${count}]`], value });
  }

  for (const line of text.split('\n', MAX_LINES)) {
    let rest = line.trimStart();
    let indent = line.length - rest.length;
    rest = rest.trimEnd();
    if (rest === '' || rest === '---' || /^[#;!]/.test(rest)) continue;
    let isFirstOfItem = false;
    for (let depth = 0; depth < MAX_NESTED_LISTS && /^-(?:\s|$)/.test(rest); depth++) {
      leaveUntil(parents, indent, true);
      const index = countOf([...parents.map((parent) => parent.key), `- at ${indent}`]) - 1;
      const inner = rest.slice(1).trimStart();
      const name = nameOf(inner);
      parents.push({ indent, key: `[${name ?? index}]`, isItem: true });
      indent += rest.length - inner.length;
      rest = inner;
      isFirstOfItem = true;
    }
    if (rest === '') continue;
    leaveUntil(parents, indent, false);
    const pair = toPair(rest);
    if (isFirstOfItem && nameOf(rest) !== undefined) addLeaf([], pair?.value ?? rest);
    else if (pair === undefined) addLeaf([rest], rest);
    else if (opensBlock(pair.value)) parents.push({ indent, key: pair.key, isItem: false });
    else addLeaf([pair.key], pair.value);
  }
  return leaves;
}

/** Ends what a line at this indentation does not belong to. A list may stand as far left as the key it belongs to. */
function leaveUntil(parents: Parent[], indent: number, isItem: boolean): void {
  for (let last = parents.at(-1); last !== undefined; last = parents.at(-1)) {
    const holds = last.indent < indent || (isItem && !last.isItem && last.indent === indent);
    if (holds) return;
    parents.pop();
  }
}

/** What a list item is found by: its name, where that comes first, or its own text; its place otherwise. */
function nameOf(item: string): string | undefined {
  const pair = toPair(item);
  if (pair === undefined) return item === '' || /^-(?:\s|$)/.test(item) ? undefined : unquoted(item);
  return pair.key === 'name' && !opensBlock(pair.value) ? unquoted(pair.value) : undefined;
}

/** Nothing, or the sign of a text of several lines. */
function opensBlock(value: string): boolean {
  return value === '' || /^[|>][-+\d]{0,2}$/.test(value);
}

function toPair(line: string): { key: string; value: string } | undefined {
  const at = /[:=]/.exec(line)?.index ?? -1;
  const key = at < 1 ? '' : line.slice(0, at).trim();
  // A key is a word; `http://` and prose with a colon are not.
  const isPair = /^["']?[\w./-]+["']?$/.test(key) && !line.startsWith('//', at + 1);
  return isPair ? { key: unquoted(key), value: line.slice(at + 1).trim() } : undefined;
}

function unquoted(text: string): string {
  return text.replaceAll(/["']/g, '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
