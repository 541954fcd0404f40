import { nameAlert, redactAlert } from '@midwatch/core';
import type {
  AdmittedAnalysis,
  Alert,
  Analyzer,
  Brief,
  Collection,
  Dossier,
  Evidence,
} from '@midwatch/core/incident';
import { judge } from './judge.js';
import { createStopwatch, type InvestigationParts, type LookTimings, look, type Sources } from './look.js';

export interface InvestigateInput extends Sources {
  readonly alert: Alert;
  /** @default the evidence analyzer alone */
  readonly analyzer?: Analyzer;
  /** Asked after `analyzer` where that is in doubt. @default nobody */
  readonly largerAnalyzer?: Analyzer;
  /** The time of the investigation: data, so that a recorded incident can be looked at again. */
  readonly nowMs: number;
  /** For both waves of collection. @default 3,000 */
  readonly collectDeadlineMs?: number;
  /** For each of both analyzers. @default 60,000 */
  readonly analyzeDeadlineMs?: number;
  readonly signal?: AbortSignal;
  /** The evidence analyzer's brief, while `analyzer` still reads. */
  readonly onFirstBrief?: (brief: Brief) => void;
}

/** Everything that one investigation made, in the order in which it was made. */
export interface Investigation {
  /** Redacted. */
  readonly alert: Alert;
  readonly collection: Collection;
  readonly evidence: Evidence;
  readonly dossier: Dossier;
  readonly analysis: AdmittedAnalysis;
  readonly brief: Brief;
  readonly timings: InvestigationTimings;
}

/** Wall-clock milliseconds of each step. */
export interface InvestigationTimings extends LookTimings {
  readonly analyzeMs: number;
}

export type Investigate = (input: InvestigateInput) => Promise<Investigation>;

/**
 * The way of one alert without a store: plan, collect, reduce, format, analyze, admit, brief. Rejects only on the caller's
 * abort or on a mistake in a part; sources and models that fail become part of the brief.
 */
export function createInvestigate(parts: InvestigationParts): Investigate {
  return async (input) => {
    const { analyzer, largerAnalyzer, analyzeDeadlineMs = 60_000, onFirstBrief, ...reading } = input;
    const { nowMs, collectDeadlineMs, ...rest } = reading;
    const { alert: given, signal = new AbortController().signal, ...sources } = rest;
    const found = await look(parts, sources, {
      alert: nameAlert(redactAlert(given, sources.redact), sources.plan?.services),
      nowMs,
      signal,
      ...(collectDeadlineMs === undefined ? {} : { deadlineMs: collectDeadlineMs }),
    });
    const { alert, collection, evidence, dossier } = found;
    const toBrief = (analysis: AdmittedAnalysis, pending?: string) =>
      parts.toBrief({
        ...{ alert, evidence, collection, analysis, nowMs },
        ...(pending === undefined ? {} : { pending }),
      });
    const clock = createStopwatch();
    let { analysis } = found;
    if (analyzer !== undefined) {
      onFirstBrief?.(toBrief(analysis, stillReading(analyzer)));
      analysis = await judge({
        analyzer,
        largerAnalyzer,
        input: { alert, evidence, dossier },
        admit: parts.admit,
        signal,
        deadlineMs: analyzeDeadlineMs,
        otherwise: analysis,
      });
    }
    const timings = { ...found.timings, analyzeMs: clock() };
    return { alert, collection, evidence, dossier, analysis, brief: toBrief(analysis), timings };
  };
}

/** What a brief says while a slower analyzer works. */
export function stillReading({ model, name }: Analyzer): string {
  return `${model ?? name} still reading`;
}
