import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Incident } from '@midwatch/core/incident';
import { afterEach, expect, it, vi } from 'vitest';
import { alertmanagerBody, closeAll, getJson, listenAsSlack, post } from './__fixtures__/running-server.js';
import { type ServerChild, startServerProcess } from './__fixtures__/server-process.js';

const children: ServerChild[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  await closeAll();
});

async function start(folder: string, environment: Record<string, string>): Promise<ServerChild> {
  const child = await startServerProcess(folder, environment);
  children.push(child);
  return child;
}

/** A source that takes a while, so that a kill hits every part of the way. */
const config = `export default { connectors: [{
  specVersion: 'v1', id: 'lines', checkHealth: async () => ({ state: 'healthy' }),
  sources: { logs: { limits: { maxItems: 10 }, doQuery: async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { signals: [], gaps: [], provenance: [] };
  } } },
}] };`;

it('killed ten times between 202 and the brief: every incident gets its brief, once', {
  timeout: 180_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  writeFileSync(join(folder, 'midwatch.config.mjs'), config);
  const { slack, environment } = await listenAsSlack({ delayMs: 150 });
  const services = Array.from({ length: 10 }, (_, round) => `service-${round}`);
  for (const [round, service] of services.entries()) {
    const server = await start(folder, environment);
    // Each in a place of its own: ten of one would be a storm.
    const labels = { alertname: 'Slow', service, namespace: `place-${round}` };
    const response = await post(
      `${server.url}/webhooks/alertmanager`,
      alertmanagerBody({ labels, fingerprint: service }),
    );
    expect(response.status).toBe(202);
    // From at once to after the message has arrived, whose answer is then lost.
    await pause(round * 80);
    await server.kill();
  }
  const server = await start(folder, environment);
  const told = () =>
    services.filter((service) => slack.messages.some((message) => JSON.stringify(message).includes(service)));
  await vi.waitFor(() => expect(told()).toEqual(services), { timeout: 60_000, interval: 200 });
  // What is in doubt is looked for when its lease has run out; nothing may be sent twice by then.
  await pause(22_000);
  expect(slack.messages).toHaveLength(10);
  const { incidents } = await getJson<{ incidents: Incident[] }>(`${server.url}/incidents`);
  expect(new Set(incidents.map(({ service }) => service))).toEqual(new Set(services));
  expect(incidents.every(({ verdict }) => verdict !== undefined)).toBe(true);
  expect(await server.stop()).toBe(0);
});
