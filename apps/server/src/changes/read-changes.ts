import { redactChange } from '@midwatch/core';
import { changeSchema, type NewChange, type Redactor } from '@midwatch/core/incident';

/** Clocks differ; what is told to happen later than this is a mistake, and would hide from every look until then. */
export const MAX_AHEAD_MS = 5 * 60_000;
/** 1973 in milliseconds, the year 5138 in seconds. */
const SMALLEST_TIME_MS = 1e11;
const MAX_ENTRIES = 100;
const MAX_CHANGE_BYTES = 64 * 1024;

/** In characters. A longer name is refused: cut, it would be another. */
const maxNameLengths = {
  id: 128,
  service: 256,
  namespace: 256,
  version: 256,
  previousVersion: 256,
  url: 2_048,
} as const;
/** In characters. A longer text is cut after it was redacted, so that no half of a secret is left. */
const maxTextLengths = { summary: 4_096, actor: 256, path: 256, value: 512 } as const;

const expected: ReadonlyMap<unknown, string> = new Map([
  ['timestampMs', 'must be a whole number of milliseconds since 1970'],
  ['service', 'must be the name of a service'],
  ['url', 'must be an http or https address'],
  ['changes', 'must be a list of { path, before, after }'],
]);

export interface ReadChanges {
  /** Redacted. */
  readonly changes: readonly NewChange[];
  /** What was wrong, by item; a text of the body is never quoted. */
  readonly problems: readonly string[];
}

/** Reads each item by itself: one that cannot be read keeps no other out. */
export function readChanges(
  items: readonly unknown[],
  { nowMs, redact }: { readonly nowMs: number; readonly redact: Redactor | 'none' },
): ReadChanges {
  const changes: NewChange[] = [];
  const problems: string[] = [];
  for (const [index, item] of items.entries()) {
    const change = readChange(item, nowMs);
    if (typeof change === 'string') {
      problems.push(`item ${index + 1}: ${change}`);
      continue;
    }
    const kept = shorten(redactChange({ ...change, changes: change.changes.slice(0, MAX_ENTRIES) }, redact));
    if (new TextEncoder().encode(JSON.stringify(kept)).byteLength > MAX_CHANGE_BYTES) {
      problems.push(`item ${index + 1}: it has more than ${MAX_CHANGE_BYTES} bytes; tell less of it`);
      continue;
    }
    if (change.changes.length > MAX_ENTRIES) {
      problems.push(
        `item ${index + 1}: of ${change.changes.length} \`changes\` the first ${MAX_ENTRIES} are kept`,
      );
    }
    changes.push(kept);
  }
  return { changes, problems };
}

/** The change, or why it is none. */
function readChange(item: unknown, nowMs: number): NewChange | string {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return 'must be an object';
  const timed = 'timestampMs' in item && item.timestampMs !== null ? item : { ...item, timestampMs: nowMs };
  const parsed = changeSchema.safeParse(timed);
  if (!parsed.success) {
    const [key] = parsed.error.issues[0]?.path ?? [];
    return `\`${String(key)}\` ${expected.get(key) ?? 'must be a text'}`;
  }
  const change = parsed.data;
  if (change.timestampMs < SMALLEST_TIME_MS)
    return '`timestampMs` looks like seconds; milliseconds are needed';
  if (change.timestampMs > nowMs + MAX_AHEAD_MS) {
    return '`timestampMs` lies more than 5 min in the future; tell of a change when it takes effect';
  }
  for (const [name, maxLength] of Object.entries(maxNameLengths)) {
    const text = change[name as keyof typeof maxNameLengths];
    if (text !== undefined && text.length > maxLength)
      return `\`${name}\` has more than ${maxLength} characters`;
  }
  return change;
}

function shorten(change: NewChange): NewChange {
  const { actor, summary } = change;
  return {
    ...change,
    ...(summary === undefined ? {} : { summary: cut(summary, maxTextLengths.summary) }),
    ...(actor === undefined ? {} : { actor: cut(actor, maxTextLengths.actor) }),
    changes: change.changes.map(({ path, before, after }) => ({
      path: cut(path, maxTextLengths.path),
      before: before === null ? null : cut(before, maxTextLengths.value),
      after: after === null ? null : cut(after, maxTextLengths.value),
    })),
  };
}

function cut(text: string, maxLength: number): string {
  return text.length <= maxLength
    ? text
    : `${text.slice(0, maxLength).toWellFormed()} [cut: ${text.length} characters]`;
}
