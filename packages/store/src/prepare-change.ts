import type { ChangeQuery, NewChange } from '@midwatch/core/incident';
import { StoreError } from './store-error.js';
import type { ChangeRow } from './stored-rows.js';
import { toStoredJson, toStoredText, toStoredTime } from './stored-text.js';

/** Of one call that adds, and of one answer. */
const maxChanges = 1_000;

/** Changes as rows, checked: from here on none of them can be refused. */
export async function prepareChanges(changes: readonly NewChange[], nowMs: number): Promise<ChangeRow[]> {
  if (changes.length > maxChanges) {
    throw new StoreError(
      'too-large',
      `${changes.length} changes are added at once, at most ${maxChanges} are kept: add them in parts`,
    );
  }
  const recordedAtMs = toStoredTime(nowMs, 'the time');
  return Promise.all(
    changes.map(async ({ id, ...content }) => {
      const { namespace, service, timestampMs } = content;
      const row = {
        timestamp_ms: toStoredTime(timestampMs, "a change's time"),
        service: toStoredText(service, "a change's service"),
        namespace: namespace === undefined ? null : toStoredText(namespace, "a change's namespace"),
        recorded_at_ms: recordedAtMs,
        document: toStoredJson(content, 'a change') ?? 'null',
      };
      return { id: id === undefined ? await hashOf(content) : toStoredText(id, "a change's id"), ...row };
    }),
  );
}

/** The same content has the same id, in whatever order its keys were given. */
async function hashOf(content: Omit<NewChange, 'id'>): Promise<string> {
  const { timestampMs, service, namespace, version, previousVersion, summary, actor, url, changes } = content;
  const parts = [timestampMs, service, namespace, version, previousVersion, summary, actor, url];
  const values = changes.map(({ path, before, after }) => [path, before, after]);
  const bytes = new TextEncoder().encode(JSON.stringify([...parts, values]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `chg-${Array.from(digest.subarray(0, 10), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Reads a query. A limit that no answer has, or a time that is none, is refused. */
export function parseChangeQuery(query: ChangeQuery): ChangeQuery {
  const { limit, namespace, service } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxChanges) {
    throw new StoreError('bad-page', `a limit of changes is a whole number from 1 to ${maxChanges}`);
  }
  return {
    ...query,
    startMs: toStoredTime(query.startMs, "the window's start"),
    endMs: toStoredTime(query.endMs, "the window's end"),
    ...(service === undefined ? {} : { service: toStoredText(service, 'a service') }),
    ...(namespace === undefined ? {} : { namespace: toStoredText(namespace, 'a namespace') }),
  };
}

/** Ascending in time. */
export function compareChanges(one: ChangeRow, other: ChangeRow): number {
  return one.timestamp_ms - other.timestamp_ms || (one.id < other.id ? -1 : 1);
}
