import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('SIGTERM ends a start that waits for its database, at once', async () => {
  const database = createServer();
  await new Promise<void>((resolve) => database.listen(0, '127.0.0.1', resolve));
  const connected = new Promise<void>((resolve) => database.once('connection', () => resolve()));
  const child = spawn(
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
        DATABASE_URL: `postgres://ann@127.0.0.1:${(database.address() as AddressInfo).port}/midwatch`,
      },
      stdio: 'inherit',
    },
  );
  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  await connected;
  child.kill('SIGTERM');
  expect(await ended).toBe(128 + constants.signals.SIGTERM);
  database.close();
});
