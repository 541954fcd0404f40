import type { NewActionLogEntry, Store } from '@midwatch/core/incident';
import { type Offer, readOffers, withUndos } from './read-offers.js';
import type { ResponderContext } from './responder-options.js';

const PAGE = 200;
/** Of one incident there are some dozens. */
const MAX_PAGES = 10;

/**
 * Brings the action log up to what stands: whatever was proposed, asked and decided and is not in it yet. Steps of one incident run
 * one at a time, so that it is called again after a crash and adds nothing twice.
 */
export async function recordActions(
  { now, remediator, store }: ResponderContext,
  incidentId: string,
  isShown = false,
): Promise<void> {
  if (remediator === undefined && !isShown) return;
  const offers = await readOffers(store, incidentId);
  const wanted = withUndos(offers).flatMap((offer) => entriesOf(offer, incidentId, now()));
  if (wanted.length === 0) return;
  const known = await readKnown(store, incidentId);
  const missing = wanted.filter((entry) => !known.has(keyOf(entry)));
  if (missing.length > 0) await store.actions.log.append(missing.slice(0, PAGE), now());
}

async function readKnown(store: Store, incidentId: string): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, next } = await store.actions.log.list({
      ...{ limit: PAGE, incidentId },
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const item of items) known.add(keyOf(item));
    cursor = next;
    if (cursor === undefined) break;
  }
  return known;
}

function keyOf({
  action,
  actor = '',
  planId = '',
}: Partial<Pick<NewActionLogEntry, 'action' | 'actor' | 'planId'>>): string {
  return JSON.stringify([planId, action, actor]);
}

function entriesOf(offer: Offer, incidentId: string, nowMs: number): readonly NewActionLogEntry[] {
  const { approvals, carryOut, gates, isOffered, proposal, recorded, review } = offer;
  const { diff, evidence, people, planId, remedy, service, steps, target, title, undoes } = proposal;
  const own = (actor: string, action: string, detail: unknown): NewActionLogEntry => ({
    ...{ incidentId, planId, actor, action, detail },
  });
  const plan = { remedy, service, target, title, steps, diff, people, evidence };
  const decided = approvals.filter(({ state }) => state !== 'pending');
  const isExpired = approvals.length > 0 && nowMs >= proposal.expiresAtMs && recorded === undefined;
  const isGated = carryOut?.result?.outcome === 'gated' || carryOut?.result?.outcome === 'replaced';
  return [
    own('midwatch', 'proposed', { ...plan, gates, ...(undoes === undefined ? {} : { undoes }) }),
    ...(review === undefined
      ? []
      : [
          own(review.reviewer?.model ?? review.reviewer?.name ?? 'midwatch', 'reviewed', {
            answer: review.answer,
            reason: review.reason,
          }),
        ]),
    own('midwatch', isOffered ? 'offered' : 'not-offered', { gates: gates.filter(({ passed }) => !passed) }),
    ...decided.map(({ decidedAtMs, decidedBy = '', decidedRole, id, state }) =>
      own(decidedBy, decisionOf(state, decidedBy), {
        approval: id,
        role: decidedRole,
        atMs: decidedAtMs,
      }),
    ),
    ...(isGated ? [own('midwatch', 'gated', { ...carryOut?.result })] : []),
    ...(isExpired && carryOut === undefined && decided.every(({ state }) => state !== 'rejected')
      ? [own('midwatch', 'expired', { atMs: proposal.expiresAtMs })]
      : []),
  ];
}

function decisionOf(state: string, by: string): string {
  if (state !== 'rejected') return 'approved';
  return by === 'midwatch' ? 'withdrawn' : 'rejected';
}
