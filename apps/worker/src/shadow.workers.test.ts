import { openD1Store } from '@midwatch/store/d1';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { createQueue, emptyDatabase, environment, migrate } from './__fixtures__/test-environment.js';
import { doWork } from './do-work.js';
import type { Environment } from './environment.js';
import worker from './index.js';
import { takeMessages } from './take-messages.js';

beforeAll(migrate);
beforeEach(async () => {
  await emptyDatabase();
  await fetch(`${environment.WORLD_URL}/reset`);
});

it('a shadow is asked behind all else, by a message, and only the ledger has its answer', async () => {
  const store = await openD1Store(environment.DB);
  const given: Environment = {
    ...environment,
    MIDWATCH_SHADOW_MODEL: 'claude-haiku-4-5',
    WORK_QUEUE: createQueue().queue,
    PLACES: {
      idFromName: () => undefined,
      get: () => ({ record: (records) => store.recordAlerts(records) }),
    },
  };
  const body = await (await fetch(`${environment.WORLD_URL}/alert`)).text();
  const headers = { authorization: 'Bearer token-of-whoever-sends' };
  const url = 'https://midwatch.example/webhooks/alertmanager';
  await worker.fetch(new Request(url, { method: 'POST', headers, body }), given);
  await doWork(given);
  const { items } = await store.listIncidents({ limit: 2 });
  const incidentId = items[0]?.id ?? '';
  const shadowsOf = async () =>
    (await store.ledger.history(incidentId)).analyses.filter(({ isShadow }) => isShadow);
  expect(await shadowsOf()).toEqual([]);
  const before = await store.getIncident(incidentId);

  const ended: string[] = [];
  const message = {
    body: { incidentId },
    ack: () => void ended.push('ack'),
    retry: () => void ended.push('retry'),
  };
  await takeMessages({ messages: [message] }, given);
  await takeMessages({ messages: [message] }, given);
  expect(ended).toEqual(['ack', 'ack']);
  expect(await shadowsOf()).toMatchObject([
    { state: 'admitted', verdict: 'cause-found', analyzer: { model: 'claude-haiku-4-5' }, wasShown: false },
  ]);
  expect(await store.getIncident(incidentId)).toMatchObject({
    brief: before?.brief,
    timeline: before?.timeline,
  });
  expect(await store.ledger.tallyShadows({ fromMs: 0, toMs: Date.now() + 1_000 })).toMatchObject([
    { shown: { model: 'claude-haiku-5-5' }, counts: [{ count: 1, service: 'same' }] },
  ]);
});
