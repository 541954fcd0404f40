import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { describe, expect, it } from 'vitest';
import { alertOf, openRoom } from '../__fixtures__/incident-room.js';
import { createHttpApp } from './index.js';

const ann = 'a-token-of-ann-for-tests';
const nobody = 'a-token-without-a-name';

async function open() {
  const store = createMemoryStore();
  const room = openRoom(store);
  const { incidentId } = await room.responder.receive(alertOf());
  await room.workAll();
  const acted: string[] = [];
  const app = createHttpApp({
    ...{ responder: room.responder, store, redact: createRedactor(), budgets: DEFAULT_BUDGETS },
    tokens: [
      { role: 'responder', token: ann, name: 'ann' },
      { role: 'approver', token: nobody },
    ],
    onReceived: () => undefined,
    onActed: (id) => {
      acted.push(id);
    },
  });
  const ask = async (path: string, body?: unknown, headers: Record<string, string> = {}, token = ann) => {
    const response = await app.request(`/incidents/${path}`, {
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: { authorization: `Bearer ${token}`, ...headers },
      method: path.includes('/') ? 'POST' : 'GET',
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { acted, ask, incidentId, room };
}

describe('what people do to an incident', () => {
  it('is done in the name of the token, shown with the incident, and wakes whoever works', async () => {
    const { acted, ask, incidentId } = await open();
    const done = { status: 200, body: { outcome: 'done' } };
    expect(await ask(`${incidentId}/owner`)).toEqual(done);
    expect(await ask(`${incidentId}/silence`, { minutes: 30 })).toEqual(done);
    const said = { judgement: 'wrong', service: 'ledger', cause: 'password=hunter2hunter2' };
    expect(await ask(`${incidentId}/outcome`, { ...said, via: 'cli' })).toEqual(done);
    expect(await ask(`${incidentId}/outcome`, { judgement: 'partly' }, {}, nobody)).toEqual(done);
    expect(await ask(`${incidentId}/usefulness`, { score: 4 })).toEqual(done);
    const { body } = await ask(incidentId);
    expect(body).toMatchObject({
      owner: { by: 'ann' },
      silence: { by: 'ann', untilMs: expect.any(Number) },
      outcome: { judgement: 'partly', by: 'approver', via: 'api' },
      outcomes: [{ judgement: 'wrong', service: 'ledger', by: 'ann', via: 'cli' }, { judgement: 'partly' }],
      ratings: [{ score: 4, by: 'ann' }],
      analyses: [{ look: 1, analyzer: { name: 'evidence' } }],
    });
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(await ask(`${incidentId}/release`, undefined, {}, nobody)).toEqual(done);
    expect(await ask(`${incidentId}/silence`, { minutes: 0 })).toEqual(done);
    const { body: after } = await ask(incidentId);
    expect(after).not.toHaveProperty('owner');
    expect(after).not.toHaveProperty('silence');
    expect(acted).toEqual(Array.from({ length: 7 }, () => incidentId));
  });

  it('is done one time with one key, and a key of somebody else is another', async () => {
    const { ask, incidentId } = await open();
    const key = { 'idempotency-key': 'k' };
    const settle = (token: string) => ask(`${incidentId}/outcome`, { judgement: 'right' }, key, token);
    expect((await settle(ann)).body).toEqual({ outcome: 'done' });
    expect((await settle(ann)).body).toEqual({ outcome: 'repeated' });
    expect((await settle(nobody)).body).toEqual({ outcome: 'done' });
    expect((await ask(incidentId)).body['outcomes']).toHaveLength(2);
    const long = { 'idempotency-key': 'k'.repeat(201) };
    expect((await ask(`${incidentId}/owner`, undefined, long)).status).toBe(400);
  });

  it.each([
    ['outcome', { judgement: 'maybe' }, '`judgement`'],
    ['outcome', { judgement: 'right', cause: 'x'.repeat(2_001) }, '`cause`'],
    ['outcome', { judgement: 'right', by: 'root' }, 'by'],
    ['outcome', { judgement: 'right', via: 'slack' }, '`via`'],
    ['outcome', { judgement: 'right', via: 'action' }, '`via`'],
    ['usefulness', { score: 6 }, '`score`'],
    ['silence', { minutes: 1_441 }, '`minutes`'],
    ['silence', { minutes: 0.5 }, '`minutes`'],
  ])('refuses %s %j with the place', async (path, body, place) => {
    const { acted, ask, incidentId } = await open();
    const answer = await ask(`${incidentId}/${path}`, body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad-body' } } });
    expect(JSON.stringify(answer.body)).toContain(place);
    expect(acted).toEqual([]);
  });

  it('says why it cannot be done', async () => {
    const { ask, incidentId, room } = await open();
    const codeOf = async (path: string, body?: unknown) => {
      const answer = await ask(path, body);
      return [answer.status, (answer.body['error'] as { code: string }).code];
    };
    expect(await codeOf(`${incidentId}/outcome`, 'no json')).toEqual([400, 'not-json']);
    expect(await codeOf('nobody/owner')).toEqual([404, 'no-incident']);
    expect(await codeOf(`${incidentId}/release`)).toEqual([409, 'no-owner']);
    expect(await codeOf(`${incidentId}/silence`, { minutes: 0 })).toEqual([409, 'not-silent']);
    expect((await ask(`${incidentId}/look`)).status).toBe(200);
    expect(await codeOf(`${incidentId}/look`)).toEqual([409, 'is-looked-at']);
    await room.responder.receive(alertOf({ status: 'resolved', endsAtMs: alertOf().startsAtMs + 1 }));
    expect(await codeOf(`${incidentId}/look`)).toEqual([409, 'resolved']);
  });
});
