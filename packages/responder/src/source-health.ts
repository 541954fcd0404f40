import { type ConnectorV1, createLimitedFetch, type FetchLike } from '@midwatch/core';
import type { Redactor, Store } from '@midwatch/core/incident';
import type { FirstLooks } from './first-looks.js';
import type { WatchRules } from './watch-rules.js';

/** What is known of a source, by its own health check and by the looks that asked it. */
export interface SourceHealth {
  readonly state: 'ok' | 'failing';
  /** Of this state. */
  readonly sinceMs: number;
  readonly checkedAtMs: number;
  readonly lastOkMs?: number;
  /** On end, up to now. */
  readonly failedChecks: number;
  /** Why the last check failed; redacted. */
  readonly detail?: string;
}

export interface CheckSourcesInput {
  readonly connectors: readonly ConnectorV1[];
  readonly redact: Redactor | 'none';
  readonly fetch?: FetchLike | undefined;
  readonly store: Pick<Store, 'controls'>;
  readonly rules: WatchRules;
  readonly firstLooks: FirstLooks | undefined;
  readonly nowMs: number;
}

const PREFIX = 'source/';
const CHECK_DEADLINE_MS = 5_000;
/** For a connector to say itself that nothing came. */
const CONNECTOR_DEADLINE_MS = 4_500;
const MAX_DETAIL_LENGTH = 200;

export function sourceControl(id: string): string {
  return `${PREFIX}${id}`;
}

/** Asks those that are due, all at once; ends within six seconds, whatever hangs. What it learned is kept. */
export async function checkSources(input: CheckSourcesInput): Promise<ReadonlyMap<string, SourceHealth>> {
  const { connectors, nowMs, rules, store } = input;
  const known = new Map<string, SourceHealth>();
  for (const { name, value } of await store.controls.list(PREFIX))
    known.set(name.slice(PREFIX.length), value as SourceHealth);
  const limited = createLimitedFetch(input.fetch === undefined ? {} : { fetch: input.fetch });
  try {
    const checked = await Promise.all(
      connectors.map(async (connector): Promise<[string, SourceHealth]> => {
        const before = known.get(connector.id);
        const isDue =
          before === undefined ||
          before.state === 'failing' ||
          before.checkedAtMs + rules.checkEveryMs <= nowMs;
        if (!isDue) return [connector.id, before];
        const { fetch } = limited.lease({ connectorId: connector.id });
        const answer = await askHealth(connector, fetch);
        const left = input.firstLooks?.unanswered.find(({ source }) => source === connector.id);
        const why =
          answer.why ?? (left && 'it says that it is well, and answers no question of an investigation');
        return [connector.id, toHealth(before, why === undefined ? undefined : clean(why, input), nowMs)];
      }),
    );
    for (const [id, health] of checked)
      if (health !== known.get(id)) await store.controls.set(sourceControl(id), health, nowMs);
    return new Map(checked);
  } finally {
    limited.close();
  }
}

function toHealth(before: SourceHealth | undefined, why: string | undefined, nowMs: number): SourceHealth {
  const state = why === undefined ? 'ok' : 'failing';
  const sinceMs = before?.state === state ? before.sinceMs : nowMs;
  if (why === undefined) return { state, sinceMs, checkedAtMs: nowMs, lastOkMs: nowMs, failedChecks: 0 };
  const lastOkMs = before?.lastOkMs;
  const failedChecks = (before?.failedChecks ?? 0) + 1;
  const health = { state, sinceMs, checkedAtMs: nowMs, failedChecks, detail: why } as const;
  return lastOkMs === undefined ? health : { ...health, lastOkMs };
}

async function askHealth(
  connector: ConnectorV1,
  fetch: FetchLike,
): Promise<{ readonly why: string | undefined }> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<{ why: string }>((resolve) => {
    timer = setTimeout(() => resolve({ why: 'no answer within 5 s' }), CHECK_DEADLINE_MS);
  });
  const call = { signal: controller.signal, deadlineAtMs: Date.now() + CONNECTOR_DEADLINE_MS, fetch };
  const asked = async () => {
    const { detail, state } = await connector.checkHealth(call);
    // Half of it can be read: what is missing is a gap of each brief.
    const isWell = state === 'healthy' || state === 'degraded';
    return { why: isWell ? undefined : (detail ?? 'it does not say why') };
  };
  try {
    return await Promise.race([asked(), late]);
  } catch {
    // What was thrown may hold a secret: by its interface a connector tells trouble as a value.
    return { why: 'its health check threw instead of answering' };
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** The connector's own words, on one line. */
function clean(text: string, { redact }: Pick<CheckSourcesInput, 'redact'>): string {
  const line = text.slice(0, 2_000).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  try {
    return (redact === 'none' ? line : redact.redact(line)).slice(0, MAX_DETAIL_LENGTH);
  } catch {
    return '[withheld: redaction failed]';
  }
}
