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

it('says of a variable that is almost one of its own which one is meant', async () => {
  const text = await start({ MIDWATCH_REED_TOKEN: 'a-token-of-24-characters' });
  expect(text).toContain(
    'midwatch-server: MIDWATCH_REED_TOKEN is set, and nothing reads it; is MIDWATCH_READ_TOKEN meant?\n',
  );
  expect(text).not.toContain('of-24-characters');
});

it.each([
  [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent'],
  [
    { MIDWATCH_CONFIG: 'midwatch.confg.ts' },
    'midwatch.confg.ts: no such file; for the server MIDWATCH_CONFIG names it',
  ],
  [{ MIDWATCH_DATABASE: 'gone/midwatch.db' }, 'gone/midwatch.db (MIDWATCH_DATABASE): Cannot open database'],
  [{ DATABASE_URL: 'postgres://ann:hush@127.0.0.1:1/x' }, 'DATABASE_URL: PostgreSQL: connect ECONNREFUSED'],
  [
    { ANTHROPIC_API_KEY: 'hush', ANTHROPIC_BASE_URL: 'hush' },
    'ANTHROPIC_BASE_URL must be an absolute http or https URL',
  ],
])('names the variable that is wrong: %j', async (environment, message) => {
  const text = await start(environment);
  expect(text).toContain('midwatch-server: ');
  expect(text).toContain(message);
  expect(text).not.toContain('hush');
});
