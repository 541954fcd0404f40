import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS, IntakeFullError, type ReceivedAlert } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { expect, it } from 'vitest';
import { idleResponder } from '../__fixtures__/idle-responder.js';
import { createHttpApp } from './index.js';

const token = 'a-token-that-writes';

/** A body of two alerts, of which this becomes. */
async function send(received: readonly PromiseSettledResult<ReceivedAlert>[]) {
  const told: string[] = [];
  const errors: unknown[] = [];
  const app = createHttpApp({
    budgets: DEFAULT_BUDGETS,
    responder: { ...idleResponder, receiveAll: async () => received },
    store: createMemoryStore(),
    tokens: [{ role: 'webhook', token }],
    redact: createRedactor(),
    onReceived: ({ incidentId }) => void told.push(incidentId),
    onError: (error) => errors.push(error),
  });
  const alerts = ['a', 'b'].map((fingerprint) => ({
    ...{ status: 'firing', labels: { alertname: 'Slow' }, annotations: {}, startsAt: '2026-11-01T03:28:00Z' },
    fingerprint,
  }));
  const response = await app.request('http://midwatch.example/webhooks/alertmanager', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ version: '4', status: 'firing', receiver: 'midwatch', alerts }),
  });
  const body = (await response.json()) as { error?: { code: string } };
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body, told, errors };
}

const kept = (incidentId: string): PromiseSettledResult<ReceivedAlert> => ({
  status: 'fulfilled',
  value: { incidentId, outcome: 'opened' },
});

it('acknowledges a body when all of it is kept', async () => {
  const { body, status, told } = await send([kept('inc-1'), kept('inc-2')]);
  expect(status).toBe(202);
  expect(told).toEqual(['inc-1', 'inc-2']);
  expect(body).toMatchObject({ incidents: [{ id: 'inc-1' }, { id: 'inc-2' }] });
});

it('asks to come again when too many wait; the work on what was kept is begun', async () => {
  const answer = await send([kept('inc-1'), { status: 'rejected', reason: new IntakeFullError(2_000) }]);
  expect(answer).toMatchObject({ status: 503, retryAfter: '2', body: { error: { code: 'too-busy' } } });
  expect(answer.told).toEqual(['inc-1']);
  expect(answer.errors).toEqual([]);
});

it('asks to come again when one of a body could not be kept, and says why in the log', async () => {
  const reason = new Error('disk full');
  const answer = await send([{ status: 'rejected', reason }, kept('inc-2')]);
  expect(answer).toMatchObject({ status: 503, body: { error: { code: 'not-kept' } } });
  expect(answer.told).toEqual(['inc-2']);
  expect(answer.errors).toEqual([reason]);
});
