import type { Confidence, Verdict } from '@midwatch/core/incident';
import { type Confusion, type FaultScore, findConfusions, scoreByFault } from './confusions.js';

/** What one incident came to; the names of the measures are those of the ledger, the pages and `/metrics`. */
export interface IncidentResult {
  readonly id: string;
  /** In order of blame, under their own names even when the incident was renamed. */
  readonly suspects: readonly string[];
  readonly verdict: Verdict;
  readonly confidence: Confidence;
  /** The first suspect is the true one; `null` where no truth is known. */
  readonly correct: boolean | null;
  /** Where the true service stands among the suspects, from 1; `null` when it does not. */
  readonly rank: number | null;
  /** Absent where it is not known; `fault` where the bundle's truth names a kind. */
  readonly truth?: { readonly service: string; readonly fault?: string };
}

export interface Measurement {
  readonly dossierTokens: number;
  readonly collectMs: number;
  readonly reduceMs: number;
  readonly formatMs: number;
}

export interface EvaluationReport {
  readonly incidents: number;
  /** Shares from 0 to 1 of the incidents whose truth is known. */
  readonly top1: number;
  readonly top3: number;
  readonly top5: number;
  /** Share of all incidents with the verdict `cause-found`. */
  readonly answered: number;
  readonly high: { readonly count: number; readonly correct: number };
  readonly meanDossierTokens: number;
  readonly meanMs: { readonly collect: number; readonly reduce: number; readonly format: number };
  readonly perIncident: readonly Omit<IncidentResult, 'rank' | 'truth'>[];
  readonly confusions: readonly Confusion[];
  readonly faults: readonly FaultScore[];
}

export function scoreIncidents(
  results: readonly IncidentResult[],
  measurements: readonly Measurement[],
): EvaluationReport {
  const known = results.filter(({ correct }) => correct !== null);
  const within = (places: number) => share(known, ({ rank }) => rank !== null && rank <= places);
  const high = results.filter(
    ({ confidence, verdict }) => confidence === 'HIGH' && verdict === 'cause-found',
  );
  const mean = (of: (measurement: Measurement) => number) =>
    round(
      measurements.reduce((sum, measurement) => sum + of(measurement), 0) / Math.max(1, measurements.length),
      1,
    );
  return {
    incidents: results.length,
    top1: within(1),
    top3: within(3),
    top5: within(5),
    answered: share(results, ({ verdict }) => verdict === 'cause-found'),
    high: { count: high.length, correct: high.filter(({ correct }) => correct === true).length },
    meanDossierTokens: Math.round(mean(({ dossierTokens }) => dossierTokens)),
    meanMs: {
      collect: mean(({ collectMs }) => collectMs),
      reduce: mean(({ reduceMs }) => reduceMs),
      format: mean(({ formatMs }) => formatMs),
    },
    perIncident: results.map(({ id, suspects, verdict, confidence, correct }) => ({
      id,
      suspects,
      verdict,
      confidence,
      correct,
    })),
    confusions: findConfusions(results),
    faults: scoreByFault(results),
  };
}

function share<T>(items: readonly T[], is: (item: T) => boolean): number {
  return items.length === 0 ? 0 : round(items.filter(is).length / items.length, 4);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
