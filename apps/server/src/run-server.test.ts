import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runServer } from './run-server.js';

async function start(environment: Record<string, string>) {
  const printed: string[] = [];
  const output = { write: (text: string) => printed.push(text) };
  const server = await runServer({
    environment: { PORT: '0', LOG_LEVEL: 'silent', ...environment },
    folder: mkdtempSync(join(tmpdir(), 'midwatch-')),
    stdout: output,
    stderr: output,
  });
  await server?.close();
  return printed.join('');
}

it('says who may ask, and no token', async () => {
  expect(await start({})).toContain('  tokens: none, so only this machine is answered\n');
  const text = await start({
    MIDWATCH_TOKENS: 'admin:a-token-of-24-characters,viewer:b-token-of-24-characters',
    MIDWATCH_READ_TOKEN: 'c-token-of-24-characters',
  });
  expect(text).toContain('  tokens: 2 viewer, 1 admin\n');
  expect(text).not.toContain('of-24-characters');
});

it('says what is wrong with a token, without it', async () => {
  const text = await start({ MIDWATCH_TOKENS: 'admin:hush' });
  expect(text).toContain('midwatch-server: each token of MIDWATCH_TOKENS must have at least 16 characters');
  expect(text).not.toContain('hush');
});
