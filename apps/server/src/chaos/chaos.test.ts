import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@midwatch/vitest-preset/postgres';
import { realComponent } from '@midwatch/vitest-preset/real';
import { expect, test } from 'vitest';
import { type ChaosReport, runChaos } from './run-chaos.js';

/** The short form of `pnpm test:chaos`: the sixth kill waits until a message is out. */
const short = { incidents: 12, kills: 6, seed: 5, meanUpMs: 400, quietMs: 60_000 };
const timeout = { timeout: 150_000 };

async function runShort(databaseUrl?: string): Promise<ChaosReport> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-chaos-'));
  const report = await runChaos({ ...short, folder, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  rmSync(folder, { recursive: true });
  return report;
}

test.concurrent(
  'SQLite, killed six times: every incident has one message and its brief, and nothing is lost',
  timeout,
  async () => {
    const report = await runShort();
    expect(report.violations).toEqual([]);
    expect(report.incidents).toBe(12);
    expect(report.takeovers.map(({ phase }) => phase)).toContain('slack: sent, not noted');
  },
);

realComponent('postgres', (binary) => {
  test.concurrent(
    'three replicas killed in turn: the others take over, every incident has one message and its brief',
    timeout,
    async () => {
      const postgres = await startPostgres(binary);
      try {
        const report = await runShort(postgres.createDatabase('chaos'));
        expect(report.violations).toEqual([]);
        expect(report.incidents).toBe(12);
      } finally {
        await postgres.stop();
      }
    },
  );
});
