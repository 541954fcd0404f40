import type { Approval, Incident, Proposal, RemediatorCall, Review, SettledCount } from '@midwatch/core/incident';
import { createRemediator, type RemediatorOptions } from '../create-remediator.js';
import type { ServiceSettings } from '../gates/gate-input.js';
import { nowMs } from './deploy-signals.js';
import { type SetUp, setUp } from './kubernetes-plans.js';
import { createMemoryActions } from './memory-actions.js';
import { incidentOf } from './remedy-case.js';

const DAY_MS = 86_400_000;
const row = { analyzer: { name: 'test' }, level: 'HIGH', shownLevel: 'HIGH', via: 'people' } as const;
export const provenRows: readonly SettledCount[] = [
  { ...row, judgement: 'right', count: 200, firstAtMs: nowMs - 200 * DAY_MS, lastAtMs: nowMs - DAY_MS },
  { ...row, judgement: 'wrong', count: 2, firstAtMs: nowMs - 100 * DAY_MS, lastAtMs: nowMs - DAY_MS },
];
export const settings: ServiceSettings = {
  isOn: true,
  safeActions: ['rollback', 'restart', 'scale-up'],
  approverRoles: ['approver'],
};

export const remediatorCall = (): RemediatorCall => ({
  signal: new AbortController().signal,
  deadlineAtMs: Date.now() + 5_000,
});

/** A remediator for `api` before a stand-in, with everything as it must be but for the approval. */
export function createWorld(options: Partial<RemediatorOptions> = {}, set: SetUp = setUp()) {
  const incidents = new Set(['inc-1', 'inc-2']);
  const actions = createMemoryActions(incidents);
  const world = {
    set,
    actions,
    now: nowMs,
    stopped: undefined as string | undefined,
    open: [incidentOf('inc-1')] as Incident[],
    rows: provenRows,
    store: {
      actions: actions.store,
      approvals: { get: async (id: string) => actions.approvals.get(id) },
      ledger: { settledRecord: async () => world.rows },
      listIncidents: async () => ({ items: world.open }),
    },
    approve(proposal: Proposal, by: string, number = 1, more: Partial<Approval> = {}) {
      const id = `${proposal.planId} ${number}`;
      actions.approvals.set(id, {
        id,
        incidentId: 'inc-1',
        hash: proposal.planId,
        action: {},
        state: 'approved',
        requestedAtMs: world.now,
        expiresAtMs: proposal.expiresAtMs,
        decidedBy: by,
        decidedRole: 'approver',
        ...more,
      });
    },
    remediator: undefined as never as ReturnType<typeof createRemediator>,
  };
  world.remediator = createRemediator({
    executors: [set.executor],
    services: { api: settings },
    store: world.store,
    whyStopped: async () => world.stopped,
    now: () => world.now,
    ...options,
  });
  return world;
}
export type World = ReturnType<typeof createWorld>;

export const reviewOf = ({ planId }: Proposal, answer: Review['answer'] = 'no-veto'): Review => ({
  planId,
  answer,
  reason: 'x',
});

export async function proposed(
  { remediator }: Pick<World, 'remediator'>,
  input: Parameters<World['remediator']['propose']>[0],
): Promise<Proposal> {
  const answer = await remediator.propose(input, remediatorCall());
  if ('nothing' in answer) throw new Error(answer.nothing);
  // As it comes back from a store.
  return JSON.parse(JSON.stringify(answer.proposal)) as Proposal;
}
