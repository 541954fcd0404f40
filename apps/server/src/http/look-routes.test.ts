import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { expect, it } from 'vitest';
import { alertOf, openRoom } from '../__fixtures__/incident-room.js';
import { createHttpApp } from './index.js';
import { lookSchema } from './look-schemas.js';

async function open() {
  const store = createMemoryStore();
  const { responder, workAll } = openRoom(store);
  const app = createHttpApp({
    ...{ responder, store, redact: createRedactor(), budgets: DEFAULT_BUDGETS, tokens: [] },
    onReceived: () => undefined,
  });
  const { incidentId } = await responder.receive(alertOf());
  const ask = async (path: string) => app.request(`http://localhost/incidents/${path}`);
  return { ask, incidentId, workAll };
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
  expect(await (await ask(`${incidentId}/look?number=1`)).json()).toEqual(look);
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
