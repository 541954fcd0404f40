import type { BriefRemedy, BriefRemedyState, IncidentDetails } from '@midwatch/core/incident';
import { type OfferSituation, standingOffer, stateOf } from './offer-state.js';
import { isOffer, type Offer, readOffers } from './read-offers.js';
import { MAX_UNDOS } from './remedy-steps.js';
import { approversOf, sayOffer } from './remedy-text.js';
import type { ResponderContext } from './responder-options.js';

/** A brief is for reading; the whole diff stands in the plan. */
const MAX_DIFF = 40;
const MAX_STEPS = 20;

/** All that was proposed, where a brief may have to tell of it. */
export async function offersToTell(
  { remediator, store }: ResponderContext,
  incident: IncidentDetails,
): Promise<readonly Offer[]> {
  // What was shown stays, also when actions were switched off since.
  const isTold = remediator !== undefined || incident.brief?.remedy !== undefined;
  return isTold ? readOffers(store, incident.id) : [];
}

/** What a brief shows of actions: of the newest plan, where it stands now. Absent where nothing was ever proposed. */
export function remedyOf(
  offers: readonly Offer[],
  { status }: IncidentDetails,
  { nowMs, number }: { readonly nowMs: number; readonly number: number },
): BriefRemedy | undefined {
  const situation = { status, number, nowMs };
  const offer = standingOffer(offers, situation);
  const undone = offers.find(({ proposal }) => proposal.planId === offer?.proposal.undoes);
  return offer && toRemedy(offer, undone ?? offer, situation);
}

/** An undo is told together with what it undoes: else nobody reads there that it did not help. */
function toRemedy(offer: Offer, told: Offer, situation: OfferSituation): BriefRemedy {
  const { diff, expiresAtMs, isReversible, people, peopleReasons, planId, steps, title, undoes } =
    offer.proposal;
  return {
    ...{ planId, title, isReversible, people, peopleReasons, expiresAtMs },
    steps: steps.slice(0, MAX_STEPS),
    diff: diff.slice(0, MAX_DIFF),
    ...(undoes === undefined ? {} : { undoes }),
    state: stateOf(offer, situation),
    text: sayOffer(told, situation),
    approvedBy: approversOf(offer),
    missing: offer.gates.filter(({ gate, passed }) => !passed && gate !== 'approval'),
    choices: choicesOf(offer, situation),
  };
}

/** What a person can do about it now. */
export function choicesOf(offer: Offer, situation: OfferSituation): BriefRemedy['choices'] {
  const state = stateOf(offer, situation);
  if (state === 'offered') return ['approve', 'reject'];
  const isDone = state === 'watched' || state === 'helped' || state === 'no-effect' || state === 'worse';
  return isDone && canUndo(offer, situation) ? ['undo'] : [];
}

/** Whether it may be worked out (again) what undoes it. */
export function canUndo({ proposal, undos }: Offer, situation: OfferSituation): boolean {
  const undo = undos.at(-1);
  const isTaken = undo === 'open' || (isOffer(undo) && takenStates.has(stateOf(undo, situation)));
  return proposal.undoes === undefined && proposal.isReversible && !isTaken && undos.length < MAX_UNDOS;
}

const takenStates = new Set<BriefRemedyState>([
  ...(['offered', 'running', 'watched', 'unknown', 'helped', 'no-effect', 'worse'] as const),
]);
