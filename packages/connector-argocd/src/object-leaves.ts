/** One scalar inside an object, and the way to it. List items that have a name are found by it: `[api]`. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: string;
}

const MAX_DEPTH = 24;
/** Of one object; a manifest has some hundred. */
const MAX_LEAVES = 5000;

/** All scalars of a JSON value. A list of scalars is one of them: a command line reads better whole. */
export function toLeaves(value: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (part: unknown, path: readonly string[]): void => {
    if (part === null || part === undefined || leaves.length >= MAX_LEAVES || path.length > MAX_DEPTH) return;
    if (typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') {
      leaves.push({ path, value: String(part) });
    } else if (!Array.isArray(part)) {
      for (const [key, inner] of Object.entries(part)) visit(inner, [...path, key]);
    } else if (part.every((item) => typeof item !== 'object')) {
      leaves.push({ path, value: part.join(' ') });
    } else {
      for (const [index, item] of part.entries()) visitItem(item, index, path);
    }
  };
  const visitItem = (item: unknown, index: number, path: readonly string[]): void => {
    const name = nameOf(item);
    visit(name === undefined ? item : withoutName(item, name), [...path, `[${name ?? index}]`]);
  };
  visit(value, []);
  return leaves;
}

/** `{ name, value }` is the value under its name, and a name alone is all there is. */
function withoutName(item: unknown, name: string): unknown {
  const { name: _, ...rest } = item as Record<string, unknown>;
  const keys = Object.keys(rest);
  if (keys.length === 0) return name;
  return keys.length === 1 && keys[0] === 'value' ? rest['value'] : rest;
}

function nameOf(item: unknown): string | undefined {
  const name = typeof item === 'object' && item !== null && 'name' in item ? item.name : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

export interface Difference {
  readonly path: readonly string[];
  readonly before: string | null;
  readonly after: string | null;
}

/** What differs between two lists of leaves, in the order of the newer one, what is gone last. */
export function toDifferences(before: readonly Leaf[], after: readonly Leaf[]): Difference[] {
  const old = new Map(before.map(({ path, value }) => [path.join('\u0000'), value]));
  const differences: Difference[] = [];
  for (const { path, value } of after) {
    const key = path.join('\u0000');
    const was = old.get(key) ?? null;
    old.delete(key);
    if (was !== value) differences.push({ path, before: was, after: value });
  }
  for (const [key, value] of old) differences.push({ path: key.split('\u0000'), before: value, after: null });
  return differences;
}
