import { type D1DatabaseLike, type D1StatementLike, listOpenWork, openD1Store } from '@midwatch/store/d1';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { createQueue, emptyDatabase, environment, migrate } from './__fixtures__/test-environment.js';
import { doWork } from './do-work.js';
import type { Environment } from './environment.js';
import worker from './index.js';
import { sendWork } from './send-work.js';

// Of the paid plan, as README.md lists them with their sources.
const MAX_SUBREQUESTS = 10_000;
const MAX_D1_QUERIES = 1_000;
const MAX_D1_PARAMETERS = 100;
const MAX_D1_STATEMENT_BYTES = 100_000;
const MAX_D1_ROW_BYTES = 2_000_000;
const MAX_QUEUE_MESSAGE_BYTES = 128_000;
const MAX_STEP_RESULT_BYTES = 1_048_576;

beforeAll(migrate);
beforeEach(async () => {
  await emptyDatabase();
  await fetch(`${environment.WORLD_URL}/reset`);
});

/** What one invocation asks of D1, statement by statement. */
function countQueries(given: D1DatabaseLike) {
  const counted = { queries: 0, batches: 0, parameters: 0, statementBytes: 0, rowBytes: 0 };
  const sizeOf = (value: unknown) =>
    typeof value === 'string' ? new TextEncoder().encode(value).byteLength : 8;
  const bound = new WeakMap<D1StatementLike, D1StatementLike>();
  const database: D1DatabaseLike = {
    prepare(query) {
      counted.statementBytes = Math.max(counted.statementBytes, sizeOf(query));
      const statement = given.prepare(query);
      const counting: D1StatementLike = {
        bind(...values) {
          counted.parameters = Math.max(counted.parameters, values.length);
          const bytes = values.reduce<number>((sum, value) => sum + sizeOf(value), 0);
          counted.rowBytes = Math.max(counted.rowBytes, bytes);
          return statement.bind(...values);
        },
      };
      bound.set(counting, statement);
      return counting;
    },
    batch(statements) {
      counted.batches += 1;
      counted.queries += statements.length;
      return given.batch(statements.map((statement) => bound.get(statement) ?? statement));
    },
  };
  return { counted, database };
}

/** Places that are not asked: the alert goes straight to D1. */
async function directly(database: D1DatabaseLike): Promise<Environment> {
  const store = await openD1Store(database);
  return {
    ...environment,
    DB: database,
    WORK_QUEUE: createQueue().queue,
    PLACES: {
      idFromName: () => undefined,
      get: () => ({ record: (records) => store.recordAlerts(records) }),
    },
  };
}

async function world<T>(path: string): Promise<T> {
  return (await (await fetch(`${environment.WORLD_URL}${path}`)).json()) as T;
}

it('a whole incident in one invocation stays within the subrequests of a plan, and its statements within D1', async () => {
  const { counted, database } = countQueries(environment.DB);
  const given = await directly(database);
  const body = JSON.stringify(await world('/alert'));
  const headers = { authorization: 'Bearer token-of-whoever-sends' };
  const url = 'https://midwatch.example/webhooks/alertmanager';
  const response = await worker.fetch(new Request(url, { method: 'POST', headers, body }), given);
  expect(response.status).toBe(202);
  await doWork(given);
  const { count: requests } = await world<{ count: number }>('/requests');
  const messages = await world<{ messages: readonly unknown[] }>('/messages');
  expect(messages.messages).toMatchObject([{ edits: 1 }]);
  // All sources, the model twice at most, Slack: a collection by itself may ask 100.
  expect(requests).toBeGreaterThan(20);
  expect(requests + counted.queries).toBeLessThan(MAX_SUBREQUESTS / 10);
  expect(counted.queries).toBeLessThan(MAX_D1_QUERIES / 2);
  expect(counted.parameters).toBeLessThanOrEqual(MAX_D1_PARAMETERS);
  expect(counted.statementBytes).toBeLessThan(MAX_D1_STATEMENT_BYTES);
  expect(counted.rowBytes).toBeLessThan(MAX_D1_ROW_BYTES);
});

it('keeps a result of 256 KiB at most, which a row of D1 and a step of a Workflow hold', async () => {
  const store = await openD1Store(environment.DB);
  const given = await directly(environment.DB);
  const body = JSON.stringify(await world('/alert'));
  const headers = { authorization: 'Bearer token-of-whoever-sends' };
  const url = 'https://midwatch.example/webhooks/alertmanager';
  const response = await worker.fetch(new Request(url, { method: 'POST', headers, body }), given);
  const { incidents } = (await response.json()) as { incidents: readonly { readonly id: string }[] };
  const step = await store.steps.claim({ nowMs: Date.now(), leaseMs: 60_000 });
  if (step === undefined) throw new Error('nothing is due');
  const largest = 'x'.repeat(256 * 1024 - 2);
  expect(largest.length).toBeLessThan(Math.min(MAX_STEP_RESULT_BYTES, MAX_D1_ROW_BYTES));
  await expect(
    store.steps.complete(step, { nowMs: Date.now(), result: `${largest}x` }),
  ).rejects.toMatchObject({
    code: 'too-large',
  });
  expect(await store.steps.complete(step, { nowMs: Date.now(), result: largest })).toBe(true);
  const [incident] = incidents;
  const open = await listOpenWork(environment.DB, { incidentId: incident?.id ?? '', limit: 10 });
  expect(open.every(({ key }) => key.startsWith('second-look-'))).toBe(true);
});

it('sends messages that a queue takes, a hundred at a time', async () => {
  const { queue, sent } = createQueue();
  const ids = Array.from({ length: 250 }, (_, index) => `inc-20261118-${String(index).padStart(10, '0')}`);
  await sendWork({ WORK_QUEUE: queue }, ids);
  expect(sent.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(JSON.stringify(sent[0]).length).toBeLessThan(MAX_QUEUE_MESSAGE_BYTES);
  await environment.WORK_QUEUE.sendBatch([{ body: { incidentId: 'inc-of-nobody' } }]);
});

it.each([
  ['whoever sends', 'SENDERS_LIMIT', '/webhooks/alertmanager', 'POST'],
  ['whoever reads', 'PEOPLE_LIMIT', '/incidents', 'GET'],
] as const)(
  'asks %s to come later, counted by token; a counter that fails stops nobody',
  async (_, name, path, method) => {
    const keys: string[] = [];
    const given = (limit: Environment['SENDERS_LIMIT']['limit']): Environment => ({
      ...environment,
      [name]: { limit },
    });
    const ask = (target: Environment) =>
      worker.fetch(
        new Request(`https://midwatch.example${path}`, {
          method,
          headers: { authorization: 'Bearer one-of-them', 'cf-connecting-ip': '203.0.113.7' },
        }),
        target,
      );
    const answer = await ask(given(async ({ key }) => ({ success: keys.push(key) > 1 })));
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('10');
    expect(await answer.json()).toMatchObject({ error: { code: 'too-many-requests' } });
    expect(keys.join()).not.toMatch(/one-of-them|203/);
    expect((await ask(given(() => Promise.reject(new Error('no counter today'))))).status).toBe(401);
  },
);

it('asks strangers to come later, by address, once they are refused too often', async () => {
  const keys: string[] = [];
  const given: Environment = {
    ...environment,
    STRANGERS_LIMIT: { limit: async ({ key }) => ({ success: keys.push(key) <= 2 }) },
  };
  const statuses: number[] = [];
  for (const token of ['a', 'b', 'c']) {
    const headers = { authorization: `Bearer ${token}`, 'cf-connecting-ip': '203.0.113.7' };
    const request = new Request('https://midwatch.example/incidents', { headers });
    statuses.push((await worker.fetch(request, given)).status);
  }
  expect(statuses).toEqual([401, 401, 429]);
  expect(new Set(keys)).toEqual(new Set(['203.0.113.7']));
});

it("counts by Cloudflare's own binding, too", async () => {
  const { STRANGERS_LIMIT: limit } = environment;
  const answers: boolean[] = [];
  for (let index = 0; index < 60; index++) answers.push((await limit.limit({ key: 'one' })).success);
  expect(answers.filter(Boolean).length).toBeGreaterThanOrEqual(50);
  expect(answers.at(-1)).toBe(false);
  expect((await limit.limit({ key: 'another' })).success).toBe(true);
});
