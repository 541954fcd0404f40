import { toSignatures } from '@midwatch/core';
import type {
  AdmittedAnalysis,
  AnalysisGap,
  AnalysisUsage,
  AnalyzerIdentity,
  CollectionSummary,
  Evidence,
  NewAnalysis,
} from '@midwatch/core/incident';
import type { KeptLook } from './kept-look.js';
import type { LookTimings } from './look.js';

/** What one analyzer said to one question, or why it said nothing. */
export type Statement = {
  readonly analyzer: AnalyzerIdentity;
  readonly analyzeMs?: number;
  readonly usage?: AnalysisUsage;
} & (
  | { readonly admitted: AdmittedAnalysis }
  | { readonly because: string; readonly isRefused?: true | undefined }
);

/** The look that it was about. */
export interface LookedAt {
  readonly number: number;
  readonly look: Pick<KeptLook, 'collection' | 'evidence'>;
  /** When the look was asked for. */
  readonly askedAtMs: number;
  readonly timings?: LookTimings | undefined;
  readonly bundleKey?: string | undefined;
}

const MAX_SERVICES = 3;
const MAX_GAPS = 40;

export interface Recorded {
  readonly nowMs: number;
  readonly wasShown: boolean;
  readonly isShadow?: boolean;
}

/** What the ledger keeps of it. */
export function toAnalysisRecord(
  { askedAtMs, bundleKey, look, number, timings }: LookedAt,
  statement: Statement,
  { isShadow = false, nowMs, wasShown }: Recorded,
): NewAnalysis {
  const { analyzer, analyzeMs, usage } = statement;
  const { collection, evidence } = look;
  return {
    look: number,
    ...stateOf(statement),
    wasShown,
    isShadow,
    analyzer,
    services: 'admitted' in statement ? rankedServices(statement.admitted, evidence) : [],
    signatures: toSignatures(evidence),
    gaps: gapsOf(collection),
    sourceSet: sourceSetOf(collection),
    timings: {
      ...(timings && {
        collectMs: Math.round(timings.collectMs),
        reduceMs: Math.round(timings.reduceMs),
        formatMs: Math.round(timings.formatMs),
      }),
      ...(analyzeMs === undefined ? {} : { analyzeMs: Math.round(analyzeMs) }),
      briefMs: Math.max(0, nowMs - askedAtMs),
    },
    ...(usage === undefined ? {} : { usage }),
    ...(bundleKey === undefined ? {} : { bundleKey }),
  };
}

type Came = Pick<
  NewAnalysis,
  'state' | 'reason' | 'verdict' | 'confidence' | 'statedConfidence' | 'uncalibratedConfidence'
>;

function stateOf(statement: Statement): Came {
  if (!('admitted' in statement)) {
    const { because: reason, isRefused } = statement;
    return { state: isRefused === true ? 'not-asked' : 'failed', reason };
  }
  const { admission, confidence, verdict } = statement.admitted;
  const statedConfidence = admission.confidenceLoweredFrom ?? confidence;
  const { uncalibratedConfidence } = admission;
  return {
    ...{ state: 'admitted', verdict, confidence, statedConfidence },
    ...(uncalibratedConfidence && { uncalibratedConfidence }),
  };
}

/** In the order that `midwatch eval` scores, too. */
function rankedServices({ hypotheses }: AdmittedAnalysis, { suspects }: Evidence): string[] {
  return [...new Set([...hypotheses, ...suspects].map(({ service }) => service))].slice(0, MAX_SERVICES);
}

function gapsOf({ sources }: CollectionSummary): AnalysisGap[] {
  const gaps = new Map<string, AnalysisGap>();
  for (const { connectorId: source, kind, state } of sources) {
    if (state === 'ok' || state === 'empty') continue;
    gaps.set(JSON.stringify([source, kind, state]), { source, kind, state });
  }
  return [...gaps.values()].slice(0, MAX_GAPS);
}

function sourceSetOf({ sources }: CollectionSummary): string {
  const asked = sources
    .filter(({ state }) => state !== 'not-asked' && state !== 'not-configured')
    .map(({ connectorId, kind }) => `${kind}:${connectorId}`);
  return [...new Set(asked)].toSorted().join(',');
}
