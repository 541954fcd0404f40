import type {
  AdmittedAnalysis,
  GateAnswer,
  IncidentDetails,
  NewAnalysis,
  NewStep,
  Proposal,
  ProposalAnswer,
  RemedyCase,
  Review,
  Step,
} from '@midwatch/core/incident';
import { askReviewer } from './ask-reviewer.js';
import { callWithin } from './call-within.js';
import { afterActions } from './done-in-vain.js';
import { readLooks } from './incident-state.js';
import type { KeptLook } from './kept-look.js';
import { findMaintenance, placeOf } from './maintenance.js';
import { isAnyUnderWay, type OfferSituation, stateOf } from './offer-state.js';
import { readLook } from './read-look.js';
import { approvalId, findOffer, type Offer, readOffers, withUndos } from './read-offers.js';
import { carryOutStep, type ProposeInput, type ProposeResult } from './remedy-steps.js';
import type { ResponderContext } from './responder-options.js';
import type { StepEnd } from './step-end.js';
import { tellActionStep } from './tell-step.js';

/** For one question to the remediator, which reads from the deploy system. */
const REMEDIATOR_DEADLINE_MS = 20_000;
/** Gates that are passed later, if at all: by people, and by the second model. */
const openLater = new Set(['approval', 'second-model']);

/** What one look found out, as the remediator is told it. */
export interface LookedCase {
  readonly remedyCase: RemedyCase;
  readonly look: KeptLook;
  readonly analysis: AdmittedAnalysis;
}

/** Works an action out and asks for what it needs; the step after it tells. Nothing is done to any system. */
export async function runPropose(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { now, store } = context;
  const { number, undo } = step.input as ProposeInput;
  const { state } = await readLooks(store, incident.id);
  const situation = { status: incident.status, number: state?.number ?? number, nowMs: now() };
  const offers = await readOffers(store, incident.id);
  const why = whyNothing(context, incident, { input: { number, ...(undo && { undo }) }, offers, situation });
  const looked = await readCase(context, incident, number);
  if (why !== undefined || looked === undefined)
    return nothing(step, incident, why ?? 'its look is not kept', now());
  const answer = await ask(
    context,
    { looked, offers, undone: undo && findOffer(offers, undo.planId) },
    signal,
  );
  if ('nothing' in answer) return nothing(step, incident, answer.nothing, now());
  return offer(context, { step, incident, looked, proposal: answer.proposal, offers, signal });
}

function whyNothing(
  { now, remediator, rules }: ResponderContext,
  incident: IncidentDetails,
  about: {
    readonly input: ProposeInput;
    readonly offers: readonly Offer[];
    readonly situation: OfferSituation;
  },
): string | undefined {
  const { input, offers, situation } = about;
  if (remediator === undefined) return 'actions are switched off';
  if (input.undo !== undefined) {
    const undone = findOffer(offers, input.undo.planId);
    return undone?.recorded?.state === 'applied' ? undefined : 'it was not done';
  }
  if (situation.number !== input.number) return 'a newer look stands';
  if (incident.status === 'resolved') return 'the alerts are over';
  if (findMaintenance(rules, placeOf(incident), now()) !== undefined) return 'there is maintenance';
  return isAnyUnderWay(offers, situation) ? 'an action is under way' : undefined;
}

/** What the look of this number found, and what was said of it. */
export async function readCase(
  { now, store }: ResponderContext,
  incident: IncidentDetails,
  number: number,
): Promise<LookedCase | undefined> {
  const kept = await readLook(store, incident.id, number);
  if (kept === undefined) return undefined;
  const { analysis, look } = kept;
  return { look, analysis, remedyCase: { incident, evidence: look.evidence, analysis, nowMs: now() } };
}

interface Asking {
  readonly looked: LookedCase;
  readonly offers: readonly Offer[];
  readonly undone: Offer | undefined;
}

async function ask(
  { remediator }: ResponderContext,
  { looked: { remedyCase }, offers, undone }: Asking,
  signal: AbortSignal,
): Promise<ProposalAnswer> {
  if (remediator === undefined) return { nothing: 'actions are switched off' };
  return callWithin(signal, REMEDIATOR_DEADLINE_MS, (call) =>
    undone === undefined
      ? remediator.propose({ ...remedyCase, analysis: afterActions(remedyCase.analysis, offers) }, call)
      : remediator.proposeUndo({ ...remedyCase, proposal: undone.proposal }, call),
  );
}

interface Offering {
  readonly step: Step;
  readonly incident: IncidentDetails;
  readonly looked: LookedCase;
  readonly proposal: Proposal;
  readonly offers: readonly Offer[];
  readonly signal: AbortSignal;
}

async function offer(context: ResponderContext, offering: Offering): Promise<StepEnd> {
  const { now } = context;
  const { proposal, step } = offering;
  const { number, undo } = step.input as ProposeInput;
  const { analyses, gates, review } = await askGates(context, offering);
  const open = gates.filter(({ passed }) => !passed);
  const isOffered = open.every(({ gate }) => gate === 'approval');
  const mayBeAutomatic = undo?.asked !== true && needsNobody(context, offering);
  const isAutomatic = open.length === 0 && mayBeAutomatic;
  if (isOffered && !isAutomatic) await requestApprovals(context, offering);
  await withdrawOthers(context, offering);
  const steps: NewStep[] = [tellActionStep(step.key, now())];
  if (isOffered && now() < proposal.expiresAtMs)
    steps.push(tellActionStep(`expiry-${step.key}`, proposal.expiresAtMs));
  if (isAutomatic) steps.push(carryOutStep({ number, planId: proposal.planId }, now()));
  const result: ProposeResult = {
    ...{ outcome: 'proposed', proposal, gates, isOffered, isAutomatic },
    ...(review === undefined ? {} : { review }),
  };
  const { planId, title, undoes } = proposal;
  const detail = { planId, title, isOffered, ...(undoes === undefined ? {} : { undoes }) };
  return {
    result,
    effects: {
      steps,
      ...(analyses.length === 0 ? {} : { analyses }),
      audit: [{ actor: 'midwatch', action: 'action-proposed', detail }],
    },
  };
}

/** Its own setting says so, or, of an undo, that of what it undoes; the gates have to agree. */
function needsNobody({ remediator }: ResponderContext, { offers, proposal }: Offering): boolean {
  if (proposal.undoes === undefined) return remediator?.automation(proposal).approves === true;
  const undone = findOffer(offers, proposal.undoes)?.proposal;
  return undone !== undefined && remediator?.automation(undone).undoes === true;
}

interface Asked {
  readonly gates: readonly GateAnswer[];
  readonly review?: Review;
  readonly analyses: readonly NewAnalysis[];
}

/** The second model is asked only when nothing but it and people are missing: it costs money, and it can only veto. */
async function askGates(
  context: ResponderContext,
  { incident, looked, proposal, signal, step }: Offering,
): Promise<Asked> {
  const { remediator } = context;
  if (remediator === undefined) return { gates: [], analyses: [] };
  const about = { ...looked.remedyCase, proposal };
  const gates = await callWithin(signal, REMEDIATOR_DEADLINE_MS, (call) => remediator.askGates(about, call));
  const open = gates.filter(({ passed }) => !passed).map(({ gate }) => gate);
  if (!open.includes('second-model') || open.some((gate) => !openLater.has(gate)))
    return { gates, analyses: [] };
  const { analyses, review } = await askReviewer(context, incident, step, { ...looked, proposal }, signal);
  const again = await callWithin(signal, REMEDIATOR_DEADLINE_MS, (call) =>
    remediator.askGates({ ...about, review }, call),
  );
  return { gates: again, review, analyses };
}

async function requestApprovals(
  { now, store }: ResponderContext,
  { incident, proposal }: Offering,
): Promise<void> {
  const { expiresAtMs, people, planId, remedy, target, title } = proposal;
  for (let person = 1; person <= people; person++)
    await store.approvals.request({
      ...{ id: approvalId(proposal, person), incidentId: incident.id, hash: planId },
      ...{ action: { planId, remedy, target, title }, requestedAtMs: now(), expiresAtMs },
    });
}

/** What was offered before can be decided no more, whoever holds its message. */
async function withdrawOthers(
  { now, store }: ResponderContext,
  { offers, proposal, step }: Offering,
): Promise<void> {
  const { undo } = step.input as ProposeInput;
  const situation = { status: 'firing', number: 0, nowMs: now() } as const;
  for (const other of withUndos(offers)) {
    const isOpen = stateOf(other, situation) === 'offered';
    const isUndone = other.proposal.planId === undo?.planId;
    if (!isOpen || isUndone || other.proposal.planId === proposal.planId) continue;
    for (const { hash, id, state } of other.approvals)
      if (state === 'pending')
        await store.approvals.decide({ id, hash, state: 'rejected', by: 'midwatch', nowMs: now() });
  }
}

function nothing(step: Step, { brief }: IncidentDetails, why: string, nowMs: number): StepEnd {
  // Where no action was ever told of, there is nothing new to tell.
  const steps = brief?.remedy === undefined ? [] : [tellActionStep(step.key, nowMs)];
  return {
    result: { outcome: 'nothing', why } satisfies ProposeResult,
    effects: {
      steps,
      audit: [{ actor: 'midwatch', action: 'no-action-proposed', detail: { why } }],
    },
  };
}
