/** In the place of an item; no vendor means anything by it. */
const NO_ITEM = 42;
const MAX_DEPTH = 8;

/**
 * The honest answer with a number in the place of one of its items: the second of the first list of objects or lists, looked for
 * from the top. An answer that is no JSON, or has no such list, stays as it is.
 */
export async function spoilItem(honest: () => Promise<Response>): Promise<Response> {
  const response = await honest();
  const value: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  const items = findItems(value);
  if (items === undefined) return response;
  items[1] = NO_ITEM;
  return Response.json(value, { status: response.status, headers: response.headers });
}

/** Numbers and texts side by side are a point or a line, no list of items. */
function findItems(value: unknown): unknown[] | undefined {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const items = level.find((one): one is unknown[] => isList(one));
    if (items !== undefined) return items;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return undefined;
}

function isList(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 1 && value.every((one) => typeof one === 'object' && one !== null)
  );
}
