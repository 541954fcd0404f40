import { ConnectorError } from '@midwatch/core';
import { expect, it } from 'vitest';
import { createCall } from './__fixtures__/recorded-answer.js';
import { createTemplateConnector } from './index.js';

const baseUrl = 'https://api.template.example';

it('refuses a `webUrl` that is no web address', () => {
  expect(() => createTemplateConnector({ baseUrl, webUrl: 'javascript:alert(1)' })).toThrow(ConnectorError);
});

it('sends the team, and is healthy when it may see a service', async () => {
  const teams: (string | null)[] = [];
  const call = createCall(async (_, init) => {
    teams.push(new Headers(init?.headers).get('x-team'));
    return Response.json({ services: ['checkout'], version: '3.1.0' });
  });
  const connector = createTemplateConnector({ baseUrl, team: 'shop' });
  expect(await connector.checkHealth(call)).toMatchObject({ state: 'healthy', version: '3.1.0' });
  expect(teams).toEqual(['shop']);
});

it('is not healthy when it sees nothing, and tells what to look at', async () => {
  const empty = createCall(async () => Response.json({ services: [] }));
  expect(await createTemplateConnector({ baseUrl }).checkHealth(empty)).toMatchObject({ state: 'degraded' });
  const refused = createCall(async () => new Response('no', { status: 403 }));
  const health = await createTemplateConnector({ baseUrl }).checkHealth(refused);
  expect(health.detail).toBe('[template] auth: HTTP 403 for /api/v1/services: check `token` and `team`');
});
