import type { NewAnalysis, Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { bareAnalysis, sampleAnalysis } from './sample-analysis.js';
import { sampleRecord, sampleSteps } from './sample-records.js';

export function ledgerTests(current: () => Store): void {
  const open = (id: string, nowMs = 10_000) =>
    current().recordAlert(
      sampleRecord({ incidentId: id, groupKey: id, nowMs, alert: { fingerprint: id }, effects: {} }),
    );
  const record = (incidentId: string, nowMs: number, ...analyses: NewAnalysis[]) =>
    current().apply({ incidentId, nowMs, effects: { analyses } });

  test('an analysis comes back as it was recorded, with its incident and its place in it', async () => {
    const store = current();
    await open('inc-1');
    await record('inc-1', 11_000, sampleAnalysis(), bareAnalysis);
    await record('inc-1', 12_000, sampleAnalysis({ look: 2 }));
    const common = { incidentId: 'inc-1', service: 'checkout' };
    expect(await store.ledger.history('inc-1')).toEqual({
      analyses: [
        { ...sampleAnalysis(), ...common, number: 1, atMs: 11_000 },
        { ...bareAnalysis, ...common, number: 2, atMs: 11_000 },
        { ...sampleAnalysis({ look: 2 }), ...common, number: 3, atMs: 12_000 },
      ],
      outcomes: [],
      ratings: [],
    });
    expect(await store.ledger.history('nobody')).toEqual({ analyses: [], outcomes: [], ratings: [] });
  });

  test('it is there with the step that made it, or not at all', async () => {
    const store = current();
    await store.recordAlert(sampleRecord({ effects: { opened: sampleSteps(1) } }));
    const first = await store.steps.claim({ nowMs: 100, leaseMs: 10 });
    const second = await store.steps.claim({ nowMs: 200, leaseMs: 10 });
    const effects = { analyses: [sampleAnalysis()] };
    expect(await store.steps.complete(second!, { nowMs: 201, effects })).toBe(true);
    expect(await store.steps.complete(first!, { nowMs: 202, effects })).toBe(false);
    expect((await store.ledger.history('inc-1')).analyses).toHaveLength(1);
    expect(await record('nobody', 1, sampleAnalysis())).toBe(false);
    expect((await store.ledger.history('nobody')).analyses).toEqual([]);
  });

  test('they are read in the order of time, page by page, each with the outcome that stands', async () => {
    const store = current();
    for (const id of ['b', 'a', 'c']) await open(id);
    for (const atMs of [30_000, 20_000]) for (const id of ['b', 'a', 'c']) await record(id, atMs, bareAnalysis);
    await record('a', 20_000, bareAnalysis);
    await record('a', 40_000, bareAnalysis);
    const settle = (judgement: 'wrong' | 'right', nowMs: number) =>
      store.apply({
        incidentId: 'a',
        nowMs,
        effects: { outcome: { judgement, service: 'ledger', by: 'ann', via: 'page' } },
      });
    await settle('wrong', 60_000);
    await settle('right', 50_000);
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 9; page += 1) {
      const window = { fromMs: 20_000, toMs: 40_000, limit: 3 };
      const answer = await store.ledger.listAnalyses({ ...window, ...(cursor !== undefined && { cursor }) });
      for (const { atMs, incidentId, number, outcome } of answer.items)
        seen.push(`${atMs} ${incidentId} ${number} ${outcome?.judgement}`);
      cursor = answer.next;
      if (cursor === undefined) break;
    }
    expect(seen).toEqual([
      ...['20000 a 2 right', '20000 a 3 right', '20000 b 2 undefined', '20000 c 2 undefined'],
      ...['30000 a 1 right', '30000 b 1 undefined', '30000 c 1 undefined'],
    ]);
    const [first] = (await store.ledger.listAnalyses({ fromMs: 0, toMs: 90_000, limit: 1 })).items;
    const outcome = { judgement: 'right', service: 'ledger', by: 'ann', via: 'page', atMs: 50_000 };
    expect(first).toEqual({
      ...bareAnalysis,
      ...{ incidentId: 'a', number: 2, atMs: 20_000, service: 'checkout', outcome },
    });
  });

  test('cursors and times that are none are refused', async () => {
    const { ledger } = current();
    const window = { fromMs: 0, toMs: 9, limit: 1 };
    for (const cursor of ['', 'x', '5.', '5.x', '5.1', '5.-1.a', '5.1e3.a'])
      await expect(ledger.listAnalyses({ ...window, cursor })).rejects.toMatchObject({ code: 'bad-page' });
    await expect(ledger.listAnalyses({ ...window, toMs: 0.5 })).rejects.toMatchObject({ code: 'bad-time' });
    const bad = sampleAnalysis({ timings: { briefMs: Number.NaN } });
    await open('inc-1');
    await expect(record('inc-1', 5, sampleAnalysis(), bad)).rejects.toMatchObject({ code: 'bad-time' });
    expect((await ledger.history('inc-1')).analyses).toEqual([]);
  });

  test('of a deleted incident the figures stay, without a text of it or the name of a person', async () => {
    const store = current();
    await open('gone', 1_000);
    await open('kept', 1_000);
    for (const incidentId of ['gone', 'kept']) {
      await record(incidentId, 2_000, sampleAnalysis({ reason: 'a text of it' }));
      const said = { service: 'ledger', cause: 'a text of it', by: 'ann', via: 'api' } as const;
      const effects = { outcome: { judgement: 'partly', ...said }, rating: { score: 4, by: 'ann' } } as const;
      await store.apply({ incidentId, nowMs: 3_000, effects });
    }
    await store.apply({ incidentId: 'kept', nowMs: 9_000, effects: {} });
    const before = await store.ledger.history('gone');
    expect(await store.prune({ incidentsBeforeMs: 5_000, ledgerBeforeMs: 2_000, limit: 9 })).toMatchObject({
      ...{ incidents: 1, analyses: 0, outcomes: 0, ratings: 0, memories: 0 },
    });
    expect(await store.getIncident('gone')).toBeUndefined();
    const { bundleKey: _, reason: __, ...figures } = before.analyses[0]!;
    expect(await store.ledger.history('gone')).toEqual({
      analyses: [{ ...figures, signatures: [] }],
      outcomes: [{ judgement: 'partly', service: 'ledger', by: '', via: 'api', atMs: 3_000 }],
      ratings: [{ score: 4, by: '', atMs: 3_000 }],
    });
    expect(JSON.stringify(await store.ledger.history('kept'))).toContain('a text of it');
    const { items } = await store.ledger.listAnalyses({ fromMs: 0, toMs: 9_000, limit: 9 });
    expect(items.map(({ outcome }) => outcome?.judgement)).toEqual(['partly', 'partly']);
  });

  test('what is older than the ledger is kept goes in bounded batches, the oldest first', async () => {
    const store = current();
    await open('inc-1', 1_000);
    for (const nowMs of [4_000, 2_000, 3_000])
      await store.apply({
        incidentId: 'inc-1',
        nowMs,
        effects: {
          analyses: [bareAnalysis, bareAnalysis],
          outcome: { judgement: 'unknown', by: 'ann', via: 'cli' },
          rating: { score: 1, by: 'ann' },
        },
      });
    const figures = { incidents: 0, bundles: 0, auditEntries: 0, changes: 0 };
    const prune = () => store.prune({ ledgerBeforeMs: 4_000, limit: 3 });
    expect(await prune()).toEqual({ ...figures, analyses: 3, outcomes: 2, ratings: 2, memories: 0 });
    const { analyses } = await store.ledger.history('inc-1');
    expect(analyses.map(({ atMs, number }) => [atMs, number])).toEqual([
      [4_000, 1],
      [4_000, 2],
      [3_000, 6],
    ]);
    expect(await prune()).toEqual({ ...figures, analyses: 1, outcomes: 0, ratings: 0, memories: 0 });
    expect(await store.ledger.history('inc-1')).toMatchObject({
      analyses: [{ atMs: 4_000 }, { atMs: 4_000 }],
      outcomes: [{ atMs: 4_000 }],
      ratings: [{ atMs: 4_000 }],
    });
  });
}
