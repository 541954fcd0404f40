/** JSON whose keys are in order at every depth, so that equal values have equal text. */
export function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const entries = Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1));
    // Not a plain object: `__proto__` may come from outside as a key.
    return Object.assign(Object.create(null) as object, Object.fromEntries(entries));
  });
}

/** SHA-256 in lower-case hex of a value's canonical JSON. */
export async function hashOf(value: unknown): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(toCanonicalJson(value)));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
