import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewOutcome } from '@midwatch/core/incident';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCapture, smallBundle, writeBundle } from './__fixtures__/small-bundle.js';
import { storeIncident } from './__fixtures__/stored-incident.js';
import { runCommand } from './run-command.js';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
const original = writeBundle(smallBundle());
let databaseFile = '';
let incidentId = '';
beforeAll(async () => {
  ({ databaseFile, incidentId } = await storeIncident(original));
});

async function run(...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder, { MIDWATCH_DATABASE: databaseFile });
  const exitCode = await runCommand(argv, terminal);
  return { exitCode, ...written };
}

async function settle(outcome: Partial<NewOutcome>, nowMs = Date.now()): Promise<void> {
  const store = await openSqliteStore({ path: databaseFile });
  const effects = { outcome: { judgement: 'wrong', by: 'ann', via: 'api', ...outcome } } as const;
  await store.apply({ incidentId, nowMs, effects });
  await store.close();
}

describe('an incident that is exported as a bundle', () => {
  it('has no truth while nobody has settled it', async () => {
    const { exitCode, stderr, stdout } = await run('export', incidentId, '--bundle', 'unsettled');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^\d{2,} signals are in /)]);
    expect(stderr).toContain('no outcome names the service at fault');
    expect(readdirSync(join(folder, 'unsettled')).toSorted()).toEqual([
      ...['alert.json', 'deploys.json', 'incident.json', 'incidents.json'],
      ...['logs.jsonl.gz', 'metrics.jsonl.gz', 'traces.jsonl.gz'],
    ]);
  });

  it('is a test of next week: eval finds in it what it found in the original, and scores it', async () => {
    await settle({ service: 'items', cause: 'its store is gone' });
    expect(await run('export', incidentId, '--bundle', 'settled')).toMatchObject({
      ...{ exitCode: 0, stderr: '', stdout: expect.stringContaining('at fault: items') },
    });
    const truth = JSON.parse(readFileSync(join(folder, 'settled/truth.json'), 'utf8'));
    expect(truth).toEqual({ service: 'items', judgement: 'wrong', cause: 'its store is gone' });
    const evaluate = async (bundle: string) => JSON.parse((await run('eval', bundle, '--json')).stdout);
    const [before, after] = [await evaluate(original), await evaluate('settled')];
    expect(after).toMatchObject({
      incidents: 1,
      top1: 1,
      top3: 1,
      answered: before.answered,
      high: before.high,
    });
    const { id: _, ...found } = before.perIncident[0];
    expect(after.perIncident).toEqual([{ id: incidentId, ...found }]);
  });

  it('whose first suspect was judged right is its own truth', async () => {
    await settle({ judgement: 'right' });
    await run('export', incidentId, '--bundle', 'right');
    const truth = JSON.parse(readFileSync(join(folder, 'right/truth.json'), 'utf8'));
    expect(truth).toEqual({ service: 'items', judgement: 'right' });
  });

  it('takes no later answer for what was judged right', async () => {
    await settle({ judgement: 'right' }, 1);
    await run('export', incidentId, '--bundle', 'judged-before');
    expect(readdirSync(join(folder, 'judged-before'))).not.toContain('truth.json');
  });

  it('does not write into a folder that holds anything', async () => {
    writeFileSync(join(folder, 'here.txt'), 'mine');
    const { exitCode, stderr } = await run('export', incidentId, '--bundle', '.');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('is not empty')]);
  });

  it('needs its signals, and to be there', async () => {
    const store = await openSqliteStore({ path: databaseFile });
    await store.prune({ bundlesBeforeMs: Date.now() + 1_000_000_000_000, limit: 100 });
    await store.close();
    expect(await run('export', incidentId, '--bundle', 'late')).toMatchObject({
      ...{ exitCode: 1, stderr: expect.stringContaining('not kept any more') },
    });
    expect((await run('export', 'nobody', '--bundle', 'x')).stderr).toContain('no incident `nobody`');
  });
});

it('drafts a post-mortem', async () => {
  const { exitCode, stdout } = await run('export', incidentId, '--markdown');
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^# Post-mortem: /)]);
  expect(stdout).toContain('## Timeline');
});
