import { toFeatures, toSignatures } from '@midwatch/core';
import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { expect, it } from 'vitest';
import { alertOf, openRoom } from '../__fixtures__/incident-room.js';
import { recurringEvidence } from '../__fixtures__/suite-memory.js';
import { createHttpApp } from './index.js';
import { lookSchema } from './look-schemas.js';

async function open(options: Parameters<typeof openRoom>[1] = {}) {
  const store = createMemoryStore();
  const { responder, wait, workAll } = openRoom(store, options);
  const app = createHttpApp({
    ...{ responder, store, redact: createRedactor(), budgets: DEFAULT_BUDGETS, tokens: [] },
    onReceived: () => undefined,
  });
  const { incidentId } = await responder.receive(alertOf());
  const ask = async (path: string) => app.request(`http://localhost/incidents/${path}`);
  return { ask, incidentId, responder, store, wait, workAll };
}

it('gives the look that stands, with what the model reads and without its fence', async () => {
  const { ask, incidentId, workAll } = await open();
  expect((await ask(`${incidentId}/look`)).status).toBe(404);
  await workAll();
  const answer = await ask(`${incidentId}/look`);
  const look = lookSchema.parse(await answer.json());
  expect(look).toMatchObject({
    ...{ number: 1, numbers: [1], isPending: false },
    evidence: { suspects: [{ service: 'checkout' }], read: { logs: 3 } },
    analysis: { analyzer: { name: 'evidence' }, summary: 'the evidence blames checkout' },
  });
  const ok = look.sources.filter(({ state }) => state === 'ok');
  expect(ok[0]).toMatchObject({ connectorId: 'lines', provenance: [{ text: 'lines' }] });
  expect(look.dossier.text).toContain('checkout');
  expect(look.dossier).not.toHaveProperty('fence');
  expect(look.seenBefore).toEqual([]);
  expect(await (await ask(`${incidentId}/look?number=1`)).json()).toEqual(look);
});

it('gives past incidents like it, where they can be read, and how they are settled by now', async () => {
  const {
    ask,
    incidentId: past,
    responder,
    store,
    wait,
    workAll,
  } = await open({ reduce: recurringEvidence });
  await workAll();
  const settle = (by: string, judgement: 'partly' | 'wrong') => {
    const action = { kind: 'settle', judgement, service: 'db-proxy', cause: 'limit lowered' } as const;
    return responder.act({ incidentId: past, by, via: 'api', action });
  };
  await settle('ann', 'wrong');
  const { evidence } = (await (await ask(`${past}/look`)).json()) as {
    evidence: ReturnType<typeof recurringEvidence>;
  };
  const imported = { key: 'import-1', atMs: 0, cause: 'a full disk', ...toFeatures(toSignatures(evidence)) };
  await store.memories.add([imported], 0);
  const day = 86_400_000;
  wait(day);
  const again = await responder.receive(
    alertOf({ fingerprint: 'f2', startsAtMs: alertOf().startsAtMs + day }),
  );
  await workAll();
  const seen = async () => lookSchema.parse(await (await ask(`${again.incidentId}/look`)).json()).seenBefore;
  const [first, second] = await seen();
  expect(first).toMatchObject({
    ...{ key: past, incidentId: past, causeService: 'db-proxy', cause: 'limit lowered', by: 'signatures' },
    settled: { judgement: 'wrong', by: 'ann' },
  });
  expect(second).toMatchObject({ key: 'import-1', cause: 'a full disk' });
  expect(second).not.toHaveProperty('incidentId');
  expect(second).not.toHaveProperty('settled');
  await settle('bob', 'partly');
  expect((await seen())[0]?.settled).toMatchObject({ judgement: 'partly', by: 'bob' });
  store.ledger.history = () => Promise.reject(new Error('away'));
  expect((await seen())[0]).not.toHaveProperty('settled');
});

it.each([
  ['?number=2', 404, 'no-look'],
  ['?number=0', 400, 'bad-number'],
  ['?number=1e3', 400, 'bad-number'],
])('refuses look%s', async (query, status, code) => {
  const { ask, incidentId, workAll } = await open();
  await workAll();
  const answer = await ask(`${incidentId}/look${query}`);
  expect([answer.status, await answer.json()]).toMatchObject([status, { error: { code } }]);
});
