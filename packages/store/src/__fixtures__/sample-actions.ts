import {
  type ActionLogEntry,
  type BeginAction,
  type Proposal,
  type Store,
  verifyActionLog,
} from '@midwatch/core/incident';
import { expect } from 'vitest';

export function sampleProposal(planId: string, change: Partial<Proposal> = {}): Proposal {
  return {
    planId,
    remedy: 'rollback',
    service: 'checkout',
    target: 'kubernetes deployment shop/checkout',
    title: 'Roll checkout back',
    steps: ['one', 'two'],
    diff: [],
    isReversible: true,
    people: 1,
    peopleReasons: [],
    evidence: ['E1'],
    madeAtMs: 10_000,
    expiresAtMs: 90_000,
    plan: { revision: 4 },
    ...change,
  };
}

/** One that needs no person, of incident inc-1. */
export function sampleBegin(
  planId: string,
  { proposal, ...change }: Partial<Omit<BeginAction, 'proposal'>> & { proposal?: Partial<Proposal> } = {},
): BeginAction {
  return {
    incidentId: 'inc-1',
    proposal: sampleProposal(planId, proposal),
    approvalIds: [],
    maxBegun: 100,
    countSinceMs: 0,
    nowMs: 20_000,
    entry: { actor: 'midwatch', action: 'begun', detail: { plan: planId } },
    ...change,
  };
}

/** All that happened to an action after it had begun. */
export const sampleEnd = (planId: string, outcome: 'applied' | 'refused' | 'unknown', nowMs = 21_000) => ({
  ...{ planId, outcome, nowMs },
  entry: { actor: 'midwatch', action: outcome },
});

/** The whole log, page by page. */
async function* readLog({ actions }: Store, limit = 7): AsyncGenerator<ActionLogEntry> {
  for (let cursor: string | undefined; ; ) {
    const { items, next } = await actions.log.list({ limit, ...(cursor !== undefined && { cursor }) });
    yield* items;
    if (next === undefined) return;
    cursor = next;
  }
}

export async function readWholeLog(store: Store): Promise<ActionLogEntry[]> {
  const entries: ActionLogEntry[] = [];
  for await (const entry of readLog(store)) entries.push(entry);
  return entries;
}

/** That the log is whole, has its head, and so many entries. */
export async function expectWholeLog(store: Store, entries: number): Promise<void> {
  const head = await store.actions.log.head();
  const verification = await verifyActionLog(readLog(store), { ...(head && { head }) });
  expect(verification).toMatchObject({ verified: entries });
  expect(verification.fault).toBeUndefined();
  expect(verification.head).toEqual(head);
}
