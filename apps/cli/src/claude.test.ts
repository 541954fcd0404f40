import { afterEach, describe, expect, it } from 'vitest';
import { closeModels, listenAsModel, toMessage } from './__fixtures__/model-server.js';
import { createCapture, smallBundle, writeBundle } from './__fixtures__/small-bundle.js';
import { runCommand } from './run-command.js';

afterEach(closeModels);

const listen = (status: number, body: unknown) => listenAsModel(() => ({ status, body }));

const answer = {
  timeline: [],
  hypotheses: [
    {
      statement: 'items cannot open its store.',
      service: 'items',
      change: null,
      evidence: ['T1', 'X9'],
      disprovedBy: 'a call of items that works',
    },
    {
      statement: 'The moon is full.',
      service: 'items',
      change: null,
      evidence: ['X1'],
      disprovedBy: 'daylight',
    },
  ],
  verdict: 'cause-found',
  confidence: 'HIGH',
  confidenceReason: 'errors and steps agree',
  summary: 'items cannot open its store. It failed 9,999,999 times.',
  advice: [
    {
      action: 'investigate',
      service: 'items',
      change: null,
      reason: 'See why the store is closed.',
      evidence: ['T1'],
    },
  ],
};

async function investigate(url: string, ...more: readonly string[]) {
  const { terminal, written } = createCapture(writeBundle(smallBundle()), {
    ANTHROPIC_API_KEY: 'test-key',
    ANTHROPIC_BASE_URL: url,
  });
  const exitCode = await runCommand(
    ['investigate', 'alert.json', '--bundle', '.', '--json', ...more],
    terminal,
  );
  return {
    exitCode,
    ...(JSON.parse(written.stdout) as { analysis: Analysis; brief: { footer: { notes: string[] } } }),
  };
}

interface Analysis {
  readonly analyzer: { readonly name: string; readonly model?: string };
  readonly summary: string;
  readonly hypotheses: readonly { readonly evidence: readonly string[] }[];
  readonly admission: { readonly droppedIds: number; readonly droppedClaims: number };
}

describe('midwatch investigate with a key', () => {
  it('lets Claude judge, and shows nothing of its answer that the evidence does not hold', async () => {
    const { asked, url } = await listen(200, toMessage(answer));
    const { exitCode, analysis } = await investigate(url);
    expect(exitCode).toBe(0);
    expect(asked).toHaveLength(1);
    expect(analysis.analyzer).toMatchObject({ name: 'claude', model: expect.stringContaining('claude') });
    expect(analysis.hypotheses.map(({ evidence }) => evidence)).toEqual([['T1']]);
    expect(analysis.admission).toMatchObject({ droppedIds: 2, droppedClaims: 1 });
    expect(analysis.summary).not.toContain('9,999,999');
  });

  it('asks nobody with --no-llm', async () => {
    const { asked, url } = await listen(200, toMessage(answer));
    const { analysis } = await investigate(url, '--no-llm');
    expect(asked).toEqual([]);
    expect(analysis.analyzer.name).toBe('evidence');
  });

  it('lets the evidence analyzer speak when Claude does not, and says why', async () => {
    const { url } = await listen(401, {
      type: 'error',
      error: { type: 'authentication_error', message: 'no' },
    });
    const { exitCode, analysis, brief } = await investigate(url);
    expect(exitCode).toBe(0);
    expect(analysis.analyzer.name).toBe('evidence');
    expect(brief.footer.notes).toContainEqual(expect.stringMatching(/failed \(auth\)/));
  });
});
