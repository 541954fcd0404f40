import { type Effects, type Store, tallyDimensions } from '@midwatch/core/incident';
import { sampleBegin, sampleEnd } from './sample-actions.js';
import { sampleAnalysis } from './sample-analysis.js';
import { sampleBrief, sampleRecord, sampleSteps } from './sample-records.js';

export const sampleSaid = {
  analyses: [sampleAnalysis()],
  outcome: { judgement: 'right', by: 'ann', via: 'cli' },
  rating: { score: 3, by: 'ann' },
  memory: { atMs: 5, cause: 'disk full', signatures: ['s'], words: ['w'] },
  memoriesShown: ['m'],
  memoryVerdicts: [{ key: 'm', verdict: 'misled' }],
  owner: { by: 'ann' },
  silence: { untilMs: 9, by: 'ann' },
} as const satisfies Effects;

/** Makes a store say every statement that it has. */
export async function useEverything(store: Store): Promise<void> {
  const effects = {
    brief: sampleBrief('x'),
    audit: [{ actor: 'a', action: 'b' }],
    deliveries: [{ key: 'd', channel: 'slack', payload: 1, dueAtMs: 1 }],
    ...sampleSteps(3),
  };
  await store.recordAlert(sampleRecord({ effects: { opened: effects, joined: effects, resolved: effects } }));
  const joinSinceMs = 9_000;
  const storm = { groupKey: 's', title: 's', incidents: 2, joinSinceMs, countSinceMs: 9_000 };
  const going = {
    reopenSinceMs: 9_000,
    openedSinceMs: 1,
    storm: { ...storm, effects: { opened: effects, joined: effects } },
  };
  await store.recordAlert(sampleRecord({ ...going, groupKey: 'other', alert: { fingerprint: 'f2' } }));
  await store.apply({ incidentId: 'inc-1', nowMs: 1, effects });
  await store.applyOnce({ incidentId: 'inc-1', actionKey: 'click', nowMs: 1, effects: sampleSaid });
  await store.isApplied({ incidentId: 'inc-1', actionKey: 'click' });
  await store.ledger.history('inc-1');
  await store.ledger.listAnalyses({ fromMs: 0, toMs: 9_000, limit: 2 });
  await store.ledger.listAnalyses({ fromMs: 0, toMs: 9_000, limit: 2, cursor: '5.1.x' });
  await store.memories.add([{ ...sampleSaid.memory, key: 'm' }], 5);
  await store.memories.search({ signatures: ['s'], words: ['w'], limit: 2 });
  await store.memories.listShown('inc-1');
  await store.getIncident('inc-1');
  await store.listIncidents({ limit: 2 });
  await store.listIncidents({ limit: 2, cursor: '20000.x' });
  const step = await store.steps.claim({ nowMs: 5, leaseMs: 5 });
  await store.steps.complete(step!, { nowMs: 6, effects });
  await store.steps.claim({ nowMs: 5, leaseMs: 5, incidentId: 'inc-1' });
  await store.steps.claim({ nowMs: 5, leaseMs: 5, isAside: true });
  await store.steps.claim({ nowMs: 5, leaseMs: 5, leavesSuspects: true });
  await store.steps.measure(5);
  await store.steps.listDead({ limit: 2 });
  await store.steps.listDead({ limit: 2, cursor: '9.' });
  await store.steps.requeue('inc-1', 's', 9);
  const delivery = await store.outbox.claim({ nowMs: 5, leaseMs: 5 });
  await store.outbox.fail(delivery!, { nowMs: 7, error: 'x' });
  await store.outbox.lastResult('inc-1', 'slack');
  await store.outbox.listDead({ limit: 2 });
  await store.outbox.listDead({ limit: 2, cursor: '9.' });
  await store.outbox.requeue('inc-1', 'd', 9);
  await store.outbox.measure(9);
  await store.audit.list({ limit: 2, cursor: '9.' });
  await store.audit.list({ limit: 2, incidentId: 'inc-1' });
  const budgets = { perIncidentUsd: 1, perServiceAndDayUsd: 1, perDayUsd: 1 };
  await store.spending.reserve({ key: 'k', incidentId: 'inc-1', usd: 0.1, nowMs: 5, budgets });
  await store.spending.settle('k', 0.05);
  await store.spending.sumOfDay(5);
  await store.controls.set('c', 1, 1, { actor: 'a', action: 'b' });
  await store.controls.get('c');
  await store.controls.list('c');
  await store.controls.takeTurn({ name: 't', nowMs: 5, everyMs: 1 });
  await useActions(store);
  await store.findAlertStart({ fingerprint: 'f1', atMs: 5_000 });
  await store.bundles.put('b', new Uint8Array(3), 1);
  await store.bundles.get('b');
  await store.changes.add([{ timestampMs: 5, service: 'checkout', changes: [] }], 6);
  for (const keep of ['newest', 'oldest', 'spread'] as const) {
    const query = { startMs: 1, endMs: 9, limit: 2, keep };
    await store.changes.list(query);
    await store.changes.list({ ...query, namespace: 'shop' });
    await store.changes.list({ ...query, service: 'checkout', namespace: 'shop' });
  }
  await store.prune({
    incidentsBeforeMs: 1,
    bundlesBeforeMs: 1,
    auditBeforeMs: 1,
    changesBeforeMs: 1,
    ledgerBeforeMs: 1,
    limit: 4,
  });
}

async function useActions({ actions }: Store): Promise<void> {
  await actions.begin(sampleBegin('p1', { approvalIds: ['a'] }));
  await actions.begin(sampleBegin('p1'));
  await actions.end(sampleEnd('p1', 'applied'));
  await actions.recordEffect({ ...sampleEnd('p1', 'applied'), effect: 'worse' });
  await actions.get('p1');
  await actions.listOf('inc-1');
  await actions.countBegun({ service: 'checkout', sinceMs: 5 });
  const entry = { actor: 'a', action: 'b' };
  await actions.log.append([entry, { ...entry, incidentId: 'inc-1' }], 5);
  await actions.log.list({ limit: 2, cursor: '1.' });
  await actions.log.list({ limit: 2, incidentId: 'inc-1' });
}

/** Makes the ledger say every statement that counts, over a fortieth of 4,000 rows a millisecond apart. */
export async function useTally({ ledger }: Pick<Store, 'ledger'>): Promise<void> {
  for (const by of [undefined, ...tallyDimensions])
    await ledger.tally({ fromMs: 1_000, toMs: 1_100, ...(by && { by }) });
  await ledger.settledRecord({ fromMs: 1_000, toMs: 1_100 });
}

/** The same of the comparison of shadows. */
export async function useShadowTally({ ledger }: Pick<Store, 'ledger'>): Promise<void> {
  await ledger.tallyShadows({ fromMs: 1_000, toMs: 1_100 });
}
