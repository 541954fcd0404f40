import type { NewOutcome, Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleRecord, sampleSteps } from './sample-records.js';

export function peopleTests(current: () => Store): void {
  const apply = (nowMs: number, effects: Parameters<Store['apply']>[0]['effects']) =>
    current().apply({ incidentId: 'inc-1', nowMs, effects });

  test('who is on an incident, and until when it is silent, stands in the list as well', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    expect(await store.getIncident('inc-1')).not.toHaveProperty('owner');
    await apply(11_000, { owner: { by: 'ann' }, silence: { untilMs: 60_000, by: 'bob' } });
    await apply(12_000, { owner: { by: 'cem' } });
    const people = {
      owner: { by: 'cem', atMs: 12_000 },
      silence: { untilMs: 60_000, by: 'bob', atMs: 11_000 },
    };
    expect(await store.getIncident('inc-1')).toMatchObject(people);
    expect((await store.listIncidents({ limit: 1 })).items).toMatchObject([people]);
    await apply(13_000, { owner: 'none', silence: 'none' });
    const [listed] = (await store.listIncidents({ limit: 1 })).items;
    expect(listed).not.toHaveProperty('owner');
    expect(listed).not.toHaveProperty('silence');
  });

  test('a later outcome supersedes an earlier one and does not erase it', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    const wrong: NewOutcome = {
      ...{ judgement: 'wrong', service: 'ledger', cause: 'a full disk', by: 'ann', via: 'slack' },
    } as const;
    const right: NewOutcome = { judgement: 'right', by: 'bob', via: 'cli' };
    await apply(20_000, { outcome: wrong });
    expect((await store.getIncident('inc-1'))?.outcome).toEqual({ ...wrong, atMs: 20_000 });
    // The clock of another replica may be behind.
    await apply(19_000, { outcome: right });
    expect((await store.getIncident('inc-1'))?.outcome).toEqual({ ...right, atMs: 19_000 });
    expect((await store.ledger.history('inc-1')).outcomes).toEqual([
      { ...wrong, atMs: 20_000 },
      { ...right, atMs: 19_000 },
    ]);
  });

  test('ratings are all kept, in order', async () => {
    await current().recordAlert(sampleRecord());
    await apply(20_000, { rating: { score: 2, by: 'ann' } });
    await apply(21_000, { rating: { score: 5, by: 'ann' } });
    expect((await current().ledger.history('inc-1')).ratings).toEqual([
      { score: 2, by: 'ann', atMs: 20_000 },
      { score: 5, by: 'ann', atMs: 21_000 },
    ]);
  });

  test('an action that comes again, also at once, is done one time', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    const action = {
      ...{ incidentId: 'inc-1', actionKey: 'click-1', nowMs: 20_000 },
      effects: {
        ...sampleSteps(1),
        outcome: { judgement: 'right', by: 'ann', via: 'slack' },
        rating: { score: 5, by: 'ann' },
        owner: { by: 'ann' },
        audit: [{ actor: 'ann', action: 'settled' }],
      },
    } as const;
    expect(await store.isApplied(action)).toBe(false);
    const answers = await Promise.all(Array.from({ length: 5 }, () => store.applyOnce(action)));
    expect(answers.toSorted()).toEqual(['applied', ...Array.from({ length: 4 }, () => 'repeated')]);
    expect(await store.isApplied(action)).toBe(true);
    await apply(21_000, { owner: 'none' });
    expect(await store.applyOnce({ ...action, nowMs: 22_000 })).toBe('repeated');
    const { outcomes, ratings } = await store.ledger.history('inc-1');
    expect([outcomes.length, ratings.length]).toEqual([1, 1]);
    const incident = await store.getIncident('inc-1');
    expect(incident).not.toHaveProperty('owner');
    expect(incident?.timeline).toHaveLength(1);
    expect(incident?.updatedAtMs).toBe(21_000);
    expect(await store.steps.get('inc-1', 's0')).toMatchObject({ state: 'waiting' });
    expect(await store.applyOnce({ ...action, actionKey: 'click-2' })).toBe('applied');
    expect(await store.applyOnce({ ...action, incidentId: 'nobody' })).toBe('unknown');
    expect(await store.ledger.history('nobody')).toMatchObject({ outcomes: [] });
  });

  test('the keys of actions go with their incident', async () => {
    const store = current();
    const action = { incidentId: 'inc-1', actionKey: 'click-1', nowMs: 10_000, effects: {} };
    await store.recordAlert(sampleRecord());
    await store.applyOnce(action);
    await store.prune({ incidentsBeforeMs: 20_000, limit: 9 });
    await store.recordAlert(sampleRecord());
    expect(await store.applyOnce(action)).toBe('applied');
  });
}
