import { ASIDE_STEP_KIND, type Effects, type Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleBrief, sampleRecord, sampleSteps } from './sample-records.js';

async function withEffects(store: Store, effects: Effects): Promise<void> {
  await store.recordAlert(sampleRecord({ effects: { opened: effects } }));
}

export function stepTests(current: () => Store): void {
  test('the step that is due longest comes first, and none before its time', async () => {
    const store = current();
    await withEffects(store, {
      steps: [
        { key: 'later', kind: 'k', dueAtMs: 300 },
        { key: 'first', kind: 'k', dueAtMs: 100 },
        { key: 'second', kind: 'k', dueAtMs: 200 },
      ],
    });
    expect(await store.steps.claim({ nowMs: 99, leaseMs: 50 })).toBeUndefined();
    const first = await store.steps.claim({ nowMs: 250, leaseMs: 50 });
    expect(first).toEqual({
      incidentId: 'inc-1',
      key: 'first',
      kind: 'k',
      state: 'running',
      attempts: 1,
      queuedAtMs: 10_000,
      leaseUntilMs: 300,
    });
    expect(await store.steps.complete(first!, { nowMs: 260 })).toBe(true);
    expect(await store.steps.claim({ nowMs: 260, leaseMs: 50 })).toMatchObject({ key: 'second' });
    expect(await store.steps.claim({ nowMs: 260, leaseMs: 50 })).toBeUndefined();
  });

  test('of one incident, one step at a time; another incident does not wait for it', async () => {
    const store = current();
    await withEffects(store, sampleSteps(2));
    await store.recordAlert(
      sampleRecord({
        incidentId: 'inc-2',
        groupKey: 'other',
        alert: { fingerprint: 'f2' },
        effects: { opened: sampleSteps(1, 500) },
      }),
    );
    const claim = (nowMs: number) => store.steps.claim({ nowMs, leaseMs: 1_000 });
    const held = await claim(1_000);
    expect(held).toMatchObject({ incidentId: 'inc-1', key: 's0' });
    expect(await claim(1_000)).toMatchObject({ incidentId: 'inc-2', key: 's0' });
    expect(await claim(1_000)).toBeUndefined();
    expect(await store.steps.claim({ nowMs: 1_000, leaseMs: 1, incidentId: 'inc-1' })).toBeUndefined();
    expect(await store.steps.retry(held!, { dueAtMs: 5_000, error: 'again' })).toBe(true);
    const overtakes = await claim(1_001);
    expect(overtakes).toMatchObject({ incidentId: 'inc-1', key: 's1' });
    // Its lease runs out with the process that held it: then the incident is free again.
    expect(await claim(2_000)).toMatchObject({ incidentId: 'inc-2', key: 's0', attempts: 2 });
    expect(await claim(2_001)).toMatchObject({ incidentId: 'inc-1', key: 's1', attempts: 2 });
  });

  test('thirty incidents and sixty claims at once: each step once', async () => {
    const store = current();
    for (let index = 0; index < 30; index++) {
      await store.recordAlert(
        sampleRecord({
          incidentId: `inc-${index}`,
          groupKey: `g${index}`,
          alert: { fingerprint: `f${index}` },
          effects: { opened: sampleSteps(1) },
        }),
      );
    }
    const claims = await Promise.all(
      Array.from({ length: 60 }, () => store.steps.claim({ nowMs: 1_000, leaseMs: 1_000 })),
    );
    const ids = claims.flatMap((step) => (step === undefined ? [] : [step.incidentId]));
    expect(ids).toHaveLength(30);
    expect(new Set(ids).size).toBe(30);
  });

  test('a claim may ask for the steps of one incident', async () => {
    const store = current();
    await withEffects(store, sampleSteps(1));
    await store.recordAlert(
      sampleRecord({
        incidentId: 'inc-2',
        groupKey: 'other',
        alert: { fingerprint: 'f2' },
        effects: { opened: sampleSteps(1, 500) },
      }),
    );
    const claim = (incidentId: string) => store.steps.claim({ nowMs: 1_000, leaseMs: 100, incidentId });
    expect(await claim('inc-2')).toMatchObject({ incidentId: 'inc-2', key: 's0' });
    expect(await claim('inc-2')).toBeUndefined();
    expect(await claim('nobody')).toBeUndefined();
    expect(await claim('inc-1')).toMatchObject({ incidentId: 'inc-1', key: 's0' });
  });

  test('a lease that ran out is taken over, and the one who lost it writes nothing', async () => {
    const store = current();
    await withEffects(store, sampleSteps(1));
    const crashed = await store.steps.claim({ nowMs: 1_000, leaseMs: 500 });
    expect(await store.steps.claim({ nowMs: 1_499, leaseMs: 500 })).toBeUndefined();
    const taken = await store.steps.claim({ nowMs: 1_500, leaseMs: 500 });
    expect(taken).toMatchObject({ key: 's0', attempts: 2, leaseUntilMs: 2_000 });
    const late = { nowMs: 1_600, effects: { brief: sampleBrief('late'), ...sampleSteps(2) } };
    expect(await store.steps.complete(crashed!, { ...late, result: 'late' })).toBe(false);
    expect(await store.steps.fail(crashed!, { ...late, error: 'late' })).toBe(false);
    expect(await store.steps.retry(crashed!, { dueAtMs: 0, error: 'late' })).toBe(false);
    expect(await store.steps.extend(crashed!, 9_000)).toBe(false);
    expect(await store.steps.get('inc-1', 's0')).toEqual(taken);
    expect(await store.steps.get('inc-1', 's1')).toBeUndefined();
    expect(await store.getIncident('inc-1')).toMatchObject({ title: 'CheckoutErrors', updatedAtMs: 10_000 });
    expect(await store.steps.complete(taken!, { nowMs: 1_700, result: { ok: true } })).toBe(true);
    expect(await store.steps.complete(taken!, { nowMs: 1_700, result: { ok: true } })).toBe(false);
  });

  test('an extended lease is not taken over; one that ran out unclaimed still completes', async () => {
    const store = current();
    await withEffects(store, sampleSteps(1));
    const step = await store.steps.claim({ nowMs: 1_000, leaseMs: 500 });
    expect(await store.steps.extend(step!, 3_000)).toBe(true);
    expect(await store.steps.claim({ nowMs: 2_999, leaseMs: 1 })).toBeUndefined();
    expect(await store.steps.complete(step!, { nowMs: 4_000 })).toBe(true);
    expect(await store.steps.claim({ nowMs: 9_000, leaseMs: 1 })).toBeUndefined();
  });

  test('a step ends with its result and what follows, in one transaction', async () => {
    const store = current();
    await withEffects(store, sampleSteps(1));
    const step = await store.steps.claim({ nowMs: 1_000, leaseMs: 500 });
    const effects: Effects = {
      brief: sampleBrief('found'),
      steps: [
        { key: 'next', kind: 'analyze', dueAtMs: 1_100 },
        { key: 's0', kind: 'taken', dueAtMs: 0 },
      ],
      deliveries: [{ key: 'd', channel: 'slack', payload: null, dueAtMs: 1_100 }],
      audit: [{ actor: 'midwatch', action: 'reduced' }],
    };
    expect(await store.steps.complete(step!, { nowMs: 20_000, result: { findings: [1, 2] }, effects })).toBe(
      true,
    );
    expect(await store.steps.get('inc-1', 's0')).toEqual({
      incidentId: 'inc-1',
      key: 's0',
      kind: 'collect',
      input: { index: 0 },
      state: 'done',
      attempts: 1,
      queuedAtMs: 10_000,
      finishedAtMs: 20_000,
      result: { findings: [1, 2] },
    });
    expect(await store.steps.get('inc-1', 'next')).toMatchObject({ state: 'waiting', queuedAtMs: 20_000 });
    expect(await store.outbox.get('inc-1', 'd')).toMatchObject({ payload: null });
    const incident = await store.getIncident('inc-1');
    expect(incident).toMatchObject({ title: 'found', updatedAtMs: 20_000 });
    expect(incident?.timeline.map(({ action }) => action)).toEqual(['reduced']);
  });

  test('a step that is put off comes back with its error, one that failed does not', async () => {
    const store = current();
    await withEffects(store, sampleSteps(1));
    const first = await store.steps.claim({ nowMs: 1_000, leaseMs: 500 });
    expect(await store.steps.retry(first!, { dueAtMs: 5_000, error: 'HTTP 503' })).toBe(true);
    expect(await store.steps.claim({ nowMs: 4_999, leaseMs: 500 })).toBeUndefined();
    const second = await store.steps.claim({ nowMs: 5_000, leaseMs: 500 });
    expect(second).toMatchObject({ attempts: 2, error: 'HTTP 503' });
    expect(
      await store.steps.fail(second!, { nowMs: 5_100, error: 'x'.repeat(9_000), effects: sampleSteps(2) }),
    ).toBe(true);
    const failed = await store.steps.get('inc-1', 's0');
    expect(failed).toMatchObject({ state: 'failed', attempts: 2, finishedAtMs: 5_100 });
    expect(failed?.error).toHaveLength(4_096);
    expect(await store.steps.claim({ nowMs: 9_000, leaseMs: 500 })).toMatchObject({ key: 's1' });
    expect(await store.steps.claim({ nowMs: 9_000, leaseMs: 500 })).toBeUndefined();
  });

  test('a result that is too large is refused, and the step can still end', async () => {
    const store = current();
    await withEffects(store, sampleSteps(1));
    const step = await store.steps.claim({ nowMs: 1_000, leaseMs: 500 });
    await expect(
      store.steps.complete(step!, { nowMs: 1_100, result: 'x'.repeat(262_143), effects: sampleSteps(2) }),
    ).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('262145 bytes') });
    expect(await store.steps.get('inc-1', 's0')).toEqual(step);
    expect(await store.steps.complete(step!, { nowMs: 1_100, result: 'x'.repeat(262_142) })).toBe(true);
  });

  test('a step that is not there is not found, and none that is not running ends', async () => {
    const store = current();
    await withEffects(store, sampleSteps(1));
    expect(await store.steps.get('inc-1', 'nothing')).toBeUndefined();
    for (const key of ['nothing', 's0']) {
      expect(await store.steps.complete({ incidentId: 'inc-1', key, attempts: 0 }, { nowMs: 1 })).toBe(false);
    }
    await expect(store.steps.claim({ nowMs: Number.NaN, leaseMs: 1 })).rejects.toMatchObject({
      code: 'bad-time',
    });
  });
}

/** How much is left, as a count tells it. */
export function backlogTests(current: () => Store): void {
  test('a queue tells how much is left of it, and since when the longest due waits', async () => {
    const store = current();
    expect(await store.steps.measure(1_000)).toEqual({ waiting: 0, running: 0, failed: 0 });
    await withEffects(store, {
      steps: [
        { key: 'a', kind: 'k', dueAtMs: 100 },
        { key: 'b', kind: 'k', dueAtMs: 200 },
        { key: 'c', kind: 'k', dueAtMs: 900 },
      ],
      deliveries: [{ key: 'd', channel: 'slack', payload: 1, dueAtMs: 500 }],
    });
    expect(await store.steps.measure(99)).toEqual({ waiting: 3, running: 0, failed: 0 });
    expect(await store.steps.measure(250)).toEqual({ waiting: 3, running: 0, failed: 0, dueSinceMs: 100 });
    const first = await store.steps.claim({ nowMs: 250, leaseMs: 50 });
    expect(await store.steps.measure(250)).toEqual({ waiting: 2, running: 1, failed: 0, dueSinceMs: 200 });
    await store.steps.fail(first!, { nowMs: 260, error: 'no' });
    const second = await store.steps.claim({ nowMs: 260, leaseMs: 50 });
    expect(second).toMatchObject({ key: 'b' });
    expect(await store.steps.measure(270)).toEqual({ waiting: 1, running: 1, failed: 1 });
    // Whoever held it is gone.
    expect(await store.steps.measure(400)).toEqual({ waiting: 1, running: 1, failed: 1, dueSinceMs: 310 });
    await store.steps.complete(second!, { nowMs: 410 });
    expect(await store.steps.measure(410)).toEqual({ waiting: 1, running: 0, failed: 1 });
    expect(await store.outbox.measure(500)).toEqual({ waiting: 1, running: 0, failed: 0, dueSinceMs: 500 });
  });
}

/** What was given up. */
export function deadStepTests(current: () => Store): void {
  test('dead steps are listed by pages, without shadows, and put in again with their attempts counted anew', async () => {
    const store = current();
    const steps = ['a', 'b'].map((key) => ({ key, kind: 'k', input: { key }, dueAtMs: 100 }));
    await withEffects(store, { steps: [...steps, { key: 's', kind: ASIDE_STEP_KIND, dueAtMs: 100 }] });
    for (const nowMs of [200, 300]) {
      const claimed = await store.steps.claim({ nowMs, leaseMs: 500 });
      expect(await store.steps.fail(claimed!, { nowMs, error: 'no' })).toBe(true);
    }
    const shadow = await store.steps.claim({ nowMs: 300, leaseMs: 500, isAside: true });
    await store.steps.fail(shadow!, { nowMs: 300, error: 'no' });
    const page = await store.steps.listDead({ limit: 1 });
    expect(page.items).toMatchObject([{ key: 'b', kind: 'k', state: 'failed', error: 'no' }]);
    const rest = await store.steps.listDead({ limit: 1, cursor: page.next! });
    expect(rest.items).toMatchObject([{ key: 'a' }]);
    expect(rest).not.toHaveProperty('next');
    expect(await store.steps.requeue('inc-1', 'a', 1_000)).toBe(true);
    expect(await store.steps.requeue('inc-1', 'a', 1_000)).toBe(false);
    expect(await store.steps.requeue('inc-1', 'nothing', 1_000)).toBe(false);
    expect(await store.steps.claim({ nowMs: 999, leaseMs: 500 })).toBeUndefined();
    const again = await store.steps.claim({ nowMs: 1_000, leaseMs: 500 });
    expect(again).toMatchObject({ key: 'a', attempts: 1, queuedAtMs: 1_000, input: { key: 'a' } });
    expect(again).not.toHaveProperty('finishedAtMs');
  });

  test('what two processes may have died with is left out when that is asked for', async () => {
    const store = current();
    await withEffects(store, { steps: [{ key: 'a', kind: 'k', dueAtMs: 100 }] });
    const claim = (nowMs: number, leavesSuspects: boolean) =>
      store.steps.claim({ nowMs, leaseMs: 10, leavesSuspects });
    expect(await claim(100, true)).toMatchObject({ attempts: 1 });
    expect(await claim(110, true)).toMatchObject({ attempts: 2 });
    expect(await claim(120, true)).toBeUndefined();
    const third = await claim(120, false);
    expect(third).toMatchObject({ attempts: 3 });
    // It ended with an error, and no process with it.
    await store.steps.retry(third!, { dueAtMs: 130, error: 'no' });
    expect(await claim(130, true)).toMatchObject({ attempts: 4 });
  });
}
