import type {
  Confidence,
  Judgement,
  Percentiles,
  StandingCount,
  Tally,
  TallyDimension,
  TallyRequest,
  Verdict,
} from '@midwatch/core/incident';
import { toStoredTime } from './stored-text.js';

/** So many names stand for themselves. */
export const maxTallyNames = 20;
const MAX_PERIODS = 120;
const DAY_MS = 86_400_000;

export interface PreparedTally {
  readonly fromMs: number;
  readonly toMs: number;
  readonly by?: TallyDimension;
  /** Of days and weeks: how long, and what begins before this is another. */
  readonly period?: { readonly lengthMs: number; readonly shiftMs: number; readonly firstMs: number };
}

export function prepareTally({ by, fromMs, toMs }: TallyRequest): PreparedTally {
  const window = {
    fromMs: toStoredTime(fromMs, "the window's start"),
    toMs: toStoredTime(toMs, "the window's end"),
    ...(by === undefined ? {} : { by }),
  };
  if (by !== 'day' && by !== 'week') return window;
  // 1970 began on a Thursday, three days after a Monday.
  const length =
    by === 'day' ? { lengthMs: DAY_MS, shiftMs: 0 } : { lengthMs: 7 * DAY_MS, shiftMs: 3 * DAY_MS };
  const lastMs = periodStartOf(toMs - 1, length);
  return { ...window, period: { ...length, firstMs: lastMs - (MAX_PERIODS - 1) * length.lengthMs } };
}

export function periodStartOf(
  atMs: number,
  { lengthMs, shiftMs }: { readonly lengthMs: number; readonly shiftMs: number },
): number {
  return Math.floor((atMs + shiftMs) / lengthMs) * lengthMs - shiftMs;
}

/** `all`, `other`, or `=` and a name or the start of a period. Numbers come as texts from some engines. */
interface Grouped {
  readonly part: string;
  readonly count: number | string;
}
export type UnattemptedRow = Grouped;
export interface StandingRow extends Grouped {
  readonly verdict: string;
  readonly confidence: string;
  readonly judgement: string | null;
  readonly place: string | null;
}
export interface UsefulnessRow extends Grouped {
  readonly sum: number | string;
}
export interface PercentileRow extends Grouped {
  readonly p50: number | string | null;
  readonly p95: number | string | null;
}
export interface CostRow extends Grouped {
  readonly nano_usd: number | string | null;
  readonly unknown_prices: number | string;
}

export interface TallyRows {
  readonly standing: readonly StandingRow[];
  readonly unattempted: readonly UnattemptedRow[];
  readonly usefulness: readonly UsefulnessRow[];
  readonly timeToBrief: readonly PercentileRow[];
  readonly timeToResolve: readonly PercentileRow[];
  readonly cost: readonly CostRow[];
}

/** One tally for each part that any row is of. */
export function toTallies({ by, period }: PreparedTally, rows: TallyRows): readonly Tally[] {
  const parts = new Set(Object.values({ ...rows }).flatMap((each) => each.map(({ part }: Grouped) => part)));
  if (by === undefined) parts.add('all');
  const find = <Row extends Grouped>(of: readonly Row[], part: string) => of.find((row) => row.part === part);
  const tallies = [...parts].map((part): Tally => {
    const usefulness = find(rows.usefulness, part);
    const cost = find(rows.cost, part);
    return {
      ...(part.startsWith('=') ? { key: toKey(part.slice(1), period !== undefined) } : {}),
      isOther: part === 'other',
      unattempted: Number(find(rows.unattempted, part)?.count ?? 0),
      standing: rows.standing
        .filter((row) => row.part === part)
        .map((row) => toStandingCount(row))
        .toSorted((one, other) => (wordsOf(one) < wordsOf(other) ? -1 : 1)),
      usefulness: { count: Number(usefulness?.count ?? 0), sum: Number(usefulness?.sum ?? 0) },
      timeToBrief: toPercentiles(find(rows.timeToBrief, part)),
      timeToResolve: toPercentiles(find(rows.timeToResolve, part)),
      cost: {
        answers: Number(cost?.count ?? 0),
        usd: Number(cost?.nano_usd ?? 0) / 1e9,
        unknownPrices: Number(cost?.unknown_prices ?? 0),
      },
    };
  });
  return tallies.toSorted(period === undefined ? compareBySize : compareByKey);
}

/** Engines give groups in any order. */
function wordsOf({ confidence, judgement, place, verdict }: StandingCount): string {
  return [verdict, confidence, judgement ?? '', place ?? ''].join(' ');
}

function toKey(text: string, isTime: boolean): string {
  return isTime ? new Date(Number(text)).toISOString().slice(0, 10) : text;
}

function toStandingCount({ confidence, count, judgement, place, verdict }: StandingRow): StandingCount {
  return {
    count: Number(count),
    verdict: verdict as Verdict,
    confidence: confidence as Confidence,
    ...(judgement === null ? {} : { judgement: judgement as Judgement }),
    ...(place === null ? {} : { place: place as NonNullable<StandingCount['place']> }),
  };
}

function toPercentiles(row: PercentileRow | undefined): Percentiles {
  if (row === undefined || row.p50 === null || row.p95 === null) return { count: 0 };
  return { count: Number(row.count), p50Ms: Number(row.p50), p95Ms: Number(row.p95) };
}

function compareByKey(one: Tally, other: Tally): number {
  if (one.isOther !== other.isOther) return one.isOther ? 1 : -1;
  return (one.key ?? '') < (other.key ?? '') ? -1 : 1;
}

function compareBySize(one: Tally, other: Tally): number {
  if (one.isOther !== other.isOther) return one.isOther ? 1 : -1;
  return sizeOf(other) - sizeOf(one) || compareByKey(one, other);
}

function sizeOf({ standing, unattempted }: Tally): number {
  return standing.reduce((sum, { count }) => sum + count, unattempted);
}
