import type { ConnectorRecord } from './choose-waiter.js';

export interface SlotHolder {
  readonly connectorId: string;
  readonly grantedAtMs: number;
}

export interface VictimInput<H extends SlotHolder> {
  /** All that hold a slot, the oldest first. */
  readonly held: readonly H[];
  readonly records: ReadonlyMap<string, ConnectorRecord>;
  readonly maxInFlight: number;
  readonly overdueAfterMs: number;
  readonly nowMs: number;
}

/** A connector without an answer gives its second slot back after so many times the longest answer of any other, */
const PATIENCE_FACTOR = 3;
/** but not before this share of the time after which a request is overdue. */
const MIN_PATIENCE_SHARE = 0.3;

/**
 * Whose slot is taken back for a waiting connector that does answer: the second one of a connector that has never answered
 * while others did several times as fast; or the oldest, when more than half of all are overdue. As long as half of the
 * slots turn over, waiting costs less than an answer thrown away.
 */
export function chooseVictim<H extends SlotHolder>(input: VictimInput<H>): H | undefined {
  const { held, maxInFlight, overdueAfterMs, nowMs } = input;
  const second = held.findLast((holder) => {
    const sinceMs = silentSinceMs(holder, input);
    return sinceMs !== undefined && nowMs - sinceMs >= patienceMs(input);
  });
  const overdue = held.filter(({ grantedAtMs }) => nowMs - grantedAtMs >= overdueAfterMs);
  return second ?? (overdue.length > maxInFlight / 2 ? overdue[0] : undefined);
}

/** After how long to ask again, when nothing else happens before. */
export function nextVictimInMs<H extends SlotHolder>(input: VictimInput<H>): number {
  const { held, overdueAfterMs, nowMs } = input;
  const dueAtMs = held.flatMap((holder) => {
    const sinceMs = silentSinceMs(holder, input);
    const overdueAtMs = holder.grantedAtMs + overdueAfterMs;
    return sinceMs === undefined ? [overdueAtMs] : [overdueAtMs, sinceMs + patienceMs(input)];
  });
  return Math.min(overdueAfterMs, ...dueAtMs.map((atMs) => atMs - nowMs).filter((ms) => ms > 0));
}

/** Since when a connector with two slots has been silent; `undefined` for any other. */
function silentSinceMs<H extends SlotHolder>(holder: H, { records }: VictimInput<H>): number | undefined {
  const record = records.get(holder.connectorId);
  if (record === undefined || record.answered > 0 || record.grantedAtMs.length < 2) return undefined;
  return Math.min(...record.grantedAtMs);
}

function patienceMs<H extends SlotHolder>({ records, overdueAfterMs }: VictimInput<H>): number {
  const longestMs = Math.max(0, ...Array.from(records.values(), (record) => record.longestMs));
  if (longestMs === 0) return overdueAfterMs;
  return Math.min(overdueAfterMs, Math.max(overdueAfterMs * MIN_PATIENCE_SHARE, PATIENCE_FACTOR * longestMs));
}
