import { createServer, type Server } from 'node:http';
import { createScenario, type Simulator, startSimulator } from '@midwatch/simulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningBundle, runBundle } from './run-bundle.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const headers = { authorization: 'Bearer token-of-whoever-sends' };
const told: { readonly path: string; readonly text: string }[] = [];
let running: RunningBundle | undefined;
let simulator: Simulator | undefined;
let channel: Server | undefined;

beforeAll(async () => {
  simulator = await startSimulator({ scenario, port: 0 });
  channel = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      told.push({ path: request.url ?? '', text });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => channel?.listen(0, '127.0.0.1', resolve));
  const address = channel.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  running = await runBundle({
    MIDWATCH_WEBHOOK_TOKEN: 'token-of-whoever-sends',
    MIDWATCH_READ_TOKEN: 'token-of-whoever-reads',
    MIDWATCH_COLLECT_DEADLINE_MS: '20000',
    LOKI_URL: simulator.lokiUrl,
    PROMETHEUS_URL: simulator.prometheusUrl,
    JAEGER_URL: simulator.jaegerUrl,
    ARGOCD_URL: simulator.argocdUrl,
    ARGOCD_TOKEN: simulator.argocdToken,
    SLACK_WEBHOOK_URL: `http://127.0.0.1:${port}/services/T000/B000/XXXX`,
  });
}, 240_000);

afterAll(async () => {
  await running?.close();
  await simulator?.close();
  channel?.closeAllConnections();
  await new Promise((resolve) => channel?.close(resolve));
});

it('the minified bundle answers an alert with a brief, once, through queue and Workflow', async () => {
  const { url = '' } = running ?? {};
  const send = () =>
    fetch(`${url}/webhooks/alertmanager`, { method: 'POST', headers, body: JSON.stringify(scenario.alert) });
  expect((await send()).status).toBe(202);
  expect((await send()).status).toBe(202);
  await expect.poll(() => told, { timeout: 90_000 }).toHaveLength(1);
  expect(told[0]?.text).toContain(scenario.truth.service);
  const list = await fetch(`${url}/incidents`, {
    headers: { authorization: 'Bearer token-of-whoever-reads' },
  });
  expect(await list.json()).toMatchObject({ incidents: [{ status: 'firing', service: expect.any(String) }] });
  expect((await fetch(`${url}/incidents`, { headers })).status).toBe(403);
  expect(running?.log()).not.toMatch(/"type":"(?:place|work|alarm|request)-/);
}, 150_000);
