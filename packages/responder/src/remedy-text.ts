import { type OfferSituation, stateOf, whyWithdrawn } from './offer-state.js';
import { isOffer, type Offer } from './read-offers.js';
import { WATCH_MS } from './remedy-steps.js';

const MAX_LENGTH = 500;

/** One line: what it waits for, what was done, whether it helped. */
export function sayOffer(offer: Offer, situation: OfferSituation): string {
  const text = `${sayState(offer, situation)}${sayUndo(offer, situation)}`;
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').toWellFormed();
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH - 1).toWellFormed()}…`;
}

/** In the order in which they were asked, each once. */
export function approversOf({ approvals }: Pick<Offer, 'approvals'>): readonly string[] {
  const names = approvals
    .filter(({ state }) => state === 'approved' || state === 'used')
    .map(({ decidedBy }) => decidedBy ?? '');
  return [...new Set(names)].filter((name) => name !== '');
}

function sayState(offer: Offer, situation: OfferSituation): string {
  const { carryOut, effectText, proposal, recorded } = offer;
  const by = sayApprovers(offer);
  const detail = carryOut?.result?.detail ?? '';
  switch (stateOf(offer, situation)) {
    case 'offered':
      return sayWaiting(offer);
    case 'running':
      return recorded === undefined
        ? `${by}; it is being carried out`
        : `${by}; it was begun at ${clock(recorded.begunAtMs)}, and there is no clear answer yet: Midwatch looks whether it was done`;
    case 'watched':
      return `done at ${sayEnd(offer)}, ${by}; until ${clock(endOf(offer) + WATCH_MS)} Midwatch watches whether it helps`;
    case 'helped':
      return `done at ${sayEnd(offer)}, ${by}; it helped${colon(effectText)}`;
    case 'no-effect':
      return recorded?.effect === undefined
        ? `done at ${sayEnd(offer)}, ${by}; whether it helped could not be told`
        : `done at ${sayEnd(offer)}, ${by}; it did not help${colon(effectText)}`;
    case 'worse':
      return `done at ${sayEnd(offer)}, ${by}; it is worse than before${colon(effectText)}`;
    case 'refused':
      return `not done${colon(detail === '' ? 'it could not be tried' : detail)}`;
    case 'unknown':
      return `nobody knows whether it was done: look at ${proposal.target} yourself${detail === '' ? '' : ` (${detail})`}`;
    case 'rejected':
      return sayRejected(offer);
    case 'expired':
      return `expired at ${clock(offer.proposal.expiresAtMs)}: ${sayCount(offer)}`;
    case 'not-offered':
      return `not offered: ${whyNotOffered(offer, situation)}`;
  }
}

function sayWaiting(offer: Offer): string {
  const { people, peopleReasons } = offer.proposal;
  const approvers = approversOf(offer);
  const why = people === 2 && peopleReasons.length > 0 ? ` (two, since ${peopleReasons.join('; ')})` : '';
  const until = `until ${clock(offer.proposal.expiresAtMs)}`;
  return approvers.length === 0
    ? `waits for the approval of ${people === 1 ? '1 person' : `${people} people`}${why} ${until}`
    : `${approvers.length} of ${people} approved (${approvers.join(', ')}); waits for ${people - approvers.length} more${why} ${until}`;
}

function sayApprovers(offer: Offer): string {
  const approvers = approversOf(offer);
  return approvers.length === 0
    ? 'by itself, as is set for this service'
    : `approved by ${approvers.join(' and ')}`;
}

function sayCount(offer: Offer): string {
  const { length } = approversOf(offer);
  return length === 0 ? 'nobody approved it' : `${length} of ${offer.proposal.people} approved it`;
}

function sayRejected({ approvals }: Offer): string {
  const no = approvals.find(({ decidedBy, state }) => state === 'rejected' && decidedBy !== 'midwatch');
  const at = no?.decidedAtMs === undefined ? '' : ` at ${clock(no.decidedAtMs)}`;
  return `rejected by ${no?.decidedBy ?? 'somebody'}${at}`;
}

function whyNotOffered(offer: Offer, situation: OfferSituation): string {
  const withdrawn = whyWithdrawn(offer, situation);
  if (withdrawn === 'resolved') return 'the alerts are over';
  const missing = offer.gates.filter(({ gate, passed }) => !passed && gate !== 'approval');
  if (withdrawn === undefined && !offer.isOffered && missing.length > 0)
    return `${missing.map(({ gate }) => gate).join(', ')} not passed`;
  return 'a newer look stands';
}

/** What came of undoing it, where that is not shown itself. */
function sayUndo({ undos }: Offer, situation: OfferSituation): string {
  const undo = undos.at(-1);
  if (undo === undefined) return '';
  if (undo === 'open') return '; what undoes it is being worked out';
  if (!isOffer(undo)) return `; it is not undone: ${undo.nothing}`;
  return `; undoing it: ${sayState(undo, situation)}`;
}

function endOf({ recorded }: Offer): number {
  return recorded?.endedAtMs ?? recorded?.begunAtMs ?? 0;
}

function sayEnd(offer: Offer): string {
  return clock(endOf(offer));
}

function colon(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `: ${text}`;
}

function clock(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 16)} UTC`;
}
