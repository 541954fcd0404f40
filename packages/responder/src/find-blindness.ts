import type { FirstLooks } from './first-looks.js';
import type { Blindness } from './self-state.js';
import type { SourceHealth } from './source-health.js';
import type { WatchRules } from './watch-rules.js';

interface Seen {
  readonly sources: ReadonlyMap<string, SourceHealth>;
  readonly heartbeats: readonly {
    readonly name: string;
    readonly everyMs: number;
    readonly sinceMs: number;
    readonly heardAtMs?: number | undefined;
  }[];
  readonly firstLooks: FirstLooks | undefined;
  readonly rules: WatchRules;
  readonly nowMs: number;
}

const LEAST_LOOKS = 5;

/** What is amiss now; pure. */
export function findBlindness({ firstLooks, heartbeats, nowMs, rules, sources }: Seen): readonly Blindness[] {
  const time = (atMs: number) => clock(atMs, nowMs);
  const dead = [...sources]
    .filter(([, { failedChecks, state }]) => state === 'failing' && failedChecks >= rules.deadAfterChecks)
    .map(([name, { detail, lastOkMs, sinceMs }]): Blindness => {
      const since = lastOkMs ?? sinceMs;
      const what = lastOkMs === undefined ? 'has never answered, watched' : 'has not answered';
      const why = detail === undefined ? '' : ` (${detail})`;
      return { kind: 'source', name, sinceMs: since, text: `${name} ${what} since ${time(since)}${why}` };
    });
  const missing = heartbeats
    .filter(({ everyMs, heardAtMs, sinceMs }) => nowMs - (heardAtMs ?? sinceMs) > everyMs)
    .map(({ heardAtMs, name, sinceMs }): Blindness => {
      const since = heardAtMs ?? sinceMs;
      const text = `the heartbeat ${name} was ${heardAtMs === undefined ? 'never' : 'not'} heard since ${time(since)}: alerts may not arrive`;
      return { kind: 'heartbeat', name, sinceMs: since, text };
    });
  return [...dead, ...missing, ...fallingRate(firstLooks, rules)];
}

function fallingRate(looks: FirstLooks | undefined, { leastCompleteShare }: WatchRules): Blindness[] {
  if (looks === undefined || looks.count < LEAST_LOOKS) return [];
  const { complete, count, failed, measuredAtMs, undelivered } = looks;
  if (complete / count >= leastCompleteShare) return [];
  const parts = [
    failed > 0 ? `${failed} failed` : '',
    undelivered > 0 ? `messages of ${undelivered} were not delivered` : '',
  ].filter(Boolean);
  const more = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  const text = `${complete} of the last ${count} first looks were complete${more}`;
  return [{ kind: 'first-looks', name: 'first-looks', sinceMs: measuredAtMs, text }];
}

/** `02:11 UTC`, with the day where it is not that of now. */
function clock(atMs: number, nowMs: number): string {
  const at = new Date(atMs).toISOString();
  const isToday = at.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10);
  return `${isToday ? at.slice(11, 16) : at.slice(0, 16).replace('T', ' ')} UTC`;
}
