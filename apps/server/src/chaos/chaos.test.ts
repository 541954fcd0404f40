import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@midwatch/vitest-preset/postgres';
import { realComponent } from '@midwatch/vitest-preset/real';
import { describe, expect, test } from 'vitest';
import { type ChaosOptions, type ChaosReport, runChaos } from './run-chaos.js';

async function runShort(
  options: Pick<ChaosOptions, 'aimEvery' | 'databaseUrl' | 'kills'>,
): Promise<ChaosReport> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-chaos-'));
  const report = await runChaos({
    incidents: 12,
    seed: 5,
    meanUpMs: 400,
    quietMs: 150_000,
    folder,
    ...options,
  });
  rmSync(folder, { recursive: true });
  return report;
}

/** Mostly both wait until a lease has run out: so at the same time. */
describe.concurrent('the short form of pnpm test:chaos', { timeout: 420_000 }, () => {
  test('SQLite, killed four times: every incident has its brief and one message, and nothing is lost', async () => {
    const report = await runShort({ kills: 4, aimEvery: 2 });
    expect(report.violations).toEqual([]);
    expect(report.incidents).toBe(12);
    expect(report.takeovers.map(({ phase }) => phase)).toContain('slack: sent, not noted');
  });

  realComponent('postgres', (binary) => {
    test('three replicas killed in turn: the others take over, every incident has its brief and one message', async () => {
      const postgres = await startPostgres(binary);
      try {
        const databaseUrl = postgres.createDatabase('chaos');
        const report = await runShort({ kills: 3, aimEvery: 3, databaseUrl });
        expect(report.violations).toEqual([]);
        expect(report.incidents).toBe(12);
      } finally {
        await postgres.stop();
      }
    });
  });
});
