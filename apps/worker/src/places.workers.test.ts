import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import type { AlertRecord, Store } from '@midwatch/core/incident';
import { createResponder, type Responder } from '@midwatch/responder';
import { type D1DatabaseLike, openD1Store } from '@midwatch/store/d1';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import {
  alertOf,
  createQueue,
  emptyDatabase,
  environment,
  migrate,
} from './__fixtures__/test-environment.js';
import { toPlaceName } from './place.js';
import { PlaceObject } from './place-object.js';

beforeAll(migrate);
beforeEach(emptyDatabase);

const stubOf = (namespace: string) => {
  const { PLACES: places } = environment;
  return places.get(places.idFromName(toPlaceName({ environment: 'test', namespace })));
};

/** Receives alerts as the routes do; it does no work. */
function receiverOver(store: Store): Responder {
  const never = () => {
    throw new Error('nobody works here');
  };
  const parts = { reduce: never, format: never, admit: never, toBrief: never };
  const evidenceAnalyzer = { name: 'evidence', analyze: async () => never() };
  return createResponder({
    parts: { ...parts, evidenceAnalyzer },
    redact: 'none',
    store,
    connectors: [],
    notifiers: [],
  });
}

/** Counts how often the database is asked. */
function countBatches(database: D1DatabaseLike) {
  const counted = { batches: 0, statements: 0 };
  const counting: D1DatabaseLike = {
    prepare: (query) => database.prepare(query),
    batch: (statements) => {
      counted.batches += 1;
      counted.statements = Math.max(counted.statements, statements.length);
      return database.batch(statements);
    },
  };
  return { counted, database: counting };
}

async function listAll() {
  const store = await openD1Store(environment.DB);
  return (await store.listIncidents({ limit: 200 })).items;
}

it('D1 alone groups what many isolates bring at once: no second incident, no second storm, no alert lost', async () => {
  const receivers = await Promise.all(
    Array.from({ length: 4 }, async () => receiverOver(await openD1Store(environment.DB))),
  );
  const all = Array.from({ length: 60 }, (_, index) =>
    alertOf(`service-${index % 30}`, 'shop', {
      fingerprint: `f${index}`,
    }),
  );
  await Promise.all(all.map(async (alert, index) => receivers[index % 4]?.receive(alert)));
  const incidents = await listAll();
  expect(incidents.filter(({ title }) => title.startsWith('storm'))).toHaveLength(1);
  // Nine by themselves; the tenth is the storm.
  expect(incidents).toHaveLength(10);
  expect(incidents.reduce((sum, { alertCount }) => sum + alertCount, 0)).toBe(60);
});

it('a place groups alike, in the order they came, with a few batches and messages for all of them', async () => {
  const { queue, sent } = createQueue();
  const { counted, database } = countBatches(environment.DB);
  const outcomes = await runInDurableObject(stubOf('mall'), async (_, state) => {
    const place = new PlaceObject(state, { ...environment, DB: database, WORK_QUEUE: queue });
    const store = await openD1Store(environment.DB);
    const recordAlerts = (records: readonly AlertRecord[]) => place.record(records);
    const receiver = receiverOver({ ...store, recordAlerts });
    const all = Array.from({ length: 60 }, (_alert, index) => alertOf(`service-${index}`, 'mall'));
    const answers = await Promise.all(all.map((alert) => receiver.receive(alert)));
    await state.storage.deleteAlarm();
    return answers.map(({ outcome }) => outcome);
  });
  expect(outcomes).toEqual(Array.from({ length: 60 }, (_, index) => (index < 10 ? 'opened' : 'joined')));
  const incidents = await listAll();
  expect(incidents).toHaveLength(10);
  expect(incidents.reduce((sum, { alertCount }) => sum + alertCount, 0)).toBe(60);
  // One asks for the schema's version, one takes the first alert, and D1's limits part the others.
  expect(counted.batches).toBeLessThan(10);
  expect(counted.statements).toBeLessThanOrEqual(500);
  expect(new Set(sent.flat().map(({ incidentId }) => incidentId)).size).toBe(10);
  expect(sent.flat().length).toBeLessThan(30);
});

it('the alarm starts work whose message was lost, and ends when nothing is open', async () => {
  const found = createQueue();
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { incidentId } = await runInDurableObject(stubOf('pier'), async (_, state) => {
    const down = { sendBatch: () => Promise.reject(new Error('no queue today')) };
    const place = new PlaceObject(state, { ...environment, WORK_QUEUE: down });
    const store = { ...(await openD1Store(environment.DB)), recordAlerts: place.record.bind(place) };
    const recorded = await receiverOver(store).receive(alertOf('cart', 'pier'));
    // Set before the acknowledgement.
    expect(await state.storage.getAlarm()).toBeGreaterThan(Date.now());
    // An object that was lost: made anew, it knows its place.
    await new PlaceObject(state, { ...environment, WORK_QUEUE: found.queue }).alarm();
    expect(await state.storage.getAlarm()).toBeLessThan(Date.now() + 15_000);
    await state.storage.deleteAlarm();
    return recorded;
  });
  expect(log.mock.calls.join()).toContain('no queue today');
  log.mockRestore();
  expect(found.sent).toEqual([[{ incidentId }]]);
  await emptyDatabase();
  await runInDurableObject(stubOf('pier'), async (_, state) => {
    await new PlaceObject(state, { ...environment, WORK_QUEUE: found.queue }).alarm();
    expect(await state.storage.getAlarm()).toBeNull();
  });
  expect(found.sent).toHaveLength(1);
  expect(await runDurableObjectAlarm(stubOf('pier'))).toBe(false);
});

it('an alarm that finds no database comes again', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await runInDurableObject(stubOf('dock'), async (_, state) => {
    await state.storage.put('place', { environment: 'test', namespace: 'dock' });
    const database = {
      prepare: environment.DB.prepare.bind(environment.DB),
      batch: () => Promise.reject(new Error('no D1')),
    };
    await new PlaceObject(state, { ...environment, DB: database }).alarm();
    expect(await state.storage.getAlarm()).toBeGreaterThan(Date.now() + 50_000);
    await state.storage.deleteAlarm();
  });
  expect(log.mock.calls.join()).toContain('alarm-failed');
  log.mockRestore();
});

it('names of places are told apart, and long ones are cut', () => {
  const names = [
    toPlaceName({ environment: undefined, namespace: 'shop' }),
    toPlaceName({ environment: '', namespace: 'shop' }),
    toPlaceName({ environment: 'shop', namespace: undefined }),
  ];
  expect(new Set(names).size).toBe(3);
  expect(toPlaceName({ environment: 'x'.repeat(5_000), namespace: undefined })).toHaveLength(500);
});
