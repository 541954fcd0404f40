import { createMemoryStore } from '@midwatch/store/memory';
import { expect, it, vi } from 'vitest';
import { alertOf, openRoom } from './__fixtures__/incident-room.js';
import { keepRetention, pruneStore } from './retention.js';

it('keeps bundles for 30 days, and incidents and told changes for 400', async () => {
  const store = createMemoryStore();
  const room = openRoom(store);
  const { incidentId } = await room.responder.receive(alertOf());
  await room.workAll();
  const atMs = (await store.getIncident(incidentId))?.updatedAtMs ?? 0;
  await store.changes.add([{ timestampMs: atMs, service: 'cart', summary: 'a flag', changes: [] }], atMs);
  const days = (count: number) => atMs + count * 86_400_000;
  const told = async () =>
    (await store.changes.list({ startMs: 0, endMs: days(1), limit: 9, keep: 'newest' })).total;

  await pruneStore(store, days(29));
  expect(await store.bundles.get(`${incidentId}/collect-1`)).toBeDefined();
  await pruneStore(store, days(31));
  expect(await store.bundles.get(`${incidentId}/collect-1`)).toBeUndefined();
  expect(await store.getIncident(incidentId)).toBeDefined();
  expect(await told()).toBe(1);
  await pruneStore(store, days(401));
  expect(await store.getIncident(incidentId)).toBeUndefined();
  expect(await told()).toBe(0);
});

it('prunes soon after the start and then every hour, whatever fails, and ends between two rounds', async () => {
  vi.useFakeTimers();
  try {
    const store = createMemoryStore();
    const full = { ...(await store.prune({ limit: 1 })), bundles: 200 };
    let answer = async () => ({ ...full, bundles: 0 });
    const prune = vi.fn(() => answer());
    const errors: unknown[] = [];
    const stop = keepRetention({ ...store, prune }, (error) => errors.push(error));
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(prune).toHaveBeenCalledTimes(1);
    answer = () => Promise.reject(new Error('down'));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(errors).toHaveLength(1);
    let goOn: () => void = () => undefined;
    answer = () =>
      new Promise((resolve) => {
        goOn = () => resolve(full);
      });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(prune).toHaveBeenCalledTimes(3);
    const stopped = stop();
    goOn();
    await stopped;
    await vi.advanceTimersByTimeAsync(7_200_000);
    expect(prune).toHaveBeenCalledTimes(3);
  } finally {
    vi.useRealTimers();
  }
});
