import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { afterEach, expect, it } from 'vitest';
import { alertmanagerBody, post } from './__fixtures__/running-server.js';
import { type ServerChild, startServerProcess } from './__fixtures__/server-process.js';

const RATE_PER_SECOND = 300;
const SECONDS = 2;
const startMs = Date.UTC(2026, 10, 1, 3);
let server: ServerChild | undefined;

afterEach(() => server?.kill());

const config = `export default { connectors: [{
  specVersion: 'v1', id: 'lines', checkHealth: async () => ({ state: 'healthy' }),
  sources: { logs: { limits: { maxItems: 10 }, doQuery: async () => ({ signals: [], gaps: [], provenance: [] }) } },
}] };`;

/** `pnpm bench alert-rate` is the long form, with times. */
it('alerts that come faster than they are kept one by one: what was acknowledged outlives the process, once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  writeFileSync(join(folder, 'midwatch.config.mjs'), config);
  server = await startServerProcess(folder, {});
  const url = `${server.url}/webhooks/alertmanager`;
  const count = RATE_PER_SECOND * SECONDS;
  const acknowledged: string[] = [];
  const sendOne = async (index: number) => {
    const fingerprint = `f${index}`;
    const startsAt = new Date(startMs + index).toISOString();
    // Twenty services in four places: no storm.
    const labels = { alertname: 'Slow', service: `service-${index % 20}`, namespace: `place-${index % 4}` };
    const { status } = await post(url, alertmanagerBody({ labels, startsAt, fingerprint }));
    if (status === 202) acknowledged.push(fingerprint);
  };
  const sent: Promise<void>[] = [];
  // They do not wait for answers.
  while (sent.length < count) {
    for (let each = 0; each < RATE_PER_SECOND / 20; each++) sent.push(sendOne(sent.length));
    await pause(50);
  }
  await Promise.all(sent);
  await server.kill();
  expect(acknowledged).toHaveLength(count);
  const store = await openSqliteStore({ path: join(folder, 'midwatch.db') });
  const lost: string[] = [];
  for (const fingerprint of acknowledged) {
    const kept = await store.findAlertStart({ fingerprint, atMs: startMs + count });
    if (kept?.startsAtMs !== startMs + Number(fingerprint.slice(1))) lost.push(fingerprint);
  }
  expect(lost).toEqual([]);
  const { items } = await store.listIncidents({ limit: 200 });
  expect(items).toHaveLength(20);
  expect(items.reduce((sum, { alertCount }) => sum + alertCount, 0)).toBe(count);
  await store.close();
});
