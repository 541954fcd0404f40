import { openD1Store } from '@midwatch/store/d1';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { alertOf, emptyDatabase, environment, migrate } from './__fixtures__/test-environment.js';
import { compose } from './compose.js';
import type { Environment } from './environment.js';
import { isHandedOver, lookOf, toInstanceId } from './start-analysis.js';
import { takeMessages } from './take-messages.js';

beforeAll(migrate);
beforeEach(async () => {
  await emptyDatabase();
  await fetch(`${environment.WORLD_URL}/reset`);
});
afterEach(() => void vi.restoreAllMocks());

/** Keeps an alert in D1, and sends nobody for its work. */
async function receive(service: string): Promise<string> {
  const store = await openD1Store(environment.DB);
  const direct: Environment = {
    ...environment,
    PLACES: {
      idFromName: () => undefined,
      get: () => ({ record: (records) => store.recordAlerts(records) }),
    },
  };
  const { responder } = await compose(direct);
  return (await responder.receive(alertOf(service, 'shop'))).incidentId;
}

/** Workflows that only say what they were told to start; `status` is that of each that exists. */
function createWorkflows(status: string) {
  const started = new Map<string, unknown>();
  const binding: Environment['ANALYSIS_WORKFLOW'] = {
    async create({ id, params }) {
      if (started.has(id)) throw new Error('instance.already_exists');
      started.set(id, params);
    },
    async get(id) {
      if (!started.has(id)) throw new Error('instance.not_found');
      return { status: async () => ({ status }) };
    },
  };
  return { started, binding };
}

function createMessages(...incidentIds: readonly string[]) {
  const ended: string[] = [];
  const messages = incidentIds.map((incidentId) => ({
    body: { incidentId },
    ack: () => void ended.push(`ack ${incidentId}`),
    retry: () => void ended.push(`retry ${incidentId}`),
  }));
  return { ended, messages };
}

it('starts one instance for a look, however often it is told, and does none of its work', async () => {
  const incidentId = await receive('cart');
  const { binding, started } = createWorkflows('running');
  const { ended, messages } = createMessages(incidentId, incidentId, incidentId);
  await takeMessages({ messages }, { ...environment, ANALYSIS_WORKFLOW: binding });
  await takeMessages({ messages: messages.slice(1) }, { ...environment, ANALYSIS_WORKFLOW: binding });
  expect([...started]).toEqual([[`${incidentId}-1`, { incidentId, look: 1 }]]);
  expect(ended).toEqual(Array.from({ length: 5 }, () => `ack ${incidentId}`));
  const store = await openD1Store(environment.DB);
  expect(await store.steps.get(incidentId, 'collect-1')).toMatchObject({ state: 'waiting', attempts: 0 });
});

it("Cloudflare's own engine takes the id, and takes it once", async () => {
  const incidentId = await receive('lift');
  const id = toInstanceId({ incidentId, look: 12 });
  expect(id).toMatch(/^[a-zA-Z0-9_][a-zA-Z0-9_-]{0,99}$/);
  const params = { incidentId: 'inc-of-nobody', look: 12 };
  await environment.ANALYSIS_WORKFLOW.create({ id, params });
  await expect(environment.ANALYSIS_WORKFLOW.create({ id, params })).rejects.toThrow(/already.exists/);
  const instance = await environment.ANALYSIS_WORKFLOW.get(id);
  await expect.poll(async () => (await instance.status()).status).toBe('complete');
  // Its incident has nothing open: it has ended by itself.
  await expect(environment.ANALYSIS_WORKFLOW.get('inc-unknown-1')).rejects.toThrow();
});

it('does the work itself when the instance of the look has ended without it', async () => {
  const incidentId = await receive('desk');
  const { binding } = createWorkflows('errored');
  const given = { ...environment, ANALYSIS_WORKFLOW: binding };
  expect(await isHandedOver(given, incidentId)).toBe(true);
  expect(await isHandedOver(given, incidentId)).toBe(false);
  // The instance of the look itself does not hand it over.
  expect(await isHandedOver(given, incidentId, 1)).toBe(false);
  expect(await isHandedOver(given, incidentId, 2)).toBe(false);
});

it('a message whose work fails comes again, and the others are not held', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const [bad, good] = [await receive('vault'), await receive('shelf')];
  const { binding } = createWorkflows('running');
  const create: typeof binding.create = (options) =>
    options.id.startsWith(bad) ? Promise.reject(new Error('no Workflow today')) : binding.create(options);
  const { ended, messages } = createMessages(bad, good, bad);
  await takeMessages({ messages }, { ...environment, ANALYSIS_WORKFLOW: { ...binding, create } });
  expect(ended).toEqual([`retry ${bad}`, `retry ${bad}`, `ack ${good}`]);
  expect(log.mock.calls.join()).toContain('no Workflow today');
});

it('waits for what a channel refused, tries again when that is due, and ends with one message', async () => {
  await fetch(`${environment.WORLD_URL}/reset?refusals=2`);
  const incidentId = await receive('till');
  await environment.ANALYSIS_WORKFLOW.create({
    id: toInstanceId({ incidentId, look: 1 }),
    params: { incidentId, look: 1 },
  });
  const instance = await environment.ANALYSIS_WORKFLOW.get(toInstanceId({ incidentId, look: 1 }));
  await expect.poll(async () => (await instance.status()).status, { interval: 250 }).toBe('complete');
  const answer = await fetch(`${environment.WORLD_URL}/messages`);
  const { messages } = (await answer.json()) as { messages: readonly unknown[] };
  expect(messages).toHaveLength(1);
  const store = await openD1Store(environment.DB);
  expect(await store.outbox.get(incidentId, 'collect-1 slack')).toMatchObject({ state: 'done', attempts: 3 });
});

it('knows the look of a step by its key, and other keys by none', () => {
  const step = (key: string) => lookOf({ queue: 'step', key });
  expect(['collect-1', 'analyze-12', 'second-look-1-300000', 'collect-', 'look-again-1'].map(step)).toEqual([
    1,
    12,
    undefined,
    undefined,
    undefined,
  ]);
  expect(lookOf({ queue: 'outbox', key: 'collect-1 slack' })).toBeUndefined();
});
