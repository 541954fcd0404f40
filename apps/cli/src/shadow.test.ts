import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShadowComparisons } from '@midwatch/ledger';
import { countShadowMonth, playQuarter, rounded, simulateShadowMonth } from '@midwatch/simulator/quarter';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closeModels, listenAsModel } from './__fixtures__/model-server.js';
import { createCapture, smallBundle, writeBundle } from './__fixtures__/small-bundle.js';
import { runCommand } from './run-command.js';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
const incidents = simulateShadowMonth(Date.now());

async function run(argv: readonly string[], environment: Record<string, string> = {}, from = folder) {
  const { terminal, written } = createCapture(from, environment);
  const exitCode = await runCommand(argv, terminal);
  return { exitCode, ...written };
}

describe('midwatch accuracy --shadow', () => {
  beforeAll(async () => {
    const store = await openSqliteStore({ path: join(folder, 'midwatch.db') });
    await playQuarter(store, incidents);
    await store.close();
  });

  it('has the figures that loops over the incidents give', async () => {
    for (const since of ['7d', '90d']) {
      const { exitCode, stdout } = await run(['accuracy', '--shadow', '--since', since, '--json']);
      const { comparisons, fromMs, toMs } = JSON.parse(stdout) as ShadowComparisons;
      expect(exitCode).toBe(0);
      expect(rounded(comparisons)).toEqual([rounded(countShadowMonth(incidents, fromMs, toMs))]);
    }
  });

  it('says to people who is better, or that there is too little to tell', async () => {
    const { comparisons } = JSON.parse(
      (await run(['accuracy', '--shadow', '--json'])).stdout,
    ) as ShadowComparisons;
    const { outcomes, told } = comparisons[0]!;
    const { stdout } = await run(['accuracy', '--shadow']);
    expect(stdout).toContain('small-1 (prompt p4) in the shadow of small-1 (prompt p3)');
    expect(stdout).toMatch(new RegExp(`\\(${told.count} of \\d+\\) with the true service`));
    expect(stdout).toContain(`${outcomes.bothRight} both, ${outcomes.onlyShownRight} only what was shown,`);
    expect(stdout).toContain('the shadow is better: one alone was right in ');
    expect((await run(['accuracy', '--shadow', '--since', '2d'])).stdout).toMatch(
      /too little to tell: .* 30 are needed/,
    );
  });

  it('says that nobody was asked', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'midwatch-'));
    await (await openSqliteStore({ path: join(empty, 'midwatch.db') })).close();
    expect((await run(['accuracy', '--shadow'], {}, empty)).stdout).toMatch(/no shadow was asked/);
    expect(await run(['accuracy', '--shadow', '--by', 'day'])).toMatchObject({
      ...{ exitCode: 2, stderr: expect.stringContaining('give one of them') },
    });
  });
});

describe('midwatch replay --shadow', () => {
  afterEach(closeModels);
  const bundle = writeBundle(smallBundle());

  it("asks the shadow's model with its prompt", async () => {
    writeFileSync(join(bundle, 'prompt.txt'), 'My own prompt.\n');
    const { asked, url } = await listenAsModel(() => ({ status: 401, body: {} }));
    const environment = {
      ...{
        ANTHROPIC_API_KEY: 'test-key',
        ANTHROPIC_BASE_URL: url,
        MIDWATCH_SHADOW_MODEL: 'claude-haiku-4-5',
      },
      MIDWATCH_SHADOW_PROMPT_FILE: 'prompt.txt',
    };
    const { exitCode } = await run(['replay', '--bundle', '.', '--shadow'], environment, bundle);
    expect(exitCode).toBe(0);
    expect(asked).toMatchObject([{ model: 'claude-haiku-4-5', system: 'My own prompt.' }]);
  });

  it.each([
    [[], {}, '--shadow needs MIDWATCH_SHADOW_MODEL or'],
    [[], { MIDWATCH_SHADOW_MODEL: 'none' }, '--shadow needs MIDWATCH_SHADOW_MODEL or'],
    [[], { MIDWATCH_SHADOW_MODEL: 'claude-haiku-4-5' }, '--shadow needs ANTHROPIC_API_KEY'],
    [['--model', 'm'], { ANTHROPIC_API_KEY: 'k' }, '--shadow and --model name different models'],
    [[], { MIDWATCH_SHADOW_PROMPT_FILE: 'gone' }, 'gone: cannot be read (ENOENT)'],
    [[], { MIDWATCH_SHADOW_MODEL: 'a model' }, 'must be the name of a model'],
  ])('%j with %j is refused', async (argv, environment, why) => {
    expect(await run(['replay', '--bundle', '.', '--shadow', ...argv], environment, bundle)).toMatchObject({
      ...{ exitCode: 2, stdout: '', stderr: expect.stringContaining(why) },
    });
  });
});
