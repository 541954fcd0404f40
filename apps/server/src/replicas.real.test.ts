import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres, type TestPostgres } from '@midwatch/vitest-preset/postgres';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { alertmanagerBody, closeAll, listenAsSlack, post, startHere } from './__fixtures__/running-server.js';
import { type ServerChild, startServerProcess } from './__fixtures__/server-process.js';

const children: ServerChild[] = [];

const configOf = (tookMs: number) => `export default { connectors: [{
  specVersion: 'v1', id: 'lines', checkHealth: async () => ({ state: 'healthy' }),
  sources: { logs: { limits: { maxItems: 10 }, doQuery: async () => {
    await new Promise((resolve) => setTimeout(resolve, ${tookMs}));
    return { signals: [], gaps: [], provenance: [] };
  } } },
}] };`;

const bodyOf = (service: string) =>
  alertmanagerBody({ labels: { alertname: 'Slow', service }, fingerprint: service });

realComponent('postgres', (binary) => {
  let postgres: TestPostgres | undefined;
  beforeAll(async () => {
    postgres = await startPostgres(binary);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await child.kill();
    await closeAll();
  });
  afterAll(() => postgres?.stop());

  async function startReplica(environment: Record<string, string>, tookMs = 0): Promise<ServerChild> {
    const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
    writeFileSync(join(folder, 'midwatch.config.mjs'), configOf(tookMs));
    const child = await startServerProcess(folder, environment);
    children.push(child);
    return child;
  }

  test('a replica that is killed while it collects: another takes over when its lease of ten seconds has run out', {
    timeout: 120_000,
  }, async () => {
    const { slack, environment: ofSlack } = await listenAsSlack();
    const environment = { ...ofSlack, DATABASE_URL: postgres!.createDatabase('takeover') };
    // Its source answers long after the kill.
    const doomed = await startReplica(environment, 60_000);
    await post(`${doomed.url}/webhooks/alertmanager`, bodyOf('checkout'));
    await pause(100);
    await doomed.kill();
    expect(slack.messages).toHaveLength(0);
    const successor = await startReplica(environment);
    await expect.poll(() => slack.messages).toHaveLength(1);
    expect(await successor.stop()).toBe(0);
  });

  test('while the database is away alerts are answered 503; when it is back all goes on', async () => {
    const { slack, environment: ofSlack } = await listenAsSlack();
    const server = await startHere({ ...ofSlack, DATABASE_URL: postgres!.createDatabase('restart') });
    const send = (service: string) => post(`${server.url}/webhooks/alertmanager`, bodyOf(service));
    expect((await send('before')).status).toBe(202);
    await expect.poll(() => slack.messages).toHaveLength(1);
    await postgres!.kill();
    const refused = await send('meanwhile');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await postgres!.start();
    expect((await send('meanwhile')).status).toBe(202);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    await expect.poll(() => slack.messages).toHaveLength(2);
  });
});
