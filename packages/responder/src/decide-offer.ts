import { type ApprovalAnswer, type Effects, type IncidentDetails, personOf } from '@midwatch/core/incident';
import { readLooks } from './incident-state.js';
import { type OfferSituation, standingOffer, stateOf, whyWithdrawn } from './offer-state.js';
import type { ActAnswer, ActRequest, RefusalReason } from './person-action.js';
import { type Offer, readOffers, withUndos } from './read-offers.js';
import { choicesOf } from './read-remedy.js';
import { carryOutStep, MAX_UNDOS, type ProposeInput, undoKey } from './remedy-steps.js';
import type { ResponderContext } from './responder-options.js';
import { tellStep } from './tell-step.js';

/** Who may decide on actions; which of them may approve for a service is the remediator's word. */
const deciders = new Set(['approver', 'admin']);

export interface Decided {
  readonly incident: IncidentDetails;
  readonly request: Pick<ActRequest, 'by' | 'role' | 'via'> & {
    readonly actionKey: string;
    readonly nowMs: number;
    readonly planId: string;
  };
}

type Refused = Extract<ActAnswer, { readonly outcome: 'refused' }>;
const refuse = (reason: RefusalReason): Refused => ({ outcome: 'refused', reason });

/** Approves or rejects the plan that stands. One person counts once; the last who is needed sets it going. */
export async function decideOffer(
  context: ResponderContext,
  kind: 'approve' | 'reject',
  decided: Decided,
): Promise<ActAnswer> {
  const { by, planId, role = '' } = decided.request;
  const state = kind === 'approve' ? 'approved' : 'rejected';
  // Each turn that is lost means that somebody else has decided: there are two at most, and both may be lost.
  for (let turn = 0; turn < 4; turn++) {
    const found = await findDecidable(context, decided);
    if ('outcome' in found) return found;
    const { asked, offer, situation } = found;
    // Also of an older plan: a click that is sent twice is answered as the first was.
    const isSo = asked?.approvals.some(
      ({ decidedBy, state: is }) =>
        decidedBy !== undefined && personOf(decidedBy) === personOf(by) && isMeant(is, state),
    );
    if (isSo === true) return { outcome: 'repeated' };
    if (offer.proposal.planId !== planId) return refuse('other-plan');
    const why = whyNotDecidable(offer, situation);
    if (why !== undefined) return refuse(why);
    // One that does not count would use up the place of one that does. Whoever decides may say no.
    const roles = kind === 'approve' ? context.remediator?.approverRoles(offer.proposal.service) : undefined;
    if (roles?.includes(role) === false) return refuse('not-allowed');
    const answer = await decideNext(context, state, offer, decided);
    if (answer === 'done') return { outcome: 'done' };
    if (answer !== 'wrong-state') return refuse(answer === 'expired' ? 'expired' : 'nothing-offered');
  }
  return refuse('already-decided');
}

/** Asks for what undoes an action: a plan of its own, which is approved by itself. */
export async function askUndo(
  context: ResponderContext,
  decided: Decided,
): Promise<{ readonly effects: Effects } | { readonly refused: RefusalReason } | 'is-so'> {
  const { by, nowMs, planId, role, via } = decided.request;
  const found = await findDecidable(context, decided);
  if ('outcome' in found) return found.outcome === 'refused' ? { refused: found.reason } : 'is-so';
  const { offer, situation } = found;
  if (offer.undos.at(-1) === 'open') return 'is-so';
  if (offer.proposal.planId !== planId) return { refused: 'other-plan' };
  if (!choicesOf(offer, situation).includes('undo'))
    return { refused: offer.undos.length >= MAX_UNDOS ? 'already-decided' : 'nothing-offered' };
  const input: ProposeInput = { number: offer.number, undo: { planId, asked: true } };
  const key = undoKey(planId, offer.undos.length + 1);
  return {
    effects: {
      steps: [{ key, kind: 'propose', input, dueAtMs: nowMs }],
      audit: [{ actor: by, action: 'undo-asked', detail: { via, planId, role } }],
    },
  };
}

type Decidable =
  | { readonly offer: Offer; readonly asked: Offer | undefined; readonly situation: OfferSituation }
  | ActAnswer;

async function findDecidable(
  { store }: ResponderContext,
  { incident, request }: Decided,
): Promise<Decidable> {
  if (request.role === undefined || !deciders.has(request.role)) return refuse('not-allowed');
  const offers = await readOffers(store, incident.id);
  const { state } = await readLooks(store, incident.id);
  const situation = { status: incident.status, number: state?.number ?? 0, nowMs: request.nowMs };
  const offer = standingOffer(offers, situation);
  if (offer === undefined) return refuse('nothing-offered');
  const asked = withUndos(offers).find(({ proposal }) => proposal.planId === request.planId);
  return { offer, asked, situation };
}

function isMeant(state: string, decided: 'approved' | 'rejected'): boolean {
  return state === decided || (decided === 'approved' && state === 'used');
}

function whyNotDecidable(offer: Offer, situation: OfferSituation): RefusalReason | undefined {
  const state = stateOf(offer, situation);
  if (state === 'offered') return undefined;
  if (state === 'expired') return 'expired';
  if (state !== 'not-offered') return 'already-decided';
  const withdrawn = whyWithdrawn(offer, situation);
  if (withdrawn === 'resolved') return 'resolved';
  return withdrawn === 'replaced' || offer.isOffered ? 'other-plan' : 'nothing-offered';
}

/** The lowest that nobody has decided: so whoever takes the last one knows of all before it. */
async function decideNext(
  { store }: ResponderContext,
  state: 'approved' | 'rejected',
  { approvals, number, proposal }: Offer,
  { request }: Decided,
): Promise<ApprovalAnswer> {
  const { actionKey, by, nowMs, planId, role, via } = request;
  const index = approvals.findIndex((row) => row.state === 'pending');
  const row = approvals[index];
  if (row === undefined) return 'unknown';
  const isLast = state === 'approved' && index === proposal.people - 1;
  return store.approvals.decide({
    ...{ id: row.id, hash: planId, state, by, nowMs },
    ...(role === undefined ? {} : { role }),
    effects: {
      audit: [{ actor: by, action: `action-${state}`, detail: { via, planId, role } }],
      steps: [tellStep(actionKey, nowMs), ...(isLast ? [carryOutStep({ number, planId }, nowMs)] : [])],
    },
  });
}
