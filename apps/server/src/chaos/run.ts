// `pnpm test:chaos [--engine sqlite|postgres] [--incidents 200] [--kills 60] [--seed N] [--up-ms 3000]`
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findProgram, needOf } from '@midwatch/setup/real-components';
import { startPostgres } from '@midwatch/vitest-preset/postgres';
import { chaosTable } from './chaos-table.js';
import { type ChaosReport, runChaos } from './run-chaos.js';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'both' },
    incidents: { type: 'string', default: '200' },
    kills: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'up-ms': { type: 'string', default: '3000' },
    'quiet-ms': { type: 'string', default: '120000' },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'midwatch-chaos-'));
const common = {
  incidents: Number(values.incidents),
  kills: Number(values.kills),
  aimEvery: 6,
  seed: Number(values.seed),
  meanUpMs: Number(values['up-ms']),
  quietMs: Number(values['quiet-ms']),
};

async function runSqlite(): Promise<ChaosReport> {
  const own = join(folder, 'sqlite');
  mkdirSync(own);
  return runChaos({ ...common, folder: own, onProgress: (line) => say(`  ${line}`) });
}

async function runPostgres(): Promise<ChaosReport> {
  const binary = findProgram('postgres');
  if (binary === undefined) throw new Error(`PostgreSQL: needs ${needOf('postgres')}`);
  const postgres = await startPostgres(binary, { max_connections: '120' });
  try {
    const own = join(folder, 'postgres');
    mkdirSync(own);
    const databaseUrl = postgres.createDatabase('chaos');
    return await runChaos({ ...common, folder: own, databaseUrl, onProgress: (line) => say(`  ${line}`) });
  } finally {
    await postgres.stop();
  }
}

const engines = [
  ['sqlite', 'SQLite, one process', runSqlite],
  ['postgres', 'PostgreSQL, three replicas', runPostgres],
] as const;

let isWhole = true;
for (const [name, title, run] of engines) {
  if (values.engine !== 'both' && values.engine !== name) continue;
  say(`${title}: ${common.incidents} incidents, ${common.kills} kills, --seed ${common.seed}`);
  const report = await run();
  for (const line of chaosTable(report)) say(line);
  for (const violation of report.violations) say(`VIOLATION ${violation}`);
  isWhole &&= report.violations.length === 0;
}
say(
  'SIGKILL proves what a process loses when it dies; that the disk keeps what was written when power fails, it does not.',
);
if (isWhole) rmSync(folder, { recursive: true });
else say(`Databases and logs: ${folder}`);
process.exitCode = isWhole ? 0 : 1;
