import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDeploysFileConnector } from './index.js';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midwatch-deploys-'));
  path = join(folder, 'deploys.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const T = Date.UTC(2026, 10, 1, 3);
const deploy = (service: string, minute: number) => ({
  timestampMs: T + minute * 60_000,
  service,
  version: `v${minute}`,
  changes: [{ path: 'POOL', before: '80', after: '20' }],
});

/** As a careful writer does: another file, then renamed. */
function replace(items: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(items));
  renameSync(`${path}.new`, path);
}

const call = () => ({ signal: new AbortController().signal, deadlineAtMs: Date.now() + 10_000, fetch });
const window = { startMs: T, endMs: T + 3_600_000 };
const ask = async (connector: ReturnType<typeof createDeploysFileConnector>, service = 'checkout') =>
  connector.sources.deploys!.doQuery({ window, target: { service }, limit: 10, keep: 'newest' }, call());

it('sees what was added since it was made', async () => {
  replace([deploy('checkout', 1)]);
  const connector = createDeploysFileConnector({ path });
  expect((await ask(connector)).signals.map(({ version }) => version)).toEqual(['v1']);
  replace([deploy('checkout', 1), deploy('checkout', 9)]);
  const { signals, gaps } = await ask(connector);
  expect(signals).toMatchObject([
    { version: 'v1' },
    { version: 'v9', connectorId: 'deploys-file', changes: [{ path: 'POOL', before: '80', after: '20' }] },
  ]);
  expect(gaps).toEqual([]);
});

it('takes a service that stands nowhere in the file for one that was not deployed', async () => {
  replace([deploy('checkout', 1)]);
  expect(await ask(createDeploysFileConnector({ path }), 'cart')).toMatchObject({ signals: [], gaps: [] });
});

it('says when the file is gone, is half written, or comes later', async () => {
  const connector = createDeploysFileConnector({ path, id: 'told' });
  expect(await connector.checkHealth(call())).toEqual({
    state: 'unhealthy',
    detail: 'cannot be opened: deploys.json',
  });
  await expect(ask(connector)).rejects.toMatchObject({ code: 'unreachable', connectorId: 'told' });
  writeFileSync(path, '[{"timestampMs":');
  await expect(ask(connector)).rejects.toMatchObject({ code: 'bad-response' });
  replace([deploy('checkout', 2)]);
  expect((await ask(connector)).signals).toHaveLength(1);
});
