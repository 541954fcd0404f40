import type {
  AnalyzerIdentity,
  AnswerTally,
  Confidence,
  Percentiles,
  ShadowCount,
  ShadowTally,
} from '@midwatch/core/incident';

const MAX_PAIRS = 20;

/** Columns are named as in the statement. Numbers come as texts from some engines, and booleans as numbers. */
interface PairKey {
  readonly shown_analyzer: string;
  readonly shown_model: string | null;
  readonly shown_prompt: string | null;
  readonly shadow_analyzer: string;
  readonly shadow_model: string | null;
  readonly shadow_prompt: string | null;
}

/**
 * A row is of one measure: `pair` counts incidents that are alike, `shown` and `shadow` tell what answers took (`first`: billionths
 * of a dollar, `second`: of how many the price is not known), `shown-time` and `shadow-time` percentiles, and the rest count questions.
 */
export interface ShadowRow extends PairKey {
  readonly measure:
    | 'pair'
    | 'shown'
    | 'shadow'
    | 'shown-time'
    | 'shadow-time'
    | 'shown-failed'
    | 'failed'
    | 'not-asked';
  readonly service: string | null;
  readonly same_verdict: number | null;
  readonly shown_confidence: string | null;
  readonly shadow_confidence: string | null;
  readonly settled: number | null;
  readonly shown_right: number | null;
  readonly shadow_right: number | null;
  readonly count: number | string;
  readonly first: number | string | null;
  readonly second: number | string | null;
}

export function toShadowTallies(rows: readonly ShadowRow[]): readonly ShadowTally[] {
  const pairs = [...Map.groupBy(rows, (row) => JSON.stringify(keyOf(row)))];
  const tallies = pairs.flatMap(([key, [first, ...more]]) =>
    first === undefined ? [] : [{ key, tally: toTally([first, ...more], first) }],
  );
  return tallies
    .toSorted(
      (one, other) =>
        sizeOf(other.tally) - sizeOf(one.tally) ||
        // One that always fails is no pair, and must be seen all the same.
        other.tally.shadowFailed - one.tally.shadowFailed ||
        (one.key < other.key ? -1 : 1),
    )
    .slice(0, MAX_PAIRS)
    .map(({ tally }) => tally);
}

function toTally(rows: readonly ShadowRow[], key: PairKey): ShadowTally {
  const of = (measure: ShadowRow['measure']) => rows.find((row) => row.measure === measure);
  const count = (measure: ShadowRow['measure']) => Number(of(measure)?.count ?? 0);
  return {
    shown: toIdentity(key.shown_analyzer, key.shown_model, key.shown_prompt),
    shadow: toIdentity(key.shadow_analyzer, key.shadow_model, key.shadow_prompt),
    counts: rows
      .filter(({ measure }) => measure === 'pair')
      .map((row) => toCount(row))
      .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
    shownTook: toAnswerTally(of('shown'), of('shown-time')),
    shadowTook: toAnswerTally(of('shadow'), of('shadow-time')),
    shownFailed: count('shown-failed'),
    shadowFailed: count('failed'),
    shadowNotAsked: count('not-asked'),
  };
}

function toCount(row: ShadowRow): ShadowCount {
  const { shadow_confidence: shadow, shown_confidence: shown } = row;
  return {
    service: row.service as ShadowCount['service'],
    isSameVerdict: row.same_verdict === 1,
    ...(shown === null ? {} : { shownConfidence: shown as Confidence }),
    ...(shadow === null ? {} : { shadowConfidence: shadow as Confidence }),
    isSettled: row.settled === 1,
    ...(row.shown_right === null
      ? {}
      : { right: { shown: row.shown_right === 1, shadow: row.shadow_right === 1 } }),
    count: Number(row.count),
  };
}

function toAnswerTally(took: ShadowRow | undefined, time: ShadowRow | undefined): AnswerTally {
  return {
    answers: Number(took?.count ?? 0),
    usd: Number(took?.first ?? 0) / 1e9,
    unknownPrices: Number(took?.second ?? 0),
    time: toPercentiles(time),
  };
}

function toPercentiles(row: ShadowRow | undefined): Percentiles {
  if (row === undefined || row.first === null || row.second === null) return { count: 0 };
  return { count: Number(row.count), p50Ms: Number(row.first), p95Ms: Number(row.second) };
}

function toIdentity(name: string, model: string | null, promptVersion: string | null): AnalyzerIdentity {
  return {
    name,
    ...(model === null ? {} : { model }),
    ...(promptVersion === null ? {} : { promptVersion }),
  };
}

function keyOf(row: PairKey): readonly (string | null)[] {
  return [
    ...[row.shown_analyzer, row.shown_model, row.shown_prompt],
    ...[row.shadow_analyzer, row.shadow_model, row.shadow_prompt],
  ];
}

function sizeOf({ counts }: ShadowTally): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
