import type {
  AdmittedAnalysis,
  CarriedOut,
  GateAnswer,
  NewStep,
  Proposal,
  Review,
} from '@midwatch/core/incident';
import type { ResponderContext } from './responder-options.js';

/** What a `propose` step is asked for: an action on what a look found, or what undoes one. */
export interface ProposeInput {
  readonly number: number;
  readonly undo?: { readonly planId: string; readonly asked?: true };
}

export type ProposeResult =
  | {
      readonly outcome: 'proposed';
      readonly proposal: Proposal;
      readonly gates: readonly GateAnswer[];
      readonly review?: Review;
      /** People were asked, or nobody needs to be. */
      readonly isOffered: boolean;
      readonly isAutomatic: boolean;
    }
  | { readonly outcome: 'nothing'; readonly why: string };

export interface CarryOutInput {
  readonly number: number;
  readonly planId: string;
}

/** `replaced`: something newer stood by then, and nothing was begun. */
export interface CarryOutResult {
  readonly outcome: CarriedOut['outcome'] | 'replaced';
  readonly detail: string;
  readonly gates?: readonly GateAnswer[];
}

const HOUR_MS = 3_600_000;
/** When an outcome that nobody knows is looked up again. */
export const LOOK_UP_AFTER_MS = [
  15_000,
  60_000,
  180_000,
  600_000,
  HOUR_MS,
  6 * HOUR_MS,
  24 * HOUR_MS,
] as const;
/** After so many it is for people to look; those after it are for a deploy system that was away, so that its target is free again. */
export const LOOK_UPS_AT_ONCE = 4;

/** When it is looked whether an action helped, counted from its end; the last time decides. */
export const CHECK_AFTER_MS = [60_000, 180_000, 300_000, 600_000] as const;
export const WATCH_MS = CHECK_AFTER_MS[3];

/** So often can one action's undo be worked out: an offer expires, and the object may have moved. */
export const MAX_UNDOS = 3;

const executed = new Set<string>(['rollback', 'restart', 'scale-up']);

export const proposeKey = (number: number): string => `propose-${number}`;
export const settleKey = (planId: string): string => `settle-action-${planId}`;
export const undoKey = (planId: string, attempt: number): string => `undo-${planId}-${attempt}`;

/** The first tries it; those after it look whether it was done. */
export function carryOutKey({ number, planId }: CarryOutInput, lookUp = 0): string {
  return `carry-out-${number}-${planId}${lookUp === 0 ? '' : `-${lookUp}`}`;
}

/** After an analysis that is final. Where no remediator is given, nothing of this exists. */
export function proposeSteps(
  { now, remediator }: ResponderContext,
  number: number,
  { advice, confidence, verdict }: AdmittedAnalysis,
): readonly NewStep[] {
  const isSure = verdict === 'cause-found' && confidence === 'HIGH';
  if (remediator === undefined || !isSure || !advice.some(({ action }) => executed.has(action))) return [];
  const input: ProposeInput = { number };
  return [{ key: proposeKey(number), kind: 'propose', input, dueAtMs: now() }];
}

export function carryOutStep(input: CarryOutInput, dueAtMs: number, lookUp = 0): NewStep {
  return { key: carryOutKey(input, lookUp), kind: 'carry-out', input, dueAtMs };
}
