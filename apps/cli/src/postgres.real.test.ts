import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgresStore } from '@midwatch/store/postgres';
import { startPostgres, type TestPostgres } from '@midwatch/vitest-preset/postgres';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCapture, smallBundle, writeBundle } from './__fixtures__/small-bundle.js';
import { storeIncident } from './__fixtures__/stored-incident.js';
import { runCommand } from './run-command.js';

const noneDead = 'No message is dead, and no step was given up.\n';

async function run(folder: string, environment: Record<string, string>, ...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder, environment);
  const exitCode = await runCommand(argv, terminal);
  return { exitCode, ...written };
}

realComponent('postgres', (binary) => {
  let postgres: TestPostgres | undefined;
  beforeAll(async () => {
    postgres = await startPostgres(binary);
  });
  afterAll(() => postgres?.stop());

  it('reads and stops what servers on PostgreSQL do, and brings no schema forward to read it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
    const environment = { USER: 'ada', DATABASE_URL: postgres!.createDatabase('cli') };
    expect((await run(folder, environment, 'status')).stderr).toContain('this is no database of Midwatch');
    expect((await run(folder, environment, 'stop', '--reason', 'cost')).stdout).toContain('stopped by ada');
    expect((await run(folder, environment, 'status')).stdout).toContain('stopped by ada');
    expect((await run(folder, environment, 'dead')).stdout).toBe(noneDead);
    const replay = await run(folder, environment, 'replay', 'inc-1');
    expect(replay.stderr).toContain('PostgreSQL: no incident `inc-1`; it holds none');
    expect((await run(folder, environment, 'resume')).stdout).toContain('allowed again');
  });

  it('replays an incident of PostgreSQL as one of a file, by its URL or by the environment', async () => {
    const folder = writeBundle(smallBundle());
    const databaseUrl = postgres!.createDatabase('replay');
    const { databaseFile, incidentId } = await storeIncident(folder);
    await storeIncident(folder, undefined, { databaseUrl });
    const replay = (environment: Record<string, string>, ...argv: readonly string[]) =>
      run(folder, environment, 'replay', incidentId, '--json', ...argv);
    const ofFile = await replay({}, '--database', databaseFile);
    expect(JSON.parse(ofFile.stdout)).toMatchObject({
      readFrom: 'signals',
      evidenceAlone: { differences: [] },
    });
    expect(await replay({}, '--database', databaseUrl)).toEqual(ofFile);
    expect(await replay({ DATABASE_URL: databaseUrl })).toEqual(ofFile);
  });

  it('shows what of PostgreSQL is dead, and puts it back once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
    const DATABASE_URL = postgres!.createDatabase('dead');
    const store = await openPostgresStore({ url: DATABASE_URL });
    const delivery = { key: 'collect-1 slack', channel: 'slack', payload: {}, dueAtMs: 1 };
    await store.recordAlert({
      alert: {
        ...{ source: 'test', fingerprint: 'f', status: 'firing', name: 'Slow', startsAtMs: 1 },
        ...{ target: { service: 'cart' }, labels: {}, annotations: {} },
      },
      ...{ incidentId: 'inc-cart', groupKey: 'cart', joinSinceMs: 0, nowMs: 1 },
      effects: { opened: { deliveries: [delivery] } },
    });
    const claimed = await store.outbox.claim({ nowMs: 2, leaseMs: 1 });
    await store.outbox.fail(claimed!, { nowMs: Date.UTC(2026, 10, 1, 3, 30), error: '[slack] auth: no' });
    await store.close();
    const dead = (...argv: readonly string[]) => run(folder, { DATABASE_URL }, 'dead', ...argv);
    expect((await dead()).stdout).toContain(
      '2026-11-01 03:30 UTC  inc-cart  slack  1 attempt  [slack] auth: no\n1 message is dead;',
    );
    expect((await dead('--requeue')).stdout).toContain('1 of 1 go out again');
    expect((await dead('--requeue')).stdout).toBe(noneDead);
  });
});
