import type { Delivery, Effects, Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleRecord } from './sample-records.js';

async function withEffects(store: Store, effects: Effects): Promise<void> {
  await store.recordAlert(sampleRecord({ effects: { opened: effects } }));
}

const delivery = (key: string, channel = 'slack') => ({ key, channel, payload: { key }, dueAtMs: 100 });

async function failNext(store: Store, nowMs: number): Promise<Delivery> {
  const claimed = await store.outbox.claim({ nowMs, leaseMs: 500 });
  expect(await store.outbox.fail(claimed!, { nowMs, error: 'HTTP 404' })).toBe(true);
  return claimed!;
}

export function outboxTests(current: () => Store): void {
  test('of one channel deliveries go out in order, one at a time; other channels do not wait', async () => {
    const store = current();
    await withEffects(store, { deliveries: [delivery('1'), delivery('2'), delivery('3', 'webhook')] });
    const claim = (nowMs: number) => store.outbox.claim({ nowMs, leaseMs: 500 });
    const first = await claim(100);
    expect(first).toMatchObject({ key: '1', channel: 'slack', payload: { key: '1' } });
    expect(await claim(100)).toMatchObject({ key: '3' });
    expect(await claim(100)).toBeUndefined();
    // Put off, it still comes before the second.
    expect(await store.outbox.retry(first!, { dueAtMs: 400, error: 'HTTP 429' })).toBe(true);
    expect(await claim(399)).toBeUndefined();
    const again = await claim(400);
    expect(again).toMatchObject({ key: '1', attempts: 2 });
    expect(await store.outbox.complete(again!, { nowMs: 410, result: { ts: '17.1' } })).toBe(true);
    expect(await claim(420)).toMatchObject({ key: '2' });
  });

  test('the next delivery finds what the last one that arrived left', async () => {
    const store = current();
    await withEffects(store, { deliveries: [delivery('1'), delivery('2')] });
    expect(await store.outbox.lastResult('inc-1', 'slack')).toBeUndefined();
    const first = await store.outbox.claim({ nowMs: 100, leaseMs: 500 });
    await store.outbox.complete(first!, { nowMs: 110, result: { ts: '17.1' } });
    expect(await store.outbox.lastResult('inc-1', 'slack')).toEqual({ ts: '17.1' });
    await failNext(store, 120);
    expect(await store.outbox.lastResult('inc-1', 'slack')).toEqual({ ts: '17.1' });
    expect(await store.outbox.lastResult('inc-1', 'webhook')).toBeUndefined();
    expect(await store.outbox.lastResult('inc-2', 'slack')).toBeUndefined();
  });

  test('dead deliveries block nothing, are listed by pages, and go out again with the same key', async () => {
    const store = current();
    await withEffects(store, { deliveries: [delivery('1'), delivery('2'), delivery('3')] });
    await failNext(store, 200);
    await failNext(store, 300);
    const page = await store.outbox.listDead({ limit: 1 });
    expect(page.items).toMatchObject([{ key: '2', state: 'failed', error: 'HTTP 404', finishedAtMs: 300 }]);
    const rest = await store.outbox.listDead({ limit: 1, cursor: page.next! });
    expect(rest.items).toMatchObject([{ key: '1' }]);
    expect(rest).not.toHaveProperty('next');
    expect(await store.outbox.requeue('inc-1', '1', 1_000)).toBe(true);
    expect(await store.outbox.requeue('inc-1', '1', 1_000)).toBe(false);
    expect(await store.outbox.requeue('inc-1', 'nothing', 1_000)).toBe(false);
    expect((await store.outbox.listDead({ limit: 9 })).items.map(({ key }) => key)).toEqual(['2']);
    const again = await store.outbox.claim({ nowMs: 1_000, leaseMs: 500 });
    expect(again).toMatchObject({ key: '1', attempts: 2, queuedAtMs: 1_000, payload: { key: '1' } });
    expect(again).not.toHaveProperty('finishedAtMs');
  });

  test('the same key again is the same delivery; a step may have that key too', async () => {
    const store = current();
    await withEffects(store, { deliveries: [delivery('1')], steps: [{ key: '1', kind: 'k', dueAtMs: 0 }] });
    await store.apply({
      incidentId: 'inc-1',
      nowMs: 11_000,
      effects: { deliveries: [{ ...delivery('1'), payload: 'other' }] },
    });
    expect(await store.outbox.get('inc-1', '1')).toMatchObject({ payload: { key: '1' }, queuedAtMs: 10_000 });
    expect(await store.outbox.claim({ nowMs: 200, leaseMs: 1 })).toMatchObject({ key: '1' });
    expect(await store.steps.claim({ nowMs: 200, leaseMs: 1 })).toMatchObject({ key: '1', kind: 'k' });
  });
}
