import type { Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleAlert, sampleRecord, sampleSteps } from './sample-records.js';

export function alertTests(current: () => Store): void {
  test('an alert and its first step are kept together, as they were given', async () => {
    const store = current();
    const record = sampleRecord({
      effects: {
        opened: {
          ...sampleSteps(1),
          audit: [{ actor: 'midwatch', action: 'opened', detail: { by: 'alert' } }],
        },
        joined: { steps: [{ key: 'never', kind: 'never', dueAtMs: 0 }] },
      },
    });
    expect(await store.recordAlert(record)).toEqual({ incidentId: 'inc-1', outcome: 'opened' });
    expect(await store.getIncident('inc-1')).toEqual({
      id: 'inc-1',
      groupKey: 'production/shop/checkout',
      title: 'CheckoutErrors',
      service: 'checkout',
      namespace: 'shop',
      environment: 'production',
      severity: 'critical',
      status: 'firing',
      openedAtMs: 10_000,
      lastAlertAtMs: 10_000,
      updatedAtMs: 10_000,
      alertCount: 1,
      alerts: [{ alert: sampleAlert(), recordedAtMs: 10_000 }],
      timeline: [
        { atMs: 10_000, incidentId: 'inc-1', actor: 'midwatch', action: 'opened', detail: { by: 'alert' } },
      ],
    });
    expect(await store.steps.get('inc-1', 's0')).toEqual({
      incidentId: 'inc-1',
      key: 's0',
      kind: 'collect',
      input: { index: 0 },
      state: 'waiting',
      attempts: 0,
      queuedAtMs: 10_000,
      dueAtMs: 0,
    });
    expect(await store.steps.get('inc-1', 'never')).toBeUndefined();
  });

  test('the same fingerprint and start again change nothing', async () => {
    const store = current();
    await store.recordAlert(sampleRecord({ effects: { opened: sampleSteps(1) } }));
    const before = await store.getIncident('inc-1');
    const again = sampleRecord({
      incidentId: 'inc-2',
      nowMs: 11_000,
      alert: { summary: 'reworded' },
      effects: { opened: sampleSteps(3), joined: sampleSteps(3), resolved: sampleSteps(3) },
    });
    expect(await store.recordAlert(again)).toEqual({ incidentId: 'inc-1', outcome: 'repeated' });
    expect(await store.getIncident('inc-1')).toEqual(before);
    expect(await store.getIncident('inc-2')).toBeUndefined();
    expect(await store.steps.get('inc-1', 's1')).toBeUndefined();
  });

  test('the same fingerprint with a new start is another alert', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    const anew = sampleRecord({ incidentId: 'inc-2', nowMs: 100_000, alert: { startsAtMs: 99_000 } });
    expect(await store.recordAlert(anew)).toEqual({ incidentId: 'inc-2', outcome: 'opened' });
  });

  test('alerts of a group share an incident within the window', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    const joining = sampleRecord({
      incidentId: 'inc-2',
      nowMs: 70_000,
      alert: { fingerprint: 'f2', name: 'CheckoutSlow' },
      effects: { opened: sampleSteps(1), joined: { steps: [{ key: 'joined', kind: 'tell', dueAtMs: 0 }] } },
    });
    expect(await store.recordAlert(joining)).toEqual({ incidentId: 'inc-1', outcome: 'joined' });
    expect(await store.steps.get('inc-1', 'joined')).toMatchObject({ kind: 'tell' });
    expect(await store.steps.get('inc-1', 's0')).toBeUndefined();
    // The window counts from the newest alert, not from the first.
    const late = sampleRecord({ incidentId: 'inc-3', nowMs: 130_000, alert: { fingerprint: 'f3' } });
    expect(await store.recordAlert(late)).toMatchObject({ incidentId: 'inc-1', outcome: 'joined' });
    const tooLate = sampleRecord({ incidentId: 'inc-4', nowMs: 190_001, alert: { fingerprint: 'f4' } });
    expect(await store.recordAlert(tooLate)).toMatchObject({ incidentId: 'inc-4', outcome: 'opened' });
    const other = sampleRecord({
      incidentId: 'inc-5',
      groupKey: 'production/shop/cart',
      nowMs: 190_001,
      alert: { fingerprint: 'f5' },
    });
    expect(await store.recordAlert(other)).toMatchObject({ incidentId: 'inc-5', outcome: 'opened' });
    expect(await store.getIncident('inc-1')).toMatchObject({ alertCount: 3, title: 'CheckoutErrors' });
  });

  test('without a window every alert opens its own incident; an id that is taken is joined', async () => {
    const store = current();
    const record = (incidentId: string, fingerprint: string) =>
      sampleRecord({ incidentId, joinSinceMs: 10_001, alert: { fingerprint } });
    expect(await store.recordAlert(record('inc-1', 'f1'))).toMatchObject({ outcome: 'opened' });
    expect(await store.recordAlert(record('inc-2', 'f2'))).toMatchObject({ outcome: 'opened' });
    expect(await store.recordAlert(record('inc-2', 'f3'))).toEqual({
      incidentId: 'inc-2',
      outcome: 'joined',
    });
    expect(await store.getIncident('inc-2')).toMatchObject({ alertCount: 2 });
  });

  test('an incident is resolved when its last alert is, and a late firing does not reopen it', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    await store.recordAlert(sampleRecord({ alert: { fingerprint: 'f2' } }));
    const resolve = (fingerprint: string, nowMs: number) =>
      store.recordAlert(
        sampleRecord({
          incidentId: 'unused',
          nowMs,
          alert: { fingerprint, status: 'resolved', endsAtMs: nowMs - 100 },
          effects: { resolved: { steps: [{ key: `resolve-${fingerprint}`, kind: 'edit', dueAtMs: nowMs }] } },
        }),
      );
    expect(await resolve('f1', 20_000)).toEqual({ incidentId: 'inc-1', outcome: 'resolved' });
    const half = await store.getIncident('inc-1');
    expect(half).toMatchObject({ status: 'firing', updatedAtMs: 20_000 });
    expect(half).not.toHaveProperty('resolvedAtMs');
    expect(await resolve('f2', 30_000)).toEqual({ incidentId: 'inc-1', outcome: 'resolved' });
    expect(await store.getIncident('inc-1')).toMatchObject({ status: 'resolved', resolvedAtMs: 29_900 });
    expect(await store.steps.get('inc-1', 'resolve-f2')).toMatchObject({ state: 'waiting' });
    expect(await resolve('f2', 31_000)).toEqual({ incidentId: 'inc-1', outcome: 'repeated' });
    expect(await store.recordAlert(sampleRecord({ nowMs: 32_000 }))).toMatchObject({ outcome: 'repeated' });
    const after = await store.getIncident('inc-1');
    expect(after).toMatchObject({ status: 'resolved', updatedAtMs: 30_000 });
    expect(after?.alerts.map(({ alert }) => alert.endsAtMs)).toEqual([19_900, 29_900]);
  });

  test('an alert of a resolved incident makes it fire again', async () => {
    const store = current();
    const resolved = { status: 'resolved', endsAtMs: 9_000 } as const;
    expect(await store.recordAlert(sampleRecord({ alert: resolved }))).toMatchObject({ outcome: 'opened' });
    expect(await store.getIncident('inc-1')).toMatchObject({ status: 'resolved', resolvedAtMs: 9_000 });
    await store.recordAlert(sampleRecord({ nowMs: 11_000, alert: { fingerprint: 'f2' } }));
    const burning = await store.getIncident('inc-1');
    expect(burning).toMatchObject({ status: 'firing', alertCount: 2 });
    expect(burning).not.toHaveProperty('resolvedAtMs');
  });

  test('twenty replays at once open one incident, twenty alerts of a group too', async () => {
    const store = current();
    const names = Array.from({ length: 20 }, (_, index) => String(index));
    const replays = await Promise.all(
      names.map((name) =>
        store.recordAlert(sampleRecord({ incidentId: `inc-${name}`, effects: { opened: sampleSteps(1) } })),
      ),
    );
    expect(replays.filter(({ outcome }) => outcome === 'opened')).toHaveLength(1);
    expect(new Set(replays.map(({ incidentId }) => incidentId)).size).toBe(1);
    const storm = await Promise.all(
      names.map((name) =>
        store.recordAlert(
          sampleRecord({
            incidentId: `storm-${name}`,
            groupKey: 'storm',
            alert: { fingerprint: `storm-${name}` },
          }),
        ),
      ),
    );
    expect(storm.filter(({ outcome }) => outcome === 'opened')).toHaveLength(1);
    expect(new Set(storm.map(({ incidentId }) => incidentId)).size).toBe(1);
    expect(
      new Set((await store.listIncidents({ limit: 10 })).items.map(({ alertCount }) => alertCount)),
    ).toEqual(new Set([1, 20]));
  });

  test('the start of an alert that is firing is found before that of one that is over', async () => {
    const store = current();
    const record = (startsAtMs: number, status: 'firing' | 'resolved', fingerprint = 'f1') =>
      store.recordAlert(sampleRecord({ alert: { fingerprint, startsAtMs, status } }));
    expect(await store.findAlertStart({ fingerprint: 'f1', atMs: 9_000 })).toBeUndefined();
    await record(1_000, 'firing');
    await record(2_000, 'resolved');
    await record(3_000, 'firing', 'another');
    expect(await store.findAlertStart({ fingerprint: 'f1', atMs: 9_000 })).toEqual({
      startsAtMs: 1_000,
      status: 'firing',
    });
    await record(1_000, 'resolved');
    expect(await store.findAlertStart({ fingerprint: 'f1', atMs: 9_000 })).toEqual({
      startsAtMs: 2_000,
      status: 'resolved',
    });
    expect(await store.findAlertStart({ fingerprint: 'f1', atMs: 1_999 })).toMatchObject({ startsAtMs: 1_000 });
    expect(await store.findAlertStart({ fingerprint: 'f1', atMs: 999 })).toBeUndefined();
  });

  test('what is refused leaves nothing behind', async () => {
    const store = current();
    const tooLarge = { key: 'large', kind: 'collect', input: 'x'.repeat(300_000), dueAtMs: 0 };
    await expect(
      store.recordAlert(
        sampleRecord({ effects: { opened: { steps: [...(sampleSteps(1).steps ?? []), tooLarge] } } }),
      ),
    ).rejects.toMatchObject({
      name: 'StoreError',
      code: 'too-large',
      message: expect.stringContaining("a step's input"),
    });
    await expect(store.recordAlert(sampleRecord({ nowMs: Number.NaN }))).rejects.toMatchObject({
      code: 'bad-time',
    });
    expect(await store.listIncidents({ limit: 10 })).toEqual({ items: [] });
    expect(await store.steps.claim({ nowMs: 1, leaseMs: 1 })).toBeUndefined();
    expect(await store.recordAlert(sampleRecord())).toMatchObject({ outcome: 'opened' });
  });
}
