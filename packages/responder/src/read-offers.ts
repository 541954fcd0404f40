import type { Approval, Proposal, RecordedAction, Step, Store } from '@midwatch/core/incident';
import { collectKey, MAX_LOOKS } from './incident-state.js';
import {
  type CarryOutResult,
  carryOutKey,
  LOOK_UP_AFTER_MS,
  MAX_UNDOS,
  type ProposeInput,
  type ProposeResult,
  proposeKey,
  settleKey,
  undoKey,
} from './remedy-steps.js';

type Proposed = Extract<ProposeResult, { readonly outcome: 'proposed' }>;

/** One proposal and all that has become of it, as the store has it. */
export interface Offer extends Proposed {
  /** Of the look that it rests on. */
  readonly number: number;
  /** One for each person who is needed; none where nobody was asked. */
  readonly approvals: readonly Approval[];
  readonly recorded?: RecordedAction;
  /** What it changed, in words, once that is known. */
  readonly effectText?: string;
  /** Absent while nobody tried. */
  readonly carryOut?: {
    readonly isOpen: boolean;
    readonly isFailed: boolean;
    /** How often it was looked up. */
    readonly lookUps: number;
    readonly result?: CarryOutResult;
  };
  /** What undoes it, in the order of asking; `open` while it is worked out. */
  readonly undos: readonly (Offer | { readonly nothing: string } | 'open')[];
}

type Read = Pick<Store, 'actions' | 'approvals' | 'steps'>;

/** All that was proposed for an incident, the oldest first. */
export async function readOffers(store: Read, incidentId: string): Promise<readonly Offer[]> {
  const offers: Offer[] = [];
  for (let number = 1; number <= MAX_LOOKS; number++) {
    const step = await store.steps.get(incidentId, proposeKey(number));
    // Of a look that was never asked for there is no proposal, and there is none after it.
    if (step === undefined && (await store.steps.get(incidentId, collectKey(number))) === undefined) break;
    const proposed = proposedBy(step);
    if (proposed === undefined) continue;
    const offer = await readOffer(store, incidentId, number, proposed);
    const undos =
      offer.recorded?.state === 'applied' ? await readUndos(store, incidentId, offer.proposal.planId) : [];
    offers.push({ ...offer, undos });
  }
  return offers;
}

/** The offer of a plan, an undo's as well. */
export function findOffer(offers: readonly Offer[], planId: string): Offer | undefined {
  return withUndos(offers).find(({ proposal }) => proposal.planId === planId);
}

export function withUndos(offers: readonly Offer[]): readonly Offer[] {
  return offers.flatMap((offer) => [offer, ...offer.undos.filter(isOffer)]);
}

export function isOffer(undo: Offer['undos'][number] | undefined): undo is Offer {
  return typeof undo === 'object' && 'proposal' in undo;
}

async function readOffer(
  store: Read,
  incidentId: string,
  number: number,
  proposed: Proposed,
): Promise<Offer> {
  const { people, planId } = proposed.proposal;
  const approvals: Approval[] = [];
  for (let person = 1; proposed.isOffered && person <= people; person++) {
    const approval = await store.approvals.get(approvalId(proposed.proposal, person));
    if (approval !== undefined) approvals.push(approval);
  }
  const recorded = await store.actions.get(planId);
  const carryOut = await readCarryOut(store, incidentId, { number, planId });
  const settle =
    recorded?.effect === undefined ? undefined : await store.steps.get(incidentId, settleKey(planId));
  const { text: effectText } = (settle?.input ?? {}) as { readonly text?: string };
  return {
    ...{ ...proposed, number, approvals, undos: [] },
    ...(recorded === undefined ? {} : { recorded }),
    ...(carryOut === undefined ? {} : { carryOut }),
    ...(effectText === undefined ? {} : { effectText }),
  };
}

export function approvalId({ planId }: Pick<Proposal, 'planId'>, person: number): string {
  return `${planId} ${person}`;
}

async function readCarryOut(
  store: Read,
  incidentId: string,
  plan: { readonly number: number; readonly planId: string },
): Promise<Offer['carryOut']> {
  let last: Step | undefined;
  let lookUps = 0;
  for (let lookUp = 0; lookUp <= LOOK_UP_AFTER_MS.length; lookUp++) {
    const step = await store.steps.get(incidentId, carryOutKey(plan, lookUp));
    if (step === undefined) break;
    last = step;
    lookUps = lookUp;
  }
  if (last === undefined) return undefined;
  const result = last.state === 'done' ? (last.result as CarryOutResult | undefined) : undefined;
  return {
    isOpen: last.state === 'waiting' || last.state === 'running',
    isFailed: last.state === 'failed',
    lookUps,
    ...(result === undefined ? {} : { result }),
  };
}

async function readUndos(store: Read, incidentId: string, planId: string): Promise<Offer['undos']> {
  const undos: Offer['undos'][number][] = [];
  for (let attempt = 1; attempt <= MAX_UNDOS; attempt++) {
    const step = await store.steps.get(incidentId, undoKey(planId, attempt));
    if (step === undefined) break;
    const proposed = proposedBy(step);
    if (proposed !== undefined) {
      const { number } = step.input as ProposeInput;
      undos.push(await readOffer(store, incidentId, number, proposed));
    } else if (step.state === 'waiting' || step.state === 'running') undos.push('open');
    else
      undos.push({
        nothing: (step.result as { why?: string } | undefined)?.why ?? 'it could not be worked out',
      });
  }
  return undos;
}

function proposedBy(step: Step | undefined): Proposed | undefined {
  const result = step?.state === 'done' ? (step.result as ProposeResult) : undefined;
  return result?.outcome === 'proposed' ? result : undefined;
}
