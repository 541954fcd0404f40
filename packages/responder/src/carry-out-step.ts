import type { CarriedOut, IncidentDetails, NewStep, RecordedAction, Step } from '@midwatch/core/incident';
import { callWithin } from './call-within.js';
import { checkSteps } from './check-action-step.js';
import { readLooks } from './incident-state.js';
import { standingOffer, whyWithdrawn } from './offer-state.js';
import { readCase } from './propose-step.js';
import { findOffer, type Offer, readOffers } from './read-offers.js';
import { recordActions } from './record-actions.js';
import { type CarryOutInput, type CarryOutResult, carryOutStep, LOOK_UP_AFTER_MS } from './remedy-steps.js';
import type { ResponderContext } from './responder-options.js';
import type { StepEnd } from './step-end.js';
import { whyStopped } from './stopped.js';
import { tellActionStep } from './tell-step.js';

/** For the gates, the writing, and a look whether it was done. */
const CARRY_OUT_DEADLINE_MS = 60_000;

/**
 * Has an action carried out that nothing stands against any more. The remediator asks every gate again and begins once; from then on,
 * here and after any crash, it is only looked up.
 */
export async function runCarryOut(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { planId } = step.input as CarryOutInput;
  // What led here stands in the log before anything is begun.
  await recordActions(context, incident.id, true);
  const offers = await readOffers(context.store, incident.id);
  const offer = findOffer(offers, planId);
  if (offer === undefined) return end(context, step, { outcome: 'gated', detail: 'no such plan is kept' });
  const { recorded } = offer;
  if (recorded === undefined) {
    const why = await whyNotBegun(context, incident, offers, offer);
    if (why !== undefined) return end(context, step, why);
  } else if (recorded.state === 'applied' || recorded.state === 'refused') {
    // It was ended, and the process with it.
    return end(context, step, { outcome: recorded.state, detail: '' });
  }
  const carried = await carryOut(context, incident, offer, signal);
  await endAction(context, incident.id, planId, carried);
  return end(context, step, carried);
}

async function whyNotBegun(
  { now, remediator, store }: ResponderContext,
  incident: IncidentDetails,
  offers: readonly Offer[],
  offer: Offer,
): Promise<CarryOutResult | undefined> {
  if (remediator === undefined) return { outcome: 'gated', detail: 'actions are switched off' };
  // The gate asks as well; whoever has thrown the switch need not trust it.
  const stopped = await whyStopped(store, 'actions');
  if (stopped !== undefined) return { outcome: 'gated', detail: stopped };
  const { state } = await readLooks(store, incident.id);
  const situation = { status: incident.status, number: state?.number ?? 0, nowMs: now() };
  const withdrawn = whyWithdrawn(offer, situation);
  if (withdrawn === 'resolved') return { outcome: 'gated', detail: 'the alerts were over by then' };
  const standing = standingOffer(offers, situation)?.proposal.planId;
  return withdrawn === undefined && standing === offer.proposal.planId
    ? undefined
    : { outcome: 'replaced', detail: 'a newer look stood by then' };
}

async function carryOut(
  context: ResponderContext,
  incident: IncidentDetails,
  { number, proposal, review }: Offer,
  signal: AbortSignal,
): Promise<CarriedOut> {
  const { remediator, store } = context;
  const looked = await readCase(context, incident, number);
  const isBegun = async () => (await store.actions.get(proposal.planId)) !== undefined;
  if (remediator === undefined || looked === undefined) {
    const detail = remediator === undefined ? 'actions are switched off' : 'its look is not kept';
    return (await isBegun()) ? { outcome: 'unknown', detail } : { outcome: 'gated', detail };
  }
  const about = { ...looked.remedyCase, proposal, ...(review === undefined ? {} : { review }) };
  try {
    return await callWithin(signal, CARRY_OUT_DEADLINE_MS, (call) => remediator.carryOut(about, call));
  } catch (error) {
    // Stopped, or not begun: this step is tried again. What was begun is looked up by one of its own.
    signal.throwIfAborted();
    if (!(await isBegun())) throw error;
    return { outcome: 'unknown', detail: 'there was no clear answer in time' };
  }
}

/** Unless the remediator has written it itself. */
async function endAction(
  { now, store }: ResponderContext,
  incidentId: string,
  planId: string,
  { detail, outcome }: CarriedOut,
): Promise<void> {
  const recorded: RecordedAction | undefined = await store.actions.get(planId);
  if (outcome === 'gated' || recorded === undefined || recorded.state === outcome) return;
  const entry = { incidentId, planId, actor: 'midwatch', action: outcome, detail: { detail } };
  await store.actions.end({ planId, outcome, nowMs: now(), entry });
}

function end({ now }: ResponderContext, step: Step, { detail, gates, outcome }: CarryOutResult): StepEnd {
  const input = step.input as CarryOutInput;
  const nowMs = now();
  const result: CarryOutResult = { outcome, detail, ...(gates === undefined ? {} : { gates }) };
  const steps: NewStep[] = [tellActionStep(step.key, nowMs)];
  if (outcome === 'applied') steps.push(...checkSteps(input, nowMs));
  if (outcome === 'unknown') steps.push(...lookUpAgain(step, nowMs));
  const action = outcome === 'replaced' ? 'action-gated' : `action-${outcome}`;
  return {
    result,
    effects: {
      steps,
      audit: [{ actor: 'midwatch', action, detail: { planId: input.planId, detail } }],
    },
  };
}

/** Bounded: then the brief tells people to look themselves. */
function lookUpAgain({ input, key }: Step, nowMs: number): readonly NewStep[] {
  const plan = input as CarryOutInput;
  const index = LOOK_UP_AFTER_MS.findIndex((_, each) => carryOutStep(plan, 0, each).key === key);
  const afterMs = index === -1 ? undefined : LOOK_UP_AFTER_MS[index];
  return afterMs === undefined ? [] : [carryOutStep(plan, nowMs + afterMs, index + 1)];
}

/** When it crashed again and again: what was begun is looked up later, as often as otherwise. */
export async function giveUpCarryOut(
  { now, store }: ResponderContext,
  step: Step,
): Promise<readonly NewStep[]> {
  const { planId } = step.input as CarryOutInput;
  const recorded = await store.actions.get(planId);
  const isOpen = recorded?.state === 'begun' || recorded?.state === 'unknown';
  const checks = recorded?.state === 'applied' ? checkSteps(step.input as CarryOutInput, now()) : [];
  return [
    tellActionStep(`${step.key}-failed`, now()),
    ...checks,
    ...(isOpen ? lookUpAgain(step, now()) : []),
  ];
}
