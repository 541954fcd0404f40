import {
  type CollectEvent,
  type ConnectorV1,
  collectSignals,
  type FetchLike,
  type PlanSettings,
  plan,
} from '@midwatch/core';
import type {
  Admit,
  AdmittedAnalysis,
  Alert,
  Analyzer,
  Brief,
  Collection,
  Dossier,
  Evidence,
  Format,
  Redactor,
  Reduce,
  ToBrief,
} from '@midwatch/core/incident';
import { analyzeWithin } from './analyze-within.js';
import { redactAlert } from './redact-alert.js';

/** The parts that an app wires together; each is a seam of `@midwatch/core/incident`. */
export interface InvestigationParts {
  readonly reduce: Reduce;
  readonly format: Format;
  /** Speaks first, and stands when the other analyzer does not answer. */
  readonly evidenceAnalyzer: Analyzer;
  readonly admit: Admit;
  readonly toBrief: ToBrief;
}

export interface InvestigateInput {
  readonly alert: Alert;
  readonly connectors: readonly ConnectorV1[];
  readonly redact: Redactor | 'none';
  /** @default the evidence analyzer alone */
  readonly analyzer?: Analyzer;
  /** The time of the investigation: data, so that a recorded incident can be looked at again. */
  readonly nowMs: number;
  readonly plan?: PlanSettings;
  /** For both waves of collection. @default 3,000 */
  readonly collectDeadlineMs?: number;
  /** For `analyzer`. @default 60,000 */
  readonly analyzeDeadlineMs?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: CollectEvent) => void;
  /** The evidence analyzer's brief, while `analyzer` still reads. */
  readonly onFirstBrief?: (brief: Brief) => void;
  readonly fetch?: FetchLike;
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
export interface InvestigationTimings {
  readonly collectMs: number;
  readonly reduceMs: number;
  readonly formatMs: number;
  readonly analyzeMs: number;
}

export type Investigate = (input: InvestigateInput) => Promise<Investigation>;

/**
 * The way of one alert without a store: plan, collect, reduce, format, analyze, admit, brief. Rejects only on the caller's
 * abort or on a mistake in a part; sources and models that fail become part of the brief.
 */
export function createInvestigate(parts: InvestigationParts): Investigate {
  return async (input) => {
    const alert = redactAlert(input.alert, input.redact);
    const clock = createStopwatch();
    const collection = await collectSignals({
      connectors: input.connectors,
      plan: plan(alert, input.nowMs, input.plan),
      redact: input.redact,
      ...pick(input, 'signal', 'onEvent', 'fetch'),
      ...(input.collectDeadlineMs === undefined ? {} : { deadlineMs: input.collectDeadlineMs }),
    });
    const collectMs = clock();
    const evidence = parts.reduce(collection, alert);
    const reduceMs = clock();
    const dossier = parts.format({ alert, evidence, collection, nowMs: input.nowMs, fence: drawFence() });
    const formatMs = clock();

    const toBrief = (analysis: AdmittedAnalysis, pending?: string) =>
      parts.toBrief({
        alert,
        evidence,
        collection,
        analysis,
        nowMs: input.nowMs,
        ...(pending === undefined ? {} : { pending }),
      });
    const analyzeInput = { alert, evidence, dossier };
    const signal = input.signal ?? new AbortController().signal;
    const question = {
      input: analyzeInput,
      admit: parts.admit,
      signal,
      deadlineMs: input.analyzeDeadlineMs ?? 60_000,
    };
    let analysis = await analyzeWithin({ ...question, analyzer: parts.evidenceAnalyzer });
    if (input.analyzer !== undefined) {
      input.onFirstBrief?.(toBrief(analysis, `${input.analyzer.model ?? input.analyzer.name} still reading`));
      analysis = await analyzeWithin({ ...question, analyzer: input.analyzer, otherwise: analysis });
    }
    const timings = { collectMs, reduceMs, formatMs, analyzeMs: clock() };
    return { alert, collection, evidence, dossier, analysis, brief: toBrief(analysis), timings };
  };
}

/** Milliseconds since it was last asked. */
function createStopwatch(): () => number {
  let lastMs = performance.now();
  return () => {
    const beforeMs = lastMs;
    lastMs = performance.now();
    return lastMs - beforeMs;
  };
}

/** 20 characters that telemetry cannot guess, so that it cannot close its own fence. */
function drawFence(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('');
}

function pick<T extends object, K extends keyof T>(from: T, ...keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]),
  ) as Pick<T, K>;
}
