import { type StdioOptions, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const start = (environment: Record<string, string>, stdio: StdioOptions) =>
  spawn(
    process.execPath,
    [
      '--conditions=@midwatch/source',
      '--import',
      join(import.meta.dirname, '__fixtures__/source-imports.mjs'),
      join(import.meta.dirname, 'main.ts'),
    ],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        INIT_CWD: mkdtempSync(join(tmpdir(), 'midwatch-')),
        PORT: '0',
        ...environment,
      },
      stdio,
    },
  );

it('SIGTERM ends a start that waits for its database, at once', async () => {
  const database = createServer();
  await new Promise<void>((resolve) => database.listen(0, '127.0.0.1', resolve));
  const connected = new Promise<void>((resolve) => database.once('connection', () => resolve()));
  const { port } = database.address() as AddressInfo;
  const child = start({ DATABASE_URL: `postgres://ann@127.0.0.1:${port}/midwatch` }, 'inherit');
  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  await connected;
  child.kill('SIGTERM');
  expect(await ended).toBe(128 + constants.signals.SIGTERM);
  database.close();
});

it('goes on when nobody reads what it prints', async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const child = start({ PORT: `${port}`, LOG_LEVEL: 'silent' }, ['ignore', 'pipe', 'inherit']);
  child.stdout?.destroy();
  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  const isWell = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isWell, { timeout: 60_000, interval: 200 }).toBe(true);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}, 90_000);
