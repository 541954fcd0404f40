import type {
  AnalyzerIdentity,
  Calibration,
  ConfidenceCeiling,
  LedgerStore,
  ReadCalibrations,
} from '@midwatch/core/incident';

/** What its record allows an analyzer. It must not reject. */
export type Allowance = (analyzer: AnalyzerIdentity) => Promise<Allowed>;

export interface Allowed {
  /** Absent: nothing is lowered. */
  readonly ceiling?: ConfidenceCeiling;
  /** The ledger did not answer, nor ever before. */
  readonly isUnread?: true;
}

export interface AllowanceOptions {
  readonly ledger: Pick<LedgerStore, 'settledRecord'>;
  readonly readCalibrations: ReadCalibrations;
  readonly now: () => number;
}

/** Settling takes people minutes to weeks; a later one counts soon enough. */
const MAX_AGE_MS = 5 * 60_000;
/** After a failure. */
const RETRY_AFTER_MS = 30_000;
/** A store that does not answer in this time must not hold the brief. */
const DEADLINE_MS = 500;

/**
 * Reads what all records allow at most once in five minutes. While the ledger does not answer, what it said last stands, however
 * old. When it never said anything, HIGH is not lowered, as for an analyzer without a record: a slow store would otherwise make
 * every honest brief less than it is. Such a brief says so, and whatever acts on HIGH reads the record itself.
 */
export function createAllowance({ ledger, now, readCalibrations }: AllowanceOptions): Allowance {
  let known: readonly Calibration[] | undefined;
  let reading: Promise<void> | undefined;
  let nextReadAtMs = Number.NEGATIVE_INFINITY;

  async function read(atMs: number): Promise<void> {
    // Another reader may begin by then, should this one never end.
    nextReadAtMs = atMs + RETRY_AFTER_MS;
    try {
      known = await readCalibrations(ledger, atMs);
      nextReadAtMs = atMs + MAX_AGE_MS;
    } catch {
      // What is known stands.
    }
  }

  return async (analyzer) => {
    const nowMs = now();
    if (nowMs >= nextReadAtMs) reading = read(nowMs);
    await withinDeadline(reading);
    if (known === undefined) return { isUnread: true };
    const ceiling = known.find((each) => isSame(each.analyzer, analyzer))?.ceiling;
    return ceiling === undefined ? {} : { ceiling };
  };
}

async function withinDeadline(reading: Promise<void> | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, DEADLINE_MS);
  });
  try {
    await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

function isSame(one: AnalyzerIdentity, other: AnalyzerIdentity): boolean {
  return one.name === other.name && one.model === other.model && one.promptVersion === other.promptVersion;
}
