import type { Alert, AlertRecord, Effects, Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleRecord } from './sample-records.js';

const step = (key: string): Effects => ({ steps: [{ key, kind: 'k', dueAtMs: 0 }] });

/** Alerts that go on with an incident of long ago, and storms. */
export function groupingTests(current: () => Store): void {
  test('an alert that fires anew goes on with its incident while that was resolved lately', async () => {
    const store = current();
    const fire = (startsAtMs: number, nowMs: number, more: Partial<AlertRecord> = {}) =>
      store.recordAlert(
        sampleRecord({
          ...{ incidentId: `inc-${startsAtMs}`, joinSinceMs: nowMs, reopenSinceMs: nowMs - 1_000, nowMs },
          ...more,
          alert: { startsAtMs },
        }),
      );
    const resolve = (startsAtMs: number, nowMs: number) =>
      store.recordAlert(sampleRecord({ nowMs, alert: { startsAtMs, status: 'resolved', endsAtMs: nowMs } }));
    expect(await fire(1, 10_000)).toEqual({ incidentId: 'inc-1', outcome: 'opened' });
    await resolve(1, 20_000);
    expect(await fire(2, 21_000)).toEqual({ incidentId: 'inc-1', outcome: 'joined' });
    expect(await store.getIncident('inc-1')).toMatchObject({ status: 'firing', alertCount: 2 });
    // It still fires: its newest alert counts.
    expect(await fire(3, 22_001)).toEqual({ incidentId: 'inc-3', outcome: 'opened' });
    await resolve(3, 30_000);
    expect(await fire(4, 31_001)).toEqual({ incidentId: 'inc-4', outcome: 'opened' });
    expect(await fire(5, 31_500)).toEqual({ incidentId: 'inc-4', outcome: 'joined' });
    // Neither by its fingerprint nor by its group does one that was opened before go on.
    const tooOld = { joinSinceMs: 0, openedSinceMs: 31_002 };
    expect(await fire(6, 31_600, tooOld)).toEqual({ incidentId: 'inc-6', outcome: 'opened' });
  });

  test('a resolve of an alert that was never heard of reopens nothing', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    const resolved = { startsAtMs: 2_000, status: 'resolved', endsAtMs: 5 } as const;
    const record = sampleRecord({ incidentId: 'inc-2', joinSinceMs: 10_001, reopenSinceMs: 0, alert: resolved });
    expect(await store.recordAlert(record)).toEqual({ incidentId: 'inc-2', outcome: 'opened' });
  });

  const inStorm = (index: number, more: Partial<Omit<AlertRecord, 'alert'>> & { alert?: Partial<Alert> } = {}) => {
    const nowMs = more.nowMs ?? 10_000;
    return sampleRecord({
      incidentId: `inc-${index}`,
      groupKey: `g${index}`,
      storm: {
        groupKey: 'storm',
        title: 'storm in shop',
        incidents: 3,
        joinSinceMs: nowMs - 1_000,
        countSinceMs: nowMs - 500,
        effects: { opened: step('storm-opened'), joined: step('storm-joined') },
      },
      effects: { opened: step('opened'), joined: step('joined') },
      ...more,
      alert: { fingerprint: `f${index}`, target: { service: `s${index}`, namespace: 'shop' }, ...more.alert },
    });
  };

  test('the third incident of a namespace becomes a storm, which later alerts join', async () => {
    const store = current();
    await store.recordAlert(inStorm(1));
    const other = { target: { service: 'x', namespace: 'mall' } };
    await store.recordAlert(inStorm(8, { alert: other }));
    await store.recordAlert(inStorm(9, { alert: { target: { service: 'y', namespace: 'shop', environment: 'e' } } }));
    expect(await store.recordAlert(inStorm(2))).toEqual({ incidentId: 'inc-2', outcome: 'opened' });
    expect(await store.recordAlert(inStorm(3))).toEqual({ incidentId: 'inc-3', outcome: 'opened' });
    expect(await store.recordAlert(inStorm(4, { nowMs: 11_000 }))).toEqual({
      incidentId: 'inc-3',
      outcome: 'joined',
    });
    const storm = await store.getIncident('inc-3');
    expect(storm).toMatchObject({
      title: 'storm in shop',
      groupKey: 'storm',
      namespace: 'shop',
      status: 'firing',
      alertCount: 2,
    });
    expect(storm).not.toHaveProperty('service');
    expect(await store.steps.get('inc-3', 'storm-opened')).toBeDefined();
    expect(await store.steps.get('inc-3', 'storm-joined')).toBeDefined();
    expect(await store.steps.get('inc-3', 'opened')).toBeUndefined();
    expect(await store.steps.get('inc-3', 'joined')).toBeUndefined();
    expect(await store.steps.get('inc-2', 'opened')).toBeDefined();
    // What has an incident of its own stays with it, and resolves go where the alert is.
    const again = inStorm(1, { incidentId: 'inc-10', alert: { fingerprint: 'f10' } });
    expect(await store.recordAlert(again)).toEqual({ incidentId: 'inc-1', outcome: 'joined' });
    const over = inStorm(4, { alert: { status: 'resolved', endsAtMs: 12_000 } });
    expect(await store.recordAlert(over)).toEqual({ incidentId: 'inc-3', outcome: 'resolved' });
  });

  test('a storm is over some time after its newest alert; slow incidents make none; a resolve begins none', async () => {
    const store = current();
    for (const index of [1, 2, 3]) await store.recordAlert(inStorm(index));
    expect(await store.recordAlert(inStorm(4, { nowMs: 11_001 }))).toMatchObject({ incidentId: 'inc-4' });
    expect(await store.recordAlert(inStorm(5, { nowMs: 11_400 }))).toMatchObject({ incidentId: 'inc-5' });
    expect(await store.recordAlert(inStorm(6, { nowMs: 11_502 }))).toMatchObject({ incidentId: 'inc-6' });
    const { items } = await store.listIncidents({ limit: 10 });
    expect(items.filter(({ groupKey }) => groupKey === 'storm').map(({ id }) => id)).toEqual(['inc-3']);
    const over = inStorm(7, { nowMs: 11_502, alert: { status: 'resolved', endsAtMs: 11_000 } });
    expect(await store.recordAlert(over)).toMatchObject({ incidentId: 'inc-7' });
    expect(await store.getIncident('inc-7')).toMatchObject({ groupKey: 'g7' });
  });

  test('an alert of a storm that is over fires anew by itself; while the storm goes on it joins it', async () => {
    const store = current();
    const again = (startsAtMs: number, nowMs: number) =>
      store.recordAlert(inStorm(3, { nowMs, incidentId: `inc-${nowMs}`, reopenSinceMs: 0, alert: { startsAtMs } }));
    for (const index of [1, 2, 3]) await store.recordAlert(inStorm(index));
    expect(await again(5_000, 10_900)).toEqual({ incidentId: 'inc-3', outcome: 'joined' });
    expect(await again(6_000, 11_901)).toEqual({ incidentId: 'inc-11901', outcome: 'opened' });
    expect(await store.getIncident('inc-11901')).toMatchObject({ groupKey: 'g3' });
  });

  test('thirty alerts of thirty services at once: two incidents and one storm', async () => {
    const store = current();
    const recorded = await Promise.all(
      Array.from({ length: 30 }, (_, index) => store.recordAlert(inStorm(index))),
    );
    expect(new Set(recorded.map(({ incidentId }) => incidentId)).size).toBe(3);
    const { items } = await store.listIncidents({ limit: 10 });
    expect(items.map(({ alertCount }) => alertCount).sort()).toEqual([1, 1, 28]);
  });
}
