import type {
  ActionEffect,
  Effects,
  IncidentDetails,
  NewOutcome,
  NewStep,
  Step,
} from '@midwatch/core/incident';
import { type MeasuredEffect, measureEffect } from './measure-effect.js';
import { readCase } from './propose-step.js';
import { findOffer, type Offer, readOffers } from './read-offers.js';
import { canUndo } from './read-remedy.js';
import {
  type CarryOutInput,
  CHECK_AFTER_MS,
  type ProposeInput,
  settleKey,
  undoKey,
  WATCH_MS,
} from './remedy-steps.js';
import { settleMemory } from './remember.js';
import type { ResponderContext } from './responder-options.js';
import type { StepEnd } from './step-end.js';
import { tellActionStep } from './tell-step.js';

/** Looks once whether an action helped, or draws the conclusion once it is known. */
export interface CheckInput extends CarryOutInput {
  readonly afterMs: number;
}
interface SettleInput extends CarryOutInput {
  readonly effect: ActionEffect;
  /** What was seen, for people. */
  readonly text: string;
}

/** What begins anew may be slow at first: only from here on is it called worse. */
const WORSE_AFTER_MS = CHECK_AFTER_MS[1];

export function checkSteps({ number, planId }: CarryOutInput, nowMs: number): readonly NewStep[] {
  return CHECK_AFTER_MS.map((afterMs) => ({
    key: `check-action-${planId}-${afterMs}`,
    kind: 'check-action',
    input: { number, planId, afterMs } satisfies CheckInput,
    dueAtMs: nowMs + afterMs,
  }));
}

export async function runCheckAction(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
  signal: AbortSignal,
): Promise<StepEnd> {
  const input = step.input as CheckInput | SettleInput;
  const offer = findOffer(await readOffers(context.store, incident.id), input.planId);
  if (offer?.recorded?.state !== 'applied') return {};
  if ('effect' in input) return settle(context, incident, input, offer);
  // What undoes it has begun: from then on there is nothing to be seen of it.
  if (offer.undos.some((undo) => typeof undo === 'object' && 'recorded' in undo)) return {};
  const seen = await see(context, incident, input, offer, signal);
  if (seen === undefined) return {};
  const { effect, text } = seen;
  const { number, planId } = input;
  const entry = { incidentId: incident.id, planId, actor: 'midwatch', action: effect, detail: { text } };
  await context.store.actions.recordEffect({ planId, effect, nowMs: context.now(), entry });
  return {
    result: seen,
    effects: {
      steps: [
        {
          key: settleKey(planId),
          kind: 'check-action',
          input: { number, planId, effect, text } satisfies SettleInput,
          dueAtMs: context.now(),
        },
      ],
    },
  };
}

type Seen = Pick<SettleInput, 'effect' | 'text'>;

/** `undefined`: too early to say. */
async function see(
  context: ResponderContext,
  incident: IncidentDetails,
  { afterMs, number }: CheckInput,
  { recorded }: Offer,
  signal: AbortSignal,
): Promise<Seen | undefined> {
  // Known before a crash: what was seen then is not known any more, and what it was is.
  if (recorded?.effect !== undefined) return { effect: recorded.effect, text: '' };
  const sinceMs = recorded?.endedAtMs ?? recorded?.begunAtMs ?? context.now();
  const measured = await measure(context, incident, { number, sinceMs }, signal);
  const seen = measured === undefined ? [] : [measured.text];
  if (incident.status === 'resolved')
    return { effect: 'success', text: ['all alerts are over', ...seen].join('; ') };
  if (measured?.course === 'over') return { effect: 'success', text: measured.text };
  if (measured?.course === 'worse' && afterMs >= WORSE_AFTER_MS)
    return { effect: 'worse', text: ['alerts still fire', measured.text].join('; ') };
  return afterMs < WATCH_MS
    ? undefined
    : { effect: 'no-effect', text: ['alerts still fire', ...seen].join('; ') };
}

/** A mistake in a part must not hide whether the alerts are over. */
async function measure(
  context: ResponderContext,
  incident: IncidentDetails,
  { number, sinceMs }: { readonly number: number; readonly sinceMs: number },
  signal: AbortSignal,
): Promise<MeasuredEffect | undefined> {
  const looked = await readCase(context, incident, number);
  if (looked === undefined) return undefined;
  try {
    return await measureEffect(context, looked, sinceMs, signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Once for each action, whichever look it was that showed it. */
async function settle(
  context: ResponderContext,
  incident: IncidentDetails,
  input: SettleInput,
  offer: Offer,
): Promise<StepEnd> {
  const nowMs = context.now();
  const { effect, number, planId, text } = input;
  const isUndo = offer.proposal.undoes !== undefined;
  const steps: NewStep[] = [tellActionStep(settleKey(planId), nowMs)];
  const situation = { status: incident.status, number, nowMs };
  if (effect !== 'success' && canUndo(offer, situation)) {
    const undo: ProposeInput = { number, undo: { planId } };
    const key = undoKey(planId, offer.undos.length + 1);
    steps.push({ key, kind: 'propose', input: undo, dueAtMs: nowMs });
  }
  const settled = isUndo ? {} : await outcomeEffects(context, incident, effect);
  return {
    effects: {
      ...settled,
      steps,
      audit: [{ actor: 'midwatch', action: `action-${effect}`, detail: { planId, text } }],
    },
  };
}

/** What a person has said stands. Both ways, so that neither flatters the record. */
async function outcomeEffects(
  { store }: ResponderContext,
  incident: IncidentDetails,
  effect: ActionEffect,
): Promise<Pick<Effects, 'memory' | 'memoryVerdicts' | 'outcome'>> {
  if (incident.outcome !== undefined && incident.outcome.via !== 'action') return {};
  const judgement = effect === 'success' ? 'right' : 'wrong';
  const outcome: NewOutcome = { judgement, by: 'midwatch', via: 'action' };
  return { outcome, ...(await settleMemory(store, incident, outcome)) };
}
