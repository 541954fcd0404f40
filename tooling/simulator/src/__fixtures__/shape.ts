/** Keys whose value is a map with keys of the data's own: only their kind is compared. */
const MAPS = new Set(['metric', 'stream', 'labels', 'annotations', 'structuredMetadata', 'parsed']);

/** The keys and kinds of a JSON value, without its content: what a schema could be written from. */
export function shapeOf(value: unknown, key = ''): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : value.slice(0, 3).map((one) => shapeOf(one)).slice(0, 1);
  if (typeof value !== 'object') return typeof value;
  if (MAPS.has(key) || Object.hasOwn(value, '__name__') || Object.hasOwn(value, 'namespace')) return 'map';
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, shapeOf(inner, name)]));
}
