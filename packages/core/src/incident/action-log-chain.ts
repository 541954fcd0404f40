import type { ActionLogEntry, ActionLogHead, NewActionLogEntry } from './action-store.js';

/** An entry that others follow. */
export type ActionLogLink = Pick<ActionLogHead, 'hash' | 'number'>;

/** What the first entry follows. */
export const actionLogStart: ActionLogLink = { number: 0, hash: '0'.repeat(64) };

/** Entries as the log keeps them behind `after`; draws a salt for each. Their details are JSON values as they come back. */
export async function chainActionLog(
  entries: readonly NewActionLogEntry[],
  after: ActionLogLink | undefined,
  atMs: number,
): Promise<readonly ActionLogEntry[]> {
  const chained: ActionLogEntry[] = [];
  let { hash: previousHash, number } = after ?? actionLogStart;
  for (const entry of entries) {
    const salt = toHex(crypto.getRandomValues(new Uint8Array(16)));
    const detailHash = await hashOfDetail({ ...entry, salt });
    number += 1;
    const linked = { ...entry, number, atMs, salt, detailHash, previousHash };
    const hash = await hashOfEntry(linked);
    chained.push({ ...linked, hash });
    previousHash = hash;
  }
  return chained;
}

/** Of what goes when the incident is deleted. */
export function hashOfDetail({
  actor,
  detail,
  salt,
}: Pick<ActionLogEntry, 'actor' | 'detail' | 'salt'>): Promise<string> {
  return hashOf({ actor, detail, salt });
}

/** Of what always stays. */
export function hashOfEntry(entry: Omit<ActionLogEntry, 'hash'>): Promise<string> {
  const { action, atMs, detailHash, incidentId, number, planId, previousHash } = entry;
  return hashOf({ action, atMs, detailHash, incidentId, number, planId, previousHash });
}

async function hashOf(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(toCanonicalJson(value));
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A text as it is, or a value in a box. */
type Piece = string | readonly [unknown];

/**
 * As RFC 8785 has it, of what `JSON.parse` gives: equal values have equal text. What is undefined is left out. Without recursion:
 * details may be nested as deep as their size allows.
 */
function toCanonicalJson(value: unknown): string {
  const texts: string[] = [];
  const rest: Piece[] = [[value]];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === 'string') texts.push(next);
    else for (const piece of piecesOf(next[0]).reverse()) rest.push(piece);
  }
  return texts.join('');
}

function piecesOf(value: unknown): Piece[] {
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  if (Array.isArray(value))
    return ['[', ...value.flatMap((part, index) => [index > 0 ? ',' : '', [part] as const]), ']'];
  const entries = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const pieces = entries.flatMap(([key, part], index): Piece[] => [
    `${index > 0 ? ',' : ''}${JSON.stringify(key)}:`,
    [part],
  ]);
  return ['{', ...pieces, '}'];
}
