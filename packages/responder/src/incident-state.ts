import type { AdmittedAnalysis, Step, Store } from '@midwatch/core/incident';
import type { KeptLook } from './kept-look.js';
import type { LookTimings } from './look.js';
import type { CollectInput } from './new-look.js';

/** What a `collect` step leaves; its `analyze` step has the same number. */
export type CollectResult =
  | {
      readonly outcome: 'looked';
      readonly look: KeptLook;
      readonly bundleKey?: string;
      /** Absent in what an earlier version has kept. */
      readonly timings?: LookTimings;
    }
  /** A later collection that changed neither suspect nor confidence. */
  | { readonly outcome: 'unchanged' }
  /** Not looked at: a storm that it is part of burns. */
  | { readonly outcome: 'part-of-storm' };

/** What an `analyze` step leaves. */
export interface AnalyzeResult {
  readonly analysis: AdmittedAnalysis;
}

/** What stands of an incident now. */
export interface IncidentState {
  /** Of the look that stands. */
  readonly number: number;
  readonly look: KeptLook;
  readonly bundleKey?: string;
  readonly timings?: LookTimings;
  /** When it was asked for. */
  readonly askedAtMs: number;
  readonly analysis: AdmittedAnalysis;
  /** A model still reads this look. */
  readonly isPending: boolean;
}

export interface Looks {
  /** How many looks have been asked for so far. */
  readonly count: number;
  /** Whether the newest is still to be made. */
  readonly isLooking: boolean;
  /** When the newest was asked for, but for late sources: what the cooldown counts from, whatever came of it. */
  readonly askedAtMs?: number;
  readonly state?: IncidentState;
}

/** So many looks has an incident at most. */
export const MAX_LOOKS = 8;

export const collectKey = (number: number): string => `collect-${number}`;
export const analyzeKey = (number: number): string => `analyze-${number}`;

/** The newest look that found something, with the newest analysis of it. */
export async function readLooks(store: Pick<Store, 'steps'>, incidentId: string): Promise<Looks> {
  let state: IncidentState | undefined;
  let isLooking = false;
  let askedAtMs: number | undefined;
  const looksOf = (count: number): Looks => ({
    count,
    isLooking,
    ...(state && { state }),
    ...(askedAtMs === undefined ? {} : { askedAtMs }),
  });
  for (let number = 1; number <= MAX_LOOKS; number++) {
    const collect = await store.steps.get(incidentId, collectKey(number));
    if (collect === undefined) return looksOf(number - 1);
    isLooking = isOpen(collect);
    if ((collect.input as CollectInput).onlyLate !== true) askedAtMs = collect.queuedAtMs;
    const found = collectResultOf(collect);
    if (found?.outcome !== 'looked') continue;
    const analyze = await store.steps.get(incidentId, analyzeKey(number));
    state = {
      ...toLookedAt(number, collect, found),
      analysis: analyzeResultOf(analyze)?.analysis ?? found.look.analysis,
      isPending: analyze !== undefined && isOpen(analyze),
    };
  }
  return looksOf(MAX_LOOKS);
}

/** One look as it was made, whatever was looked at since; `undefined` when nothing was kept of it. */
export async function readLookedAt(
  store: Pick<Store, 'steps'>,
  incidentId: string,
  number: number,
): Promise<Omit<IncidentState, 'analysis' | 'isPending'> | undefined> {
  const collect = await store.steps.get(incidentId, collectKey(number));
  const found = collect && collectResultOf(collect);
  return collect !== undefined && found?.outcome === 'looked'
    ? toLookedAt(number, collect, found)
    : undefined;
}

function toLookedAt(
  number: number,
  { queuedAtMs: askedAtMs }: Step,
  { bundleKey, look, timings }: Extract<CollectResult, { outcome: 'looked' }>,
) {
  return {
    ...{ number, look, askedAtMs },
    ...(bundleKey === undefined ? {} : { bundleKey }),
    ...(timings === undefined ? {} : { timings }),
  };
}

function isOpen({ state }: Step): boolean {
  return state === 'waiting' || state === 'running';
}

function collectResultOf({ state, result }: Step): CollectResult | undefined {
  return state === 'done' ? (result as CollectResult) : undefined;
}

function analyzeResultOf(step: Step | undefined): AnalyzeResult | undefined {
  return step?.state === 'done' ? (step.result as AnalyzeResult) : undefined;
}
