import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type TestPostgres } from '@midwatch/vitest-preset/postgres';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCapture } from './__fixtures__/small-bundle.js';
import { runCommand } from './run-command.js';

async function run(folder: string, environment: Record<string, string>, ...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder, environment);
  const exitCode = await runCommand(argv, terminal);
  return { exitCode, ...written };
}

realComponent('postgres', (binary) => {
  let postgres: TestPostgres | undefined;
  beforeAll(async () => {
    postgres = await startPostgres(binary);
  }, 30_000);
  afterAll(() => postgres?.stop());

  it('reads and stops what servers on PostgreSQL do, and brings no schema forward to read it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
    const environment = { USER: 'ada', DATABASE_URL: postgres!.createDatabase('cli') };
    expect((await run(folder, environment, 'status')).stderr).toContain('this is no database of Midwatch');
    expect((await run(folder, environment, 'stop', '--reason', 'cost')).stdout).toContain('stopped by ada');
    expect((await run(folder, environment, 'status')).stdout).toContain('stopped by ada');
    expect((await run(folder, environment, 'dead')).stdout).toBe('No message is dead.\n');
    const replay = await run(folder, environment, 'replay', 'inc-1');
    expect(replay.stderr).toContain('PostgreSQL: no incident `inc-1`; it holds none');
    expect((await run(folder, environment, 'resume')).stdout).toContain('allowed again');
  }, 30_000);
});
