import type { BriefRemedyState, Incident } from '@midwatch/core/incident';
import { isOffer, type Offer, withUndos } from './read-offers.js';
import { LOOK_UPS_AT_ONCE, WATCH_MS } from './remedy-steps.js';

/** What there is to an offer beside it. */
export interface OfferSituation {
  readonly status: Incident['status'];
  /** Of the look that stands. */
  readonly number: number;
  readonly nowMs: number;
}

/** The last look whether it helped is made by then, also by a busy server. */
const WATCH_ENDS_MS = WATCH_MS + 120_000;

/** Where one plan stands, from what the store has of it alone. */
export function stateOf(offer: Offer, situation: OfferSituation): BriefRemedyState {
  const { approvals, carryOut, isOffered, proposal, recorded } = offer;
  if (recorded !== undefined) return begunState(offer, recorded, situation);
  if (carryOut?.isOpen === true) return 'running';
  if (carryOut !== undefined) return triedState(carryOut);
  if (approvals.some(({ decidedBy, state }) => state === 'rejected' && decidedBy !== 'midwatch'))
    return 'rejected';
  const isWithdrawn = approvals.some(({ state }) => state === 'rejected');
  if (!isOffered || isWithdrawn || whyWithdrawn(offer, situation) !== undefined) return 'not-offered';
  return situation.nowMs >= proposal.expiresAtMs ? 'expired' : 'offered';
}

/** Why what was not begun yet must not be begun any more. What undoes something rests on no analysis. */
export function whyWithdrawn(
  { number, proposal }: Offer,
  { number: standing, status }: OfferSituation,
): 'replaced' | 'resolved' | undefined {
  if (proposal.undoes !== undefined) return undefined;
  if (standing > number) return 'replaced';
  return status === 'resolved' ? 'resolved' : undefined;
}

/** The one that people are shown: the newest plan, or what undoes it, unless nothing comes of that. */
export function standingOffer(offers: readonly Offer[], situation: OfferSituation): Offer | undefined {
  const last = offers.at(-1);
  const undo = last?.undos.findLast(isOffer);
  const isVoid = undo === undefined || voidStates.has(stateOf(undo, situation));
  return isVoid ? last : undo;
}

const voidStates = new Set<BriefRemedyState>(['not-offered', 'rejected', 'expired', 'refused']);

/** While one is, nothing else is proposed. */
export function isAnyUnderWay(offers: readonly Offer[], situation: OfferSituation): boolean {
  return withUndos(offers).some((offer) => {
    const state = stateOf(offer, situation);
    return state === 'running' || state === 'watched';
  });
}

function begunState(
  { carryOut }: Offer,
  { begunAtMs, effect, endedAtMs = begunAtMs, state }: NonNullable<Offer['recorded']>,
  { nowMs }: OfferSituation,
): BriefRemedyState {
  if (state === 'refused') return 'refused';
  if (state !== 'applied')
    return carryOut?.isOpen === true && carryOut.lookUps <= LOOK_UPS_AT_ONCE ? 'running' : 'unknown';
  if (effect !== undefined) return effect === 'success' ? 'helped' : effect;
  return nowMs <= endedAtMs + WATCH_ENDS_MS ? 'watched' : 'no-effect';
}

function triedState({ result }: NonNullable<Offer['carryOut']>): BriefRemedyState {
  if (result?.outcome === 'replaced') return 'not-offered';
  return result?.outcome === 'unknown' || result?.outcome === 'applied' ? 'unknown' : 'refused';
}
