import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createScenario } from '@midwatch/simulator';
import { describe, expect, it } from 'vitest';
import { createCapture } from './__fixtures__/small-bundle.js';
import { runCommand } from './run-command.js';

async function demo(...args: readonly string[]) {
  const { terminal, written } = createCapture('.');
  const exitCode = await runCommand(['demo', ...args], terminal);
  return { exitCode, ...written };
}

interface DemoResult {
  readonly suspects: { readonly service: string; readonly victims: readonly string[] }[];
  readonly analysis: {
    readonly verdict: string;
    readonly confidence: string;
    readonly hypotheses: { readonly service: string }[];
  };
  readonly brief: {
    readonly change?: {
      readonly version?: string;
      readonly changes: { readonly before: string | null; readonly after: string | null }[];
    };
    readonly actions: { readonly action: string; readonly command?: string }[];
  };
}

// Each computes a day of the shop: on a busy machine that takes its time, and says nothing of the command.
describe('midwatch demo', () => {
  it('prints what the README shows', async () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
    const { stdout } = await demo();
    expect(readme).toContain(stdout.slice(0, stdout.indexOf('\nTimeline\n')).trim());
  });

  it('tells the story: the deploy, who and what, the numbers before and now, the victim, the rollback', async () => {
    const { truth, expectations } = createScenario({ name: 'pool-exhaustion' });
    const { exitCode, stdout, stderr } = await demo();
    expect(exitCode).toBe(0);
    expect(stderr).toContain('loki logs');
    const { change } = truth;
    for (const part of [
      truth.service,
      change.to,
      change.from,
      change.actor,
      `#${change.changeRequest}`,
      `${change.key}: ${change.before} -> ${change.after}`,
      `${expectations.failureLines} `,
      `Roll ${truth.service} back to ${change.from}`,
      'argocd app rollback',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toMatch(new RegExp(`1\\. ${truth.service} \\(victims: [^)]*${truth.victims[0]}`));
    // The decisive numbers, each followed by its query: before the change, before onset, now.
    expect(stdout).toMatch(
      /latency p99: before the change 1[789]\d ms, before onset \d+ ms, now 8\.[12]\d* s/,
    );
    expect(stdout).toMatch(
      /error ratio: before the change 0\.[01]\d* %, before onset 0\.[01]\d* %, now 12\.\d+ %/,
    );
    expect(stdout.split('\n').filter((line) => / promql \[/.test(line)).length).toBeGreaterThan(1);
  });

  it('prints the same as one JSON object and nothing else', async () => {
    const { stdout, stderr } = await demo('--json');
    const { suspects, analysis, brief } = JSON.parse(stdout) as DemoResult;
    expect(stderr).toBe('');
    expect(suspects[0]?.service).toBe(createScenario({ name: 'pool-exhaustion' }).truth.service);
    expect(analysis).toMatchObject({ verdict: 'cause-found' });
    expect(brief.actions[0]).toMatchObject({
      action: 'rollback',
      command: expect.stringContaining('argocd'),
    });
  });

  it('prints the truth and runs nothing', async () => {
    const { stdout, stderr } = await demo('--truth', '--json', '--seed', '4');
    const { truth } = createScenario({ name: 'pool-exhaustion', seed: 4 });
    expect(JSON.parse(stdout)).toEqual({ service: truth.service, change: truth.change });
    expect(stderr).toBe('');
  });

  it('says that a false alarm has no fault', async () => {
    expect(JSON.parse((await demo('--scenario', 'false-alarm', '--truth', '--json')).stdout)).toEqual({
      service: null,
      change: null,
    });
    expect((await demo('--scenario', 'false-alarm', '--truth')).stdout).toBe('no fault: no change\n');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'names the planted culprit and change of seed %i',
    async (seed) => {
      const { truth } = createScenario({ name: 'pool-exhaustion', seed });
      const { suspects, analysis, brief } = JSON.parse(
        (await demo('--json', '--seed', String(seed))).stdout,
      ) as DemoResult;
      expect(suspects[0]?.service).toBe(truth.service);
      expect(analysis.hypotheses[0]?.service).toBe(truth.service);
      expect(brief.change?.version).toBe(truth.change.to);
      expect(brief.change?.changes).toContainEqual(
        expect.objectContaining({ before: truth.change.before, after: truth.change.after }),
      );
      expect(brief.actions[0]?.action).toBe('rollback');
    },
  );

  it('refuses a scenario that does not exist', async () => {
    expect(await demo('--scenario', 'no-such')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no scenario `no-such`'),
    });
  });
});
