import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchItself } from '@midwatch/responder';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { describe, expect, it } from 'vitest';
import { createCapture } from './__fixtures__/small-bundle.js';
import { runCommand } from './run-command.js';

async function run(folder: string, environment: Record<string, string>, ...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder, environment);
  const exitCode = await runCommand(argv, terminal);
  return { exitCode, ...written };
}

/** A server's folder, with the database that it made, and a source that nobody reaches. */
async function serverFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  await (await openSqliteStore({ path: join(folder, 'midwatch.db') })).close();
  writeFileSync(
    join(folder, 'midwatch.config.mjs'),
    `export default { connectors: [{ specVersion: 'v1', id: 'loki', sources: {}, checkHealth: async () => ({ state: 'healthy' }) }] };`,
  );
  return folder;
}

const ada = { USER: 'ada' };

describe('midwatch stop, resume and status', () => {
  it('stops what every server of the database does, and names who, when and why until it is resumed', async () => {
    const folder = await serverFolder();
    expect((await run(folder, ada, 'status')).stdout).toContain('Models and actions are allowed.');
    const stopped = await run(folder, ada, 'stop', '--reason', 'it costs\ntoo\u001b[31m much');
    expect(stopped).toMatchObject({ exitCode: 0, stderr: '' });
    expect(stopped.stdout).toMatch(
      /^models and actions are stopped by ada since 2\d{3}-\d\d-\d\d \d\d:\d\d UTC: it costs too \[31m much\n/,
    );
    const again = await run(folder, ada, 'stop', '--reason', 'me too', '--by', 'grace');
    expect(again.stdout).toMatch(/^Nothing changed: models and actions are stopped by ada/);
    expect((await run(folder, {}, 'status')).stdout).toContain('stopped by ada');
    // Others that read the database say so, beside their answer.
    const dead = await run(folder, {}, 'dead', '--json');
    expect(JSON.parse(dead.stdout)).toEqual({ deliveries: [], steps: [], requeued: 0 });
    expect(dead.stderr).toContain('stopped by ada');
    expect((await run(folder, {}, 'doctor')).stderr).toContain('stopped by ada');
    const replay = await run(folder, { ANTHROPIC_API_KEY: 'k' }, 'replay', 'inc-1');
    expect(replay).toMatchObject({ exitCode: 1, stdout: '' });
    expect(replay.stderr).toContain('models are stopped by ada');
    expect((await run(folder, {}, 'resume', '--by', 'grace')).stdout).toContain('ada had stopped them');
    expect((await run(folder, {}, 'resume')).stdout).toBe('Nothing changed: nothing was stopped.\n');
    expect((await run(folder, {}, 'dead')).stderr).toBe('');
    const store = await openSqliteStore({ path: join(folder, 'midwatch.db') });
    expect((await store.audit.list({ limit: 9 })).items).toMatchObject([
      { actor: 'grace', action: 'resumed' },
      { actor: 'ada', action: 'stopped' },
    ]);
    await store.close();
  });

  it('shows what Midwatch is blind to', async () => {
    const folder = await serverFolder();
    const store = await openSqliteStore({ path: join(folder, 'midwatch.db') });
    const loki = { specVersion: 'v1', id: 'loki', sources: {} } as const;
    const checkHealth = async () => ({ state: 'unhealthy', detail: 'HTTP 503' }) as const;
    const watched = { store, connectors: [{ ...loki, checkHealth }], notifiers: [], redact: 'none' } as const;
    const rules = { watch: { deadAfterChecks: 1 } };
    await watchItself({ ...watched, rules, now: () => Date.UTC(2026, 10, 1, 3, 30) });
    await store.close();
    const { stdout } = await run(folder, {}, 'status');
    expect(stdout).toContain('blind: loki has never answered, watched since 03:30 UTC (HTTP 503)');
    const { blind } = JSON.parse((await run(folder, {}, 'status', '--json')).stdout);
    expect(blind).toMatchObject([{ kind: 'source', name: 'loki' }]);
  });

  it.each([
    [['stop'], 2, '--reason TEXT'],
    [['stop', '--reason', ' '], 2, '--reason TEXT'],
    [['stop', '--reason', 'x', '--by', ''], 2, '--by is empty'],
    [['stop', '--reason', 'x', '--database', 'gone.db'], 1, 'gone.db: no such file'],
    [['status', '--database', 'postgres://user:hunter2hunter2@127.0.0.1:1/none'], 1, 'PostgreSQL'],
  ])('%j is refused in one line', async (argv, code, why) => {
    const { exitCode, stderr, stdout } = await run(await serverFolder(), {}, ...argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('hunter2');
  });

  it('does not guess which of two databases is meant', async () => {
    const both = { DATABASE_URL: 'postgres://x', MIDWATCH_DATABASE: 'midwatch.db' };
    expect((await run(await serverFolder(), both, 'status')).stderr).toContain('are both set');
  });
});
