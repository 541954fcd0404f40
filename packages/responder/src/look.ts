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
  Collection,
  Dossier,
  Evidence,
  Format,
  Redactor,
  Reduce,
  SeenBefore,
  ToBrief,
} from '@midwatch/core/incident';
import type { Allowance } from './allowance.js';
import { analyzeWithin, identityOf } from './analyze-within.js';

/** The parts that an app wires together; each is a seam of `@midwatch/core/incident`. */
export interface InvestigationParts {
  readonly reduce: Reduce;
  readonly format: Format;
  /** Speaks first, and stands when the other analyzer does not answer. */
  readonly evidenceAnalyzer: Analyzer;
  readonly admit: Admit;
  readonly toBrief: ToBrief;
}

/** What is read, and how. */
export interface Sources {
  readonly connectors: readonly ConnectorV1[];
  readonly redact: Redactor | 'none';
  readonly plan?: PlanSettings;
  readonly onEvent?: (event: CollectEvent) => void;
  readonly fetch?: FetchLike;
  /** Of all bodies of one collection together. @default 32 MiB; a Worker has memory for 8 */
  readonly maxBodyBytes?: number;
}

export interface LookInput {
  /** Redacted. */
  readonly alert: Alert;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** For both waves of collection. @default 3,000 */
  readonly deadlineMs?: number;
  /** Finds past incidents like this one. @default none */
  readonly remember?: Remember;
  /** What the evidence analyzer's record allows it. @default nothing is lowered */
  readonly allowance?: Allowance;
  /** Asks only what was late then, and puts both together. */
  readonly earlier?: Collection;
}

/** One look at an incident: what was read, what code made of it, and what the evidence alone says. */
export interface Look {
  readonly alert: Alert;
  readonly nowMs: number;
  readonly collection: Collection;
  readonly evidence: Evidence;
  readonly dossier: Dossier;
  /** What stands in the dossier of past incidents. */
  readonly seenBefore: readonly SeenBefore[];
  readonly analysis: AdmittedAnalysis;
  readonly timings: LookTimings;
}

/** Wall-clock milliseconds of each step. */
export interface LookTimings {
  readonly collectMs: number;
  readonly reduceMs: number;
  readonly formatMs: number;
}

/** Plan, collect, reduce, format, and the evidence analyzer's answer. Rejects only on abort or on a mistake in a part. */
export async function look(parts: InvestigationParts, sources: Sources, input: LookInput): Promise<Look> {
  const { alert, allowance, nowMs, signal, deadlineMs, earlier, remember } = input;
  const { plan: settings, ...reading } = sources;
  const clock = createStopwatch();
  // The ledger is read beside the sources; it is asked again when the answer is needed.
  void allowance?.(identityOf(parts.evidenceAnalyzer));
  const collection = await collectSignals({
    ...reading,
    plan: plan(alert, nowMs, settings),
    signal,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(earlier === undefined ? {} : { earlier }),
  });
  const collectMs = clock();
  const found = await lookAgain(parts, {
    ...{ alert, nowMs, collection, signal },
    ...(remember && { remember }),
    ...(allowance && { allowance }),
  });
  return { ...found, timings: { ...found.timings, collectMs } };
}

export interface CollectedInput {
  /** Redacted. */
  readonly alert: Alert;
  readonly nowMs: number;
  readonly collection: Collection;
  readonly signal: AbortSignal;
  /** @default none */
  readonly remember?: Remember;
  /** @default nothing is lowered */
  readonly allowance?: Allowance;
}

/** Past incidents like the one that this evidence is of. It must not reject. */
export type Remember = (evidence: Evidence, alert: Alert) => Promise<readonly SeenBefore[]>;

/** What the present code makes of what was read already, now or long ago: reduce, format, and the evidence analyzer's answer. */
export async function lookAgain(parts: InvestigationParts, input: CollectedInput): Promise<Look> {
  const { alert, allowance, collection, nowMs, remember, signal } = input;
  const clock = createStopwatch();
  const evidence = parts.reduce(collection, alert);
  const reduceMs = clock();
  const seenBefore = (await remember?.(evidence, alert)) ?? [];
  const dossier = parts.format({ alert, evidence, collection, nowMs, seenBefore, fence: drawFence() });
  const formatMs = clock();
  const answer = await analyzeWithin({
    analyzer: parts.evidenceAnalyzer,
    input: { alert, evidence, dossier },
    admit: parts.admit,
    signal,
    deadlineMs: EVIDENCE_ANALYZER_DEADLINE_MS,
    allowance,
  });
  // It computes: that it fails is a mistake in a part.
  if (!('admitted' in answer)) throw answer.error ?? new Error(`the evidence analyzer ${answer.because}`);
  return {
    ...{ alert, nowMs, collection, evidence, dossier, seenBefore, analysis: answer.admitted },
    timings: { collectMs: 0, reduceMs, formatMs },
  };
}

/** It computes and waits for nobody; the deadline is for one that somebody else wrote. */
const EVIDENCE_ANALYZER_DEADLINE_MS = 10_000;

/** Milliseconds since it was last asked. */
export function createStopwatch(): () => number {
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
