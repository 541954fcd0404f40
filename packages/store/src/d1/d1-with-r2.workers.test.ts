import { applyD1Migrations, type D1Migration } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, expect, test } from 'vitest';
import { emptyDatabase } from '../__fixtures__/empty-d1.js';
import { sampleRecord, sampleSteps } from '../__fixtures__/sample-records.js';
import { storeSuite } from '../__fixtures__/store-suite.js';
import { listOpenWork } from './list-open-work.js';
import { type D1DatabaseLike, openD1Store } from './open-d1-store.js';
import type { R2BucketLike } from './r2-bundles.js';

const {
  BUNDLES: bucket,
  DB: database,
  MIGRATIONS: migrations,
} = env as {
  BUNDLES: R2BucketLike & { list(): Promise<{ objects: readonly { key: string }[] }> };
  DB: D1DatabaseLike;
  MIGRATIONS: D1Migration[];
};

beforeAll(() => applyD1Migrations(database, migrations));

async function openEmpty() {
  await emptyDatabase(database);
  const { objects } = await bucket.list();
  await bucket.delete(objects.map(({ key }) => key));
  return openD1Store(database, { bucket, joinsBatches: true });
}

const keysOf = async () => (await bucket.list()).objects.map(({ key }) => key);
const rowsOf = async (table: string) => {
  const [answer] = await database.batch([database.prepare(`select * from ${table}`)]);
  return answer?.results;
};

storeSuite('D1 with R2, batches joined', openEmpty);

test('a bundle is one object; the database keeps its key and time, and no part of it', async () => {
  const store = await openEmpty();
  await store.bundles.put('inc-1/collect-1', Uint8Array.of(1, 2, 3), 1_000);
  expect(await keysOf()).toEqual(['inc-1/collect-1']);
  expect(await rowsOf('bundle')).toEqual([{ bundle_key: 'inc-1/collect-1', stored_at_ms: 1_000 }]);
  expect(await rowsOf('bundle_part')).toEqual([]);
  await expect(store.bundles.put('k'.repeat(1_025), Uint8Array.of(1), 1)).rejects.toMatchObject({
    code: 'too-large',
  });
});

test('retention takes the objects away, oldest first, as many as it says', async () => {
  const store = await openEmpty();
  for (const nowMs of [3, 1, 2, 9]) await store.bundles.put(`b${nowMs}`, Uint8Array.of(nowMs), nowMs);
  expect(await store.prune({ bundlesBeforeMs: 9, limit: 2 })).toMatchObject({ bundles: 2 });
  expect(await keysOf()).toEqual(['b3', 'b9']);
  expect(await store.prune({ bundlesBeforeMs: 9, limit: 2 })).toMatchObject({ bundles: 1 });
  expect(await keysOf()).toEqual(['b9']);
});

test('a bucket that fails in the middle leaves nothing that retention cannot find', async () => {
  const broken = { ...bucket, put: () => Promise.reject(new Error('no bucket today')) };
  await openEmpty();
  const store = await openD1Store(database, { bucket: broken });
  await expect(store.bundles.put('b', Uint8Array.of(1), 1)).rejects.toThrow('no bucket today');
  const whole = await openD1Store(database, { bucket });
  expect(await whole.bundles.get('b')).toBeUndefined();
  expect(await whole.prune({ bundlesBeforeMs: 2, limit: 1 })).toMatchObject({ bundles: 1 });
});

test('open work is listed by incident and by place, the earliest first, and claims nothing', async () => {
  const store = await openEmpty();
  const places = [{ environment: 'prod', namespace: 'shop' }, { namespace: 'shop' }];
  for (const [index, target] of places.entries()) {
    const id = `inc-${index}`;
    const given = { incidentId: id, groupKey: id, alert: { fingerprint: id, target } };
    await store.recordAlert(sampleRecord({ ...given, effects: { opened: sampleSteps(2) } }));
  }
  const ofIncident = await listOpenWork(database, { incidentId: 'inc-1', limit: 10 });
  expect(ofIncident.map(({ key }) => key)).toEqual(['s0', 's1']);
  const place = { environment: undefined, namespace: 'shop', limit: 1 };
  expect(await listOpenWork(database, place)).toEqual([ofIncident[0]]);
  expect(await listOpenWork(database, { ...place, environment: 'prod' })).toMatchObject([
    { queue: 'step', incidentId: 'inc-0', key: 's0' },
  ]);
  const step = await store.steps.claim({ nowMs: 50_000, leaseMs: 1_000, incidentId: 'inc-1' });
  await store.steps.complete(step!, { nowMs: 50_000 });
  expect(await listOpenWork(database, { incidentId: 'inc-1', limit: 10 })).toMatchObject([{ key: 's1' }]);
});
