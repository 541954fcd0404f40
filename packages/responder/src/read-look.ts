import type { AdmittedAnalysis, Step, Store } from '@midwatch/core/incident';
import {
  type AnalyzeResult,
  analyzeKey,
  type CollectResult,
  collectKey,
  MAX_LOOKS,
} from './incident-state.js';
import type { KeptLook } from './kept-look.js';

/** One look at an incident, as it is kept. */
export interface LookRecord {
  readonly number: number;
  /** All that found something and said so, ascending. */
  readonly numbers: readonly number[];
  readonly look: KeptLook;
  /** The model's answer, where there is one, else what the evidence alone said. */
  readonly analysis: AdmittedAnalysis;
  /** A model still reads it. */
  readonly isPending: boolean;
}

/** Reads only, and no raw signals. The newest look unless a number is given; `undefined` when there is none such. */
export async function readLook(
  store: Pick<Store, 'steps'>,
  incidentId: string,
  number?: number,
): Promise<LookRecord | undefined> {
  const looks = new Map<number, KeptLook>();
  for (let each = 1; each <= MAX_LOOKS; each++) {
    const step = await store.steps.get(incidentId, collectKey(each));
    if (step === undefined) break;
    const result = step.state === 'done' ? (step.result as CollectResult) : undefined;
    if (result?.outcome === 'looked') looks.set(each, result.look);
  }
  const numbers = [...looks.keys()];
  const asked = number ?? numbers.at(-1);
  const look = asked === undefined ? undefined : looks.get(asked);
  if (asked === undefined || look === undefined) return undefined;
  const analyze = await store.steps.get(incidentId, analyzeKey(asked));
  const answer = analyze?.state === 'done' ? (analyze.result as Partial<AnalyzeResult>) : undefined;
  return {
    number: asked,
    numbers,
    look,
    analysis: answer?.analysis ?? look.analysis,
    isPending: isOpen(analyze),
  };
}

function isOpen(step: Step | undefined): boolean {
  return step?.state === 'waiting' || step?.state === 'running';
}
