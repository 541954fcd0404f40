import type { Confidence, Percentiles, StandingCount, Tally } from '@midwatch/core/incident';
import { type Estimate, type Share, toEstimate, toShare } from './share.js';
import { statedProbabilities } from './stated-probabilities.js';

/**
 * What the analyses of some incidents were worth; one record for each incident, its standing analysis. The names are the same
 * in `midwatch eval`, `/metrics`, the API, the page and on the command line.
 */
export interface Figures {
  /** All of the window, with those that nobody looked at. */
  readonly incidents: number;
  /** That have an analysis, of all. */
  readonly attempted: Share;
  /** With the verdict `cause-found`, of those attempted. */
  readonly answered: Share;
  /** That said that the evidence does not suffice, of those attempted: neither right nor wrong, and of no level. */
  readonly abstained: Share;
  /** Judged right, partly or wrong, of all. The other figures speak for these alone. */
  readonly settled: Share;
  /** At HIGH, of all. */
  readonly coverageAtHigh: Share;
  readonly levels: Readonly<Record<Confidence, LevelFigures>>;
  /** Judged wrong, of the settled at HIGH. What is partly right is neither this nor precise. */
  readonly falsePositivesAtHigh: Estimate;
  /** The true service is the first that was named; of those whose outcome names one. */
  readonly top1: Share;
  /** It is among the first three. */
  readonly top3: Share;
  readonly calibration: CalibrationFigures;
  /** From 1 to 5; `mean` is `null` while nobody said. */
  readonly usefulness: { readonly count: number; readonly mean: number | null };
  readonly timeToBrief: TimeFigures;
  readonly timeToResolve: TimeFigures;
  readonly cost: CostFigures;
}

/** Of the analyses that claim something at this confidence. */
export interface LevelFigures {
  readonly count: number;
  /** Of `count`. */
  readonly settled: Share;
  readonly right: number;
  readonly partly: number;
  readonly wrong: number;
  /** Judged, and never to be known. */
  readonly unknown: number;
  /** Right, of those settled. */
  readonly precision: Estimate;
}

/** How well stated and observed shares agree, over settled claims of all levels. */
export interface CalibrationFigures {
  readonly settled: number;
  /** Mean square of what the stated probability was off by: 0 is best, 0.25 is what a coin gets; `null` of nothing. */
  readonly brier: number | null;
  /** Expected calibration error: how far observed shares lie from the stated ones, weighted by count; `null` of nothing. */
  readonly ece: number | null;
  /** The reliability diagram, HIGH first. */
  readonly reliability: readonly ReliabilityPoint[];
}

export interface ReliabilityPoint {
  readonly confidence: Confidence;
  readonly stated: number;
  readonly observed: Estimate;
}

/** Milliseconds by nearest rank; `null` of nothing. */
export interface TimeFigures {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** Of all that was billed, whether it was shown or not. */
export interface CostFigures {
  readonly answers: number;
  /** US dollars of answers whose price is known. */
  readonly usd: number;
  /** Of those attempted; `null` while there is none. */
  readonly perIncidentUsd: number | null;
  /** Answers that cost something nobody knows: `usd` is less than what was paid. */
  readonly unknownPrices: number;
}

const levels = ['HIGH', 'MEDIUM', 'LOW'] as const;

/**
 * `partly` is settled and not right: whoever acted on it had to find the rest. `unknown` is not settled: nothing was learned
 * about the analysis, and counting it as wrong would punish honesty about a cause that never showed.
 */
export function toFigures(tally: Tally): Figures {
  const { cost, standing, timeToBrief, timeToResolve, unattempted, usefulness } = tally;
  const attempted = sumOf(standing);
  const incidents = attempted + unattempted;
  const claims = standing.filter(({ verdict }) => verdict !== 'insufficient-evidence');
  const ofLevel = (level: Confidence) => toLevel(claims.filter(({ confidence }) => confidence === level));
  const byLevel = { HIGH: ofLevel('HIGH'), MEDIUM: ofLevel('MEDIUM'), LOW: ofLevel('LOW') };
  const named = standing.filter(({ place }) => place !== undefined);
  const first = named.filter(({ place }) => place === 'first');
  const amongThree = named.filter(({ place }) => place !== 'not-named');
  const of = (verdict: StandingCount['verdict']) =>
    sumOf(standing.filter((each) => each.verdict === verdict));
  return {
    incidents,
    attempted: toShare(attempted, incidents),
    answered: toShare(of('cause-found'), attempted),
    abstained: toShare(of('insufficient-evidence'), attempted),
    settled: toShare(sumOf(standing.filter(isSettled)), incidents),
    coverageAtHigh: toShare(byLevel.HIGH.count, incidents),
    levels: byLevel,
    falsePositivesAtHigh: toEstimate(byLevel.HIGH.wrong, byLevel.HIGH.settled.count),
    top1: toShare(sumOf(first), sumOf(named)),
    top3: toShare(sumOf(amongThree), sumOf(named)),
    calibration: toCalibration(byLevel),
    usefulness: {
      count: usefulness.count,
      mean: usefulness.count === 0 ? null : usefulness.sum / usefulness.count,
    },
    timeToBrief: toTimes(timeToBrief),
    timeToResolve: toTimes(timeToResolve),
    cost: { ...cost, perIncidentUsd: attempted === 0 ? null : cost.usd / attempted },
  };
}

function isSettled({ judgement }: StandingCount): boolean {
  return judgement !== undefined && judgement !== 'unknown';
}

function toLevel(claims: readonly StandingCount[]): LevelFigures {
  const judged = (as: StandingCount['judgement']) =>
    sumOf(claims.filter(({ judgement }) => judgement === as));
  const count = sumOf(claims);
  const [right, partly, wrong] = [judged('right'), judged('partly'), judged('wrong')];
  const settled = right + partly + wrong;
  return {
    ...{ count, right, partly, wrong, unknown: judged('unknown') },
    settled: toShare(settled, count),
    precision: toEstimate(right, settled),
  };
}

function toCalibration(byLevel: Figures['levels']): CalibrationFigures {
  const reliability = levels.map((confidence): ReliabilityPoint => {
    const { right, settled } = byLevel[confidence];
    return {
      confidence,
      stated: statedProbabilities[confidence],
      observed: toEstimate(right, settled.count),
    };
  });
  const settled = reliability.reduce((sum, { observed }) => sum + observed.of, 0);
  const mean = (lossOf: (point: ReliabilityPoint) => number) =>
    settled === 0 ? null : reliability.reduce((sum, point) => sum + lossOf(point), 0) / settled;
  return {
    settled,
    brier: mean(
      ({ observed: { count, of }, stated }) => count * (1 - stated) ** 2 + (of - count) * stated ** 2,
    ),
    ece: mean(({ observed: { count, of }, stated }) => Math.abs(count - of * stated)),
    reliability,
  };
}

function toTimes({ count, p50Ms, p95Ms }: Percentiles): TimeFigures {
  return { count, p50Ms: p50Ms ?? null, p95Ms: p95Ms ?? null };
}

function sumOf(counts: readonly StandingCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
