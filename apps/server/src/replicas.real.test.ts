import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres, type TestPostgres } from '@midwatch/vitest-preset/postgres';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { alertmanagerBody, closeAll, listenAsSlack, post, startHere } from './__fixtures__/running-server.js';
import { type ServerChild, startServerProcess } from './__fixtures__/server-process.js';

const children: ServerChild[] = [];

/** A source that takes a while, so that a kill hits every part of the way. */
const config = `export default { connectors: [{
  specVersion: 'v1', id: 'lines', checkHealth: async () => ({ state: 'healthy' }),
  sources: { logs: { limits: { maxItems: 10 }, doQuery: async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { signals: [], gaps: [], provenance: [] };
  } } },
}] };`;

const bodyOf = (service: string) =>
  alertmanagerBody({ labels: { alertname: 'Slow', service }, fingerprint: service });

realComponent('postgres', (binary) => {
  let postgres: TestPostgres | undefined;
  beforeAll(async () => {
    postgres = await startPostgres(binary);
  }, 30_000);
  afterEach(async () => {
    for (const child of children.splice(0)) await child.kill();
    await closeAll();
  });
  afterAll(() => postgres?.stop());

  async function startReplica(environment: Record<string, string>): Promise<ServerChild> {
    const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
    writeFileSync(join(folder, 'midwatch.config.mjs'), config);
    const child = await startServerProcess(folder, environment);
    children.push(child);
    return child;
  }

  test('a replica that is killed while it collects: another takes over when its lease of ten seconds has run out', {
    timeout: 60_000,
  }, async () => {
    const { slack, environment: ofSlack } = await listenAsSlack();
    const environment = { ...ofSlack, DATABASE_URL: postgres!.createDatabase('takeover') };
    const doomed = await startReplica(environment);
    await post(`${doomed.url}/webhooks/alertmanager`, bodyOf('checkout'));
    await pause(100);
    await doomed.kill();
    expect(slack.messages).toHaveLength(0);
    const successor = await startReplica(environment);
    await vi.waitFor(() => expect(slack.messages).toHaveLength(1), { timeout: 20_000, interval: 50 });
    expect(await successor.stop()).toBe(0);
  });

  test('while the database is away alerts are answered 503; when it is back all goes on', async () => {
    const { slack, environment: ofSlack } = await listenAsSlack();
    const server = await startHere({ ...ofSlack, DATABASE_URL: postgres!.createDatabase('restart') });
    const send = (service: string) => post(`${server.url}/webhooks/alertmanager`, bodyOf(service));
    expect((await send('before')).status).toBe(202);
    await vi.waitFor(() => expect(slack.messages).toHaveLength(1), 5_000);
    await postgres!.kill();
    const refused = await send('meanwhile');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await postgres!.start();
    expect((await send('meanwhile')).status).toBe(202);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    await vi.waitFor(() => expect(slack.messages).toHaveLength(2), 5_000);
  }, 30_000);
});
