import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Accuracy } from '@midwatch/ledger';
import {
  countCalibrations,
  countQuarter,
  playQuarter,
  type QuarterIncident,
  rounded,
  simulateQuarter,
} from '@midwatch/simulator/quarter';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { beforeAll, expect, it } from 'vitest';
import { createCapture } from './__fixtures__/small-bundle.js';
import { runCommand } from './run-command.js';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
const incidents = simulateQuarter(Date.now());

beforeAll(async () => {
  const store = await openSqliteStore({ path: join(folder, 'midwatch.db') });
  await playQuarter(store, incidents);
  await store.close();
}, 120_000);

async function run(...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder);
  const exitCode = await runCommand(argv, terminal);
  return { exitCode, ...written };
}

it.each([
  ['30d', 30],
  ['90d', 90],
])('of the simulated quarter, every figure of %s is what loops over its incidents give', async (since) => {
  const { exitCode, stdout } = await run('accuracy', '--since', since, '--json');
  expect(exitCode).toBe(0);
  const { all, calibrations, fromMs, toMs } = JSON.parse(stdout) as Accuracy;
  expect(rounded(calibrations)).toEqual(rounded(countCalibrations(incidents, toMs)));
  expect(rounded(all)).toEqual(rounded(countQuarter(incidents, fromMs, toMs)));
});

it.each(['service', 'model', 'prompt-version', 'source-set'])('so is every figure by %s', async (by) => {
  const { groups, fromMs, toMs } = JSON.parse(
    (await run('accuracy', '--by', by, '--json')).stdout,
  ) as Accuracy;
  const keyOf = ({ analyses, service }: QuarterIncident) => {
    const last = analyses.filter(({ wasShown }) => wasShown).at(-1);
    const { model, name, promptVersion } = last?.analyzer ?? {
      model: undefined,
      name: undefined,
      promptVersion: undefined,
    };
    return {
      service,
      model: model ?? name,
      'prompt-version': promptVersion ?? '',
      'source-set': last?.sourceSet,
    }[by];
  };
  expect(groups.filter(({ isOther }) => !isOther).length).toBeGreaterThan(2);
  for (const { figures, isOther, key } of groups) {
    if (isOther) continue;
    const own = incidents.filter(
      (each) => (by === 'service' || each.analyses.length > 0) && keyOf(each) === key,
    );
    // Each answer costs its own model, whichever stands.
    const { cost, ...expected } = rounded(countQuarter(own, fromMs, toMs));
    const { cost: _, ...told } = rounded(figures);
    expect([key, told]).toEqual([key, expected]);
    if (by === 'service') expect([key, rounded(figures).cost]).toEqual([key, cost]);
  }
});

it('weeks add up to the whole', async () => {
  const { all, groups } = JSON.parse((await run('accuracy', '--by', 'week', '--json')).stdout) as Accuracy;
  const sum = (of: (figures: Accuracy['all']) => number) =>
    groups.reduce((total, { figures }) => total + of(figures), 0);
  for (const of of [
    ({ incidents: count }: Accuracy['all']) => count,
    ({ levels }: Accuracy['all']) => levels.HIGH.right,
    ({ settled }: Accuracy['all']) => settled.count,
    ({ cost }: Accuracy['all']) => cost.answers,
    ({ usefulness }: Accuracy['all']) => usefulness.count,
  ])
    expect(sum(of)).toBe(of(all));
  expect(groups.every(({ key }) => new Date(key ?? '').getUTCDay() === 1)).toBe(true);
});

it('says to people what the figures are of', async () => {
  const { all } = JSON.parse((await run('accuracy', '--json')).stdout) as Accuracy;
  const { stdout } = await run('accuracy', '--by', 'model');
  const { precision } = all.levels.HIGH;
  expect(stdout).toContain(`${all.incidents} incidents, `);
  expect(stdout).toContain(
    `${(precision.share! * 100).toFixed(1)} % (${precision.count} of ${precision.of}), 95 % between ${(precision.lower * 100).toFixed(1)} %`,
  );
  expect(stdout).toMatch(/^ {2}small-1 +\d+ /m);
  for (const { analyzer, ceiling, right, settled, shrunk } of countCalibrations(incidents, Date.now())) {
    const cells = [analyzer.model ?? analyzer.name, analyzer.promptVersion ?? '', `${right} of ${settled}`];
    const words = [...cells, `${(shrunk * 100).toFixed(1)} %`, ceiling.confidence].filter(
      (cell) => cell !== '',
    );
    expect(stdout).toMatch(new RegExp(`^ +${words.join(' +')}$`, 'm'));
  }
});

it('writes every analysis as a line, without a name of a person', async () => {
  expect((await run('export', '--analyses', 'all.jsonl')).exitCode).toBe(0);
  const text = readFileSync(join(folder, 'all.jsonl'), 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(incidents.reduce((sum, { analyses }) => sum + analyses.length, 0));
  const first = incidents.find(({ analyses }) => analyses.length > 0)!;
  expect(lines.find(({ incidentId }) => incidentId === first.id)).toMatchObject({
    number: 1,
    atMs: first.analyses[0]!.atMs,
  });
  expect(lines.some(({ outcome }) => outcome?.judgement === 'wrong')).toBe(true);
  expect(text).not.toContain('"ann"');
});

it.each([
  [['accuracy', '--since', '90'], '--since takes a number of days'],
  [['accuracy', '--by', 'moon'], '--by takes one of service,'],
  [['export', 'inc-1'], 'give one of'],
  [['export', 'inc-1', '--markdown', '--since', '3d'], '--since goes with'],
])('refuses %j', async (argv, message) => {
  expect(await run(...argv)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
});
