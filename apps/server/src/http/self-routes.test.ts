import type { ConnectorV1 } from '@midwatch/core';
import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS, watchItself } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { expect, it } from 'vitest';
import { alertOf, createChannel, logSource, openRoom, START_MS } from '../__fixtures__/incident-room.js';
import { createMetrics } from '../metrics/create-metrics.js';
import { createHttpApp, type Role } from './index.js';

const tokenOf = (role: string) => `a-token-of-the-role-${role}`;
const roles: readonly Role[] = ['viewer', 'responder', 'admin'];

function open() {
  let nowMs = START_MS;
  const store = createMemoryStore();
  const channel = createChannel();
  const room = openRoom(store, { notifiers: [channel.notifier], now: () => nowMs });
  const app = createHttpApp({
    ...{ store, responder: room.responder, redact: createRedactor(), budgets: DEFAULT_BUDGETS },
    tokens: roles.map((role) => ({ role, token: tokenOf(role) })),
    onReceived: () => undefined,
    now: () => nowMs,
  });
  const ask = async (role: Role | 'nobody', path: string, body?: unknown) => {
    const headers = role === 'nobody' ? {} : { authorization: `Bearer ${tokenOf(role)}` };
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await app.request(path, { ...init, headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const metrics = async () => {
    const text = await createMetrics({ store, budgets: DEFAULT_BUDGETS, version: '1' }).read();
    return text.split('\n').filter((line) => !line.startsWith('#'));
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { ask, channel, metrics, now: () => nowMs, pass, room, store };
}

it('is stopped by one call, says so everywhere, and goes on by another', async () => {
  const { ask, metrics } = open();
  expect(await ask('viewer', '/state')).toMatchObject({ status: 200, body: { blind: [] } });
  expect((await ask('viewer', '/stop', { reason: 'x' })).status).toBe(403);
  const stopped = { by: 'ann (responder)', atMs: START_MS, reason: 'it costs too much' };
  expect(await ask('responder', '/stop', { reason: 'it costs too much', by: 'ann' })).toEqual({
    status: 200,
    body: { stopped },
  });
  expect(await ask('admin', '/stop', { reason: 'me too' })).toMatchObject({ body: { stopped } });
  expect(await ask('viewer', '/state')).toMatchObject({ body: { stopped } });
  const words =
    'models and actions are stopped by ann (responder) since 2026-11-01 03:30 UTC: it costs too much';
  expect(await ask('viewer', '/incidents')).toMatchObject({ body: { incidents: [], midwatch: [words] } });
  // Whoever has no token learns neither names nor reasons.
  expect(await ask('nobody', '/readyz')).toEqual({
    status: 200,
    body: { status: 'degraded', reasons: ['stopped'] },
  });
  expect(await metrics()).toContain('midwatch_stopped 1');
  expect((await ask('responder', '/resume', { reason: 'found it' })).status).toBe(403);
  expect(await ask('admin', '/resume', { reason: 'found it' })).toEqual({
    status: 200,
    body: { stopped: null },
  });
  expect((await ask('viewer', '/state')).body).not.toHaveProperty('stopped');
  expect((await ask('viewer', '/incidents')).body).not.toHaveProperty('midwatch');
  expect(await metrics()).toContain('midwatch_stopped 0');
});

it.each([
  [{}, 'no-reason'],
  [{ reason: '  ' }, 'no-reason'],
  [{ reason: 'x'.repeat(501) }, 'no-reason'],
  [{ reason: 'x', by: 'y'.repeat(81) }, 'no-reason'],
  ['stop', 'no-reason'],
])('does not stop for %j', async (body, code) => {
  const { ask } = open();
  expect(await ask('responder', '/stop', body)).toMatchObject({ status: 400, body: { error: { code } } });
  expect((await ask('viewer', '/state')).body).not.toHaveProperty('stopped');
});

it('tells what Midwatch is blind to, and is still ready: alerts are taken', async () => {
  const { ask, metrics, now, pass, store } = open();
  const down: ConnectorV1 = {
    ...logSource('loki', async () => []),
    checkHealth: async () => ({ state: 'unhealthy', detail: 'HTTP 503' }),
  };
  const rules = { heartbeats: [{ alert: 'Watchdog', everyMs: 60_000 }] };
  for (let minute = 0; minute < 4; minute++) {
    await watchItself({ store, rules, connectors: [down], notifiers: [], redact: 'none', now });
    pass(60_000);
  }
  expect(await ask('nobody', '/readyz')).toEqual({
    status: 200,
    body: { status: 'degraded', reasons: ['source', 'heartbeat'] },
  });
  expect(await ask('viewer', '/state')).toMatchObject({
    body: {
      blind: [
        { kind: 'source', name: 'loki', text: 'loki has never answered, watched since 03:30 UTC (HTTP 503)' },
        { kind: 'heartbeat', name: 'Watchdog' },
      ],
      sources: [{ id: 'loki', state: 'failing', failedChecks: 4, isDead: true }],
      watchedAtMs: START_MS + 3 * 60_000,
    },
  });
  const lines = await metrics();
  expect(lines).toContain('midwatch_source_up{source="loki"} 0');
  expect(lines).toContain('midwatch_blind{kind="source"} 1');
  expect(lines).toContain('midwatch_blind{kind="heartbeat"} 1');
  pass(11 * 60_000);
  expect((await ask('nobody', '/readyz')).body['reasons']).toContain('not-watched');
});

it('lists what could not be delivered, and sends it again once', async () => {
  const { ask, channel, room } = open();
  channel.failures.push('auth');
  const { incidentId } = await room.responder.receive(alertOf());
  await room.workAll();
  const { body } = await ask('viewer', '/dead-letters');
  expect(body).toMatchObject({
    deliveries: [
      { incidentId, key: 'collect-1 chat', channel: 'chat', attempts: 1, error: '[chat] auth: scripted' },
    ],
  });
  expect(JSON.stringify(body)).not.toContain('payload');
  const path = `/dead-letters/${incidentId}/collect-1%20chat/requeue`;
  expect((await ask('viewer', path, {})).status).toBe(403);
  expect(await ask('responder', path, {})).toEqual({ status: 200, body: { requeued: true } });
  expect(await ask('responder', path, {})).toEqual({ status: 200, body: { requeued: false } });
  expect((await ask('responder', '/dead-letters/inc-0/none/requeue', {})).status).toBe(404);
  expect((await ask('viewer', '/dead-letters?cursor=nonsense')).status).toBe(400);
  await room.workAll();
  expect(channel.sent.map(({ deliveryId }) => deliveryId)).toEqual(
    Array.from({ length: 2 }, () => `${incidentId} collect-1 chat`),
  );
  expect(await ask('viewer', '/dead-letters')).toMatchObject({ body: { deliveries: [] } });
  expect((await ask('viewer', `/incidents/${incidentId}`)).body['timeline']).toContainEqual(
    expect.objectContaining({ actor: 'responder', action: 'delivery-requeued' }),
  );
});

it('lists steps that were given up, and does them again; those of actions not', async () => {
  const { ask, room } = open();
  const { incidentId } = await room.responder.receive(alertOf());
  const steps = [{ key: 'carry-out-x', kind: 'carry-out', dueAtMs: 0 }];
  await room.store.apply({ incidentId, nowMs: START_MS, effects: { steps } });
  for (const key of ['carry-out-x', 'collect-1']) {
    const claimed = await room.store.steps.claim({ nowMs: START_MS, leaseMs: 1 });
    expect(claimed).toMatchObject({ key });
    await room.store.steps.fail(claimed!, { nowMs: START_MS, error: 'it crashed again and again' });
  }
  const { body } = await ask('viewer', '/dead-letters');
  const dead = { incidentId, attempts: 1, error: 'it crashed again and again', finishedAtMs: START_MS };
  expect(body['steps']).toEqual([
    { ...dead, key: 'carry-out-x', kind: 'carry-out', isRequeueable: false },
    { ...dead, key: 'collect-1', kind: 'collect', isRequeueable: true },
  ]);
  const requeue = (key: string) => ask('responder', `/dead-letters/${incidentId}/${key}/requeue`, {});
  expect((await requeue('carry-out-x')).status).toBe(409);
  expect(await requeue('collect-1')).toEqual({ status: 200, body: { requeued: true } });
  expect(await requeue('collect-1')).toEqual({ status: 200, body: { requeued: false } });
  await room.workAll();
  expect(await room.store.steps.get(incidentId, 'collect-1')).toMatchObject({ state: 'done' });
  expect((await ask('viewer', `/incidents/${incidentId}`)).body['timeline']).toContainEqual(
    expect.objectContaining({ actor: 'responder', action: 'step-requeued' }),
  );
});
