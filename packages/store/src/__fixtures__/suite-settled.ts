import type { NewOutcome, SettledCount, Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleAnalysis } from './sample-analysis.js';
import { sampleRecord } from './sample-records.js';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 8, 1);
const window = { fromMs: START_MS, toMs: START_MS + 30 * DAY_MS };

export function settledTests(current: () => Store): void {
  const open = async (id: string) => {
    const alert = { fingerprint: id, startsAtMs: START_MS };
    await current().recordAlert(
      sampleRecord({ incidentId: id, groupKey: id, nowMs: START_MS, effects: {}, alert }),
    );
  };
  const apply = (incidentId: string, nowMs: number, effects: Parameters<Store['apply']>[0]['effects']) =>
    current().apply({ incidentId, nowMs, effects });
  const settle = (id: string, outcome: Pick<NewOutcome, 'judgement' | 'via'>) =>
    apply(id, START_MS + 40 * DAY_MS, { outcome: { ...outcome, by: outcome.via === 'action' ? 'midwatch' : 'ann' } });
  const read = async () => sorted(await current().ledger.settledRecord(window));

  test('nothing settled gives nothing', async () => {
    await open('inc-1');
    await apply('inc-1', START_MS, { analyses: [sampleAnalysis()] });
    expect(await read()).toEqual([]);
  });

  test('what was lowered counts at the level that it would have had', async () => {
    const { uncalibratedConfidence: _, ...honest } = sampleAnalysis({ confidence: 'HIGH' });
    for (const [id, analysis] of [
      ['a', honest],
      ['b', { ...honest, confidence: 'MEDIUM', uncalibratedConfidence: 'HIGH' }],
      ['c', { ...honest, confidence: 'MEDIUM', uncalibratedConfidence: 'HIGH' }],
      ['d', { ...honest, confidence: 'MEDIUM' }],
    ] as const) {
      await open(id);
      await apply(id, START_MS + (id === 'b' ? 9 : 5), { analyses: [analysis] });
      await settle(id, { judgement: 'right', via: 'page' });
    }
    const alike = { analyzer: honest.analyzer, judgement: 'right', via: 'people' };
    const once = { count: 1, firstAtMs: START_MS + 5, lastAtMs: START_MS + 5 };
    expect(await read()).toEqual(
      sorted([
        { ...alike, ...once, level: 'HIGH', shownLevel: 'HIGH' },
        { ...alike, level: 'HIGH', shownLevel: 'MEDIUM', count: 2, firstAtMs: START_MS + 5, lastAtMs: START_MS + 9 },
        { ...alike, ...once, level: 'MEDIUM', shownLevel: 'MEDIUM' },
      ] as SettledCount[]),
    );
  });

  test('a person outranks an action, whichever spoke last; among people and among actions the newest counts', async () => {
    const said = {
      'action-last': [['wrong', 'slack'], ['right', 'action']],
      'action-first': [['right', 'action'], ['wrong', 'cli']],
      'actions-alone': [['right', 'action'], ['partly', 'action']],
      'people-alone': [['wrong', 'api'], ['unknown', 'import']],
    } as const;
    for (const [id, outcomes] of Object.entries(said)) {
      await open(id);
      await apply(id, START_MS, { analyses: [sampleAnalysis()] });
      for (const [judgement, via] of outcomes) await settle(id, { judgement, via });
    }
    expect((await read()).map(({ count, judgement, via }) => [via, judgement, count])).toEqual([
      ['action', 'partly', 1],
      ['people', 'unknown', 1],
      ['people', 'wrong', 2],
    ]);
    // The newest of all is what is published.
    const [all] = await current().ledger.tally(window);
    expect(all?.standing.map(({ count, judgement }) => [judgement, count])).toEqual([
      ['partly', 1],
      ['right', 1],
      ['unknown', 1],
      ['wrong', 1],
    ]);
    expect((await current().ledger.history('action-last')).outcomes.at(-1)).toMatchObject({ by: 'midwatch', via: 'action' });
  });

  test('a judgement speaks of what stood when it was told, and not of a later look', async () => {
    const look = (confidence: 'HIGH' | 'LOW', services: readonly string[]) => ({
      analyses: [sampleAnalysis({ confidence, uncalibratedConfidence: confidence, services })],
    });
    const judge = (judgement: 'right' | 'wrong') => ({
      outcome: { judgement, service: 'cart', by: 'ann', via: 'page' } as const,
    });
    const [first, second] = [look('HIGH', ['ledger']), look('LOW', ['cart'])];
    const played = {
      'looked at again': [first, judge('wrong'), second],
      'judged again': [first, judge('wrong'), second, judge('right')],
      'judged before any': [judge('right'), first],
      'judged at once': [{ ...first, ...judge('wrong') }],
    };
    for (const [id, all] of Object.entries(played)) {
      await open(id);
      for (const [index, effects] of all.entries()) await apply(id, START_MS + index, effects);
    }
    expect((await read()).map(({ count, judgement, level }) => [level, judgement, count])).toEqual([
      ['LOW', 'right', 1],
      ['HIGH', 'wrong', 2],
    ]);
    const [all] = await current().ledger.tally(window);
    expect(all?.standing).toEqual([
      { count: 1, verdict: 'cause-found', confidence: 'HIGH', place: 'not-named' },
      { count: 2, verdict: 'cause-found', confidence: 'HIGH', judgement: 'wrong', place: 'not-named' },
      { count: 1, verdict: 'cause-found', confidence: 'LOW', judgement: 'right', place: 'first' },
    ]);
    // It lies in the window of what was judged.
    const [before, after] = [{ fromMs: START_MS, toMs: START_MS + 1 }, { fromMs: START_MS + 1, toMs: window.toMs }];
    expect((await current().ledger.settledRecord(before)).map(({ count }) => count)).toEqual([2]);
    expect((await current().ledger.settledRecord(after)).map(({ level }) => level)).toEqual(['LOW']);
  });

  test('only what stands in the window and claims something counts, as loops over the single records find it', async () => {
    const store = current();
    const levels = ['HIGH', 'MEDIUM', 'LOW'] as const;
    const judgements = ['right', 'partly', 'wrong', 'unknown'] as const;
    const identities = [{ name: 'evidence' }, { name: 'claude', model: 'm' }, { name: 'claude', model: 'm', promptVersion: 'p' }];
    for (let index = 0; index < 30; index += 1) {
      const id = `inc-${index}`;
      const atMs = window.fromMs + (index - 3) * 1.5 * DAY_MS;
      const confidence = levels[index % 3]!;
      await open(id);
      const one = sampleAnalysis({
        ...{ confidence, uncalibratedConfidence: levels[index % 2]!, analyzer: identities[index % 3]! },
        verdict: index % 7 === 0 ? 'insufficient-evidence' : 'candidates',
      });
      await apply(id, atMs, { analyses: [one, { ...one, confidence: 'LOW', isShadow: true, wasShown: false }] });
      // The second look stands, also when it lies beyond the window.
      if (index % 4 === 1) await apply(id, atMs + 2 * DAY_MS, { analyses: [{ ...one, look: 2, verdict: 'no-fault' }] });
      if (index % 5 > 0) await settle(id, { judgement: judgements[index % 4]!, via: index % 6 === 0 ? 'action' : 'page' });
    }
    const { items } = await store.ledger.listAnalyses({ fromMs: 0, toMs: window.toMs * 2, limit: 200 });
    const expected = new Map<string, SettledCount>();
    for (let index = 0; index < 30; index += 1) {
      const last = items.filter(({ incidentId, isShadow }) => incidentId === `inc-${index}` && !isShadow).at(-1)!;
      const { analyzer, atMs, confidence, outcome, uncalibratedConfidence: level, verdict } = last;
      if (outcome === undefined || verdict === 'insufficient-evidence') continue;
      if (atMs < window.fromMs || atMs >= window.toMs) continue;
      const via = outcome.via === 'action' ? 'action' : 'people';
      const key = { analyzer, level: level!, shownLevel: confidence!, judgement: outcome.judgement, via } as const;
      const found = expected.get(JSON.stringify(key)) ?? { ...key, count: 0, firstAtMs: Infinity, lastAtMs: 0 };
      expected.set(JSON.stringify(key), {
        ...found,
        count: found.count + 1,
        firstAtMs: Math.min(found.firstAtMs, atMs),
        lastAtMs: Math.max(found.lastAtMs, atMs),
      });
    }
    expect(expected.size).toBeGreaterThan(8);
    expect(await read()).toEqual(sorted([...expected.values()]));
  });

  test('it outlives its incident, and refuses a time that is none', async () => {
    await open('gone');
    await apply('gone', START_MS, { analyses: [sampleAnalysis()] });
    await settle('gone', { judgement: 'right', via: 'page' });
    const before = await read();
    await current().prune({ incidentsBeforeMs: START_MS + 99 * DAY_MS, limit: 9 });
    expect(await current().getIncident('gone')).toBeUndefined();
    expect([before.length, await read()]).toEqual([1, before]);
    const { settledRecord } = current().ledger;
    await expect(settledRecord({ fromMs: 0.5, toMs: 9 })).rejects.toMatchObject({ code: 'bad-time' });
  });
}

/** Engines give them in any order. */
function sorted(record: readonly SettledCount[]): readonly SettledCount[] {
  const words = ({ analyzer, judgement, level, shownLevel, via }: SettledCount) =>
    JSON.stringify([via, judgement, level, shownLevel, analyzer.name, analyzer.model, analyzer.promptVersion]);
  return record.toSorted((one, other) => (words(one) < words(other) ? -1 : 1));
}
