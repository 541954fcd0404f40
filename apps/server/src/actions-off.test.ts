import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createKubernetesConnector } from '@midwatch/connector-kubernetes';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { IncidentDetails } from '@midwatch/core/incident';
import { afterEach, expect, it, vi } from 'vitest';
import { alertmanagerBody, closeAll, getJson, post, startHere } from './__fixtures__/running-server.js';

afterEach(async () => {
  await closeAll();
  vi.unstubAllGlobals();
});

const token = 'a-token-of-24-characters';
const approver = { authorization: `Bearer ${token}` };

/** Systems that would take a write, had they been asked for one, and what they were asked for. */
function standInSystems() {
  const asked: string[] = [];
  const real = globalThis.fetch;
  vi.stubGlobal('fetch', async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (url.hostname === '127.0.0.1') return real(input, init);
    asked.push(`${request.method} ${url.hostname}${url.pathname}`);
    return Response.json({ status: 'success', items: [], data: { resultType: 'matrix', result: [] } });
  });
  return asked;
}

/** A query may be too long for an address. */
const isReading = (request: string) =>
  request.startsWith('GET ') || request === 'POST prometheus.example/api/v1/query_range';

const baseUrl = (system: string) => `https://${system}.example`;

it('while nothing is configured, nothing is offered, decided or written to any system', async () => {
  const asked = standInSystems();
  const { url } = await startHere(
    { MIDWATCH_TOKENS: `approver=dana:${token}` },
    {
      connectors: [
        createPrometheusConnector({ baseUrl: baseUrl('prometheus') }),
        createLokiConnector({ baseUrl: baseUrl('loki') }),
        createKubernetesConnector({ baseUrl: baseUrl('kubernetes'), token: 'read' }),
        createArgoCdConnector({ baseUrl: baseUrl('argocd'), token: 'read' }),
      ],
    },
  );
  const received = await post(`${url}/webhooks/alertmanager`, alertmanagerBody(), approver);
  const { incidents } = (await received.json()) as { incidents: { id: string }[] };
  const path = `${url}/incidents/${incidents[0]?.id}`;
  await expect.poll(() => getJson<IncidentDetails>(path, approver)).toHaveProperty('brief');
  const { brief } = await getJson<IncidentDetails>(path, approver);
  expect(brief).not.toHaveProperty('remedy');
  expect(asked.length).toBeGreaterThan(4);
  expect(asked.filter((request) => !isReading(request))).toEqual([]);

  for (const kind of ['approve', 'reject', 'undo']) {
    const refused = await post(`${path}/actions/${'a1'.repeat(32)}/${kind}`, '', approver);
    expect(await refused.json()).toMatchObject({ error: { code: 'nothing-offered' } });
  }
  expect(await getJson(`${path}/actions`, approver)).toEqual({ actions: [], happened: [] });
  expect(await getJson(`${url}/actions/log/head`, approver)).toEqual({ head: null });
  expect(asked.filter((request) => !isReading(request))).toEqual([]);
});

it('without a token that has a name, nobody decides on anything', async () => {
  const { url } = await startHere();
  const refused = await post(`${url}/incidents/inc-1/actions/${'a1'.repeat(32)}/approve`, '');
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ error: { code: 'nobody-in-particular' } });
});
