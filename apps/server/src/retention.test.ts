import { createMemoryStore } from '@midwatch/store/memory';
import { expect, it } from 'vitest';
import { alertOf, openRoom } from './__fixtures__/incident-room.js';
import { pruneStore } from './retention.js';

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
