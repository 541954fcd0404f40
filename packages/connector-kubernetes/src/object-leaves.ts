/** One scalar inside a pod template, and the way to it. List items that have a name are found by it: `[api]`. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: string;
}

export interface Difference {
  readonly path: readonly string[];
  readonly before: string | null;
  readonly after: string | null;
}

const MAX_DEPTH = 24;
/** Of one object; a pod template has some hundred. */
const MAX_LEAVES = 5000;

/** All scalars of a JSON value. A list of scalars is one of them: a command line reads better whole. */
export function toLeaves(value: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (part: unknown, path: readonly string[]): void => {
    if (part === null || part === undefined || leaves.length >= MAX_LEAVES || path.length > MAX_DEPTH) return;
    if (typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') {
      leaves.push({ path, value: String(part) });
    } else if (isObject(part)) visitFields(part, path);
    else if (!Array.isArray(part)) return;
    else if (part.every((item) => typeof item !== 'object')) leaves.push({ path, value: part.join(' ') });
    else visitItems(part, path);
  };
  const visitFields = (object: Record<string, unknown>, path: readonly string[]): void => {
    for (const [key, inner] of Object.entries(object)) {
      // How an update was sent, not what it says.
      if (key !== '$patch') visit(inner, [...path, key]);
    }
  };
  const visitItems = (items: readonly unknown[], path: readonly string[]): void => {
    for (const [index, item] of items.entries()) {
      const { name, rest } = named(item);
      const place = [...path, `[${name ?? index}]`];
      const keys = isObject(rest) ? Object.keys(rest) : ['value'];
      if (name !== undefined && keys.length === 0) leaves.push({ path: place, value: '' });
      // `{ name, value }` is the value under its name.
      else if (isObject(rest) && keys.length === 1 && keys[0] === 'value') visit(rest['value'], place);
      else visit(rest, place);
    }
  };
  visit(value, []);
  return leaves;
}

/** What tells an item of a list from the others: its name, or the path that a volume is mounted at. */
function named(item: unknown): { name: string | undefined; rest: unknown } {
  if (!isObject(item)) return { name: undefined, rest: item };
  const { mountPath, ...mount } = item;
  if (typeof mountPath === 'string') return { name: mountPath, rest: mount };
  const { name, ...rest } = item;
  return typeof name === 'string' && name !== '' ? { name, rest } : { name: undefined, rest: item };
}

/** What differs between two lists of leaves, in the order of the newer one, what is gone last. */
export function toDifferences(before: readonly Leaf[], after: readonly Leaf[]): Difference[] {
  const old = new Map(before.map((leaf) => [leaf.path.join('\u0000'), leaf]));
  const differences: Difference[] = [];
  for (const { path, value } of after) {
    const key = path.join('\u0000');
    const was = old.get(key)?.value ?? null;
    old.delete(key);
    if (was !== value) differences.push({ path, before: was, after: value });
  }
  for (const { path, value } of old.values()) differences.push({ path, before: value, after: null });
  return differences;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
