/** A request that waits for a slot. */
export interface Waiter {
  readonly connectorId: string;
  /** Smaller goes first. */
  readonly priority: number;
}

/** What is known of one connector within one collection. */
export interface ConnectorRecord {
  waiting: number;
  /** When each of its requests in flight got its slot. */
  grantedAtMs: number[];
  answered: number;
  /** Of all answers, for the mean. */
  totalMs: number;
  longestMs: number;
  /** Lost a slot that it held for too long, and has not answered since. */
  evicted: boolean;
}

export interface ChoiceInput<W extends Waiter> {
  /** In the order in which they came. */
  readonly waiting: readonly W[];
  readonly records: ReadonlyMap<string, ConnectorRecord>;
  readonly freeSlots: number;
  readonly maxPerConnector: number;
  readonly nowMs: number;
}

/** So many slots at most are kept for connectors that have nothing in flight and may ask any moment. */
const MAX_RESERVED_SLOTS = 3;

/** So many of the unproven connectors may hold a second slot when slots are few. */
const MAX_UNPROVEN_PAIRS = 2;

/** Taking so many times as long as its longest answer, a connector counts as unproven again. */
const OVERDUE_FACTOR = 2;

/**
 * Which waiting request gets the free slot; `undefined` when none may.
 *
 * First the connectors that have been given nothing yet, so that each is heard early. Then the plan's priority. Then the
 * connector with the most work ahead, estimated from its own answers: a long chain that starts late is what makes a
 * schedule long. Work-conserving with one exception, or else three hung sources would hold all six slots: of the
 * connectors that have yet to show that they answer only two get a second slot, unless enough stay free for those that
 * hold none; and `chooseVictim` takes it back from those that stay silent.
 */
export function chooseWaiter<W extends Waiter>(input: ChoiceInput<W>): W | undefined {
  const { waiting, records, freeSlots, maxPerConnector, nowMs } = input;
  const overallMs = overallMeanMs(records);
  const all = Array.from(records.values());
  const reserved = Math.min(
    MAX_RESERVED_SLOTS,
    all.filter(({ grantedAtMs }) => grantedAtMs.length === 0).length,
  );
  const isTight = freeSlots - 1 < reserved;
  const pairs = all.filter((record) => record.grantedAtMs.length > 1 && isUnproven(record, nowMs)).length;
  let best: Candidate<W> | undefined;
  for (const waiter of waiting) {
    const record = records.get(waiter.connectorId);
    const inFlight = record?.grantedAtMs.length ?? 0;
    if (record === undefined || inFlight >= maxPerConnector) continue;
    const isRefused = pairs >= MAX_UNPROVEN_PAIRS || record.evicted;
    if (inFlight > 0 && isTight && isRefused && isUnproven(record, nowMs)) continue;
    const candidate = { waiter, turn: turnOf(record), workMs: workAheadMs(record, overallMs, nowMs) };
    if (best === undefined || goesBefore(candidate, best)) best = candidate;
  }
  return best?.waiter;
}

interface Candidate<W extends Waiter> {
  readonly waiter: W;
  readonly turn: number;
  readonly workMs: number;
}

function goesBefore(one: Candidate<Waiter>, other: Candidate<Waiter>): boolean {
  if (one.turn !== other.turn) return one.turn < other.turn;
  if (one.waiter.priority !== other.waiter.priority) return one.waiter.priority < other.waiter.priority;
  return one.workMs > other.workMs;
}

function turnOf(record: ConnectorRecord): number {
  if (record.evicted) return 2;
  return record.answered === 0 && record.grantedAtMs.length === 0 ? 0 : 1;
}

/** Whether it has yet to show that it answers: no answer at all, or a request that takes far longer than any before. */
export function isUnproven(record: ConnectorRecord, nowMs: number): boolean {
  if (record.answered === 0 || record.evicted) return true;
  return record.grantedAtMs.some((grantedAtMs) => nowMs - grantedAtMs > OVERDUE_FACTOR * record.longestMs);
}

/** How long the connector will still be busy when its requests take their turns in two slots. */
function workAheadMs(record: ConnectorRecord, overallMs: number, nowMs: number): number {
  const { answered, totalMs, waiting, grantedAtMs } = record;
  const elapsedMs = grantedAtMs.map((at) => nowMs - at);
  const meanMs = answered > 0 ? totalMs / answered : Math.max(overallMs, ...elapsedMs);
  const restMs = elapsedMs.reduce((sum, elapsed) => sum + Math.max(0, meanMs - elapsed), 0);
  return Math.max(meanMs, (waiting * meanMs + restMs) / 2);
}

function overallMeanMs(records: ReadonlyMap<string, ConnectorRecord>): number {
  let answered = 0;
  let totalMs = 0;
  for (const record of records.values()) {
    answered += record.answered;
    totalMs += record.totalMs;
  }
  return answered === 0 ? 1 : totalMs / answered;
}
