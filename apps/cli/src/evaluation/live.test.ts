import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type AskedModel, closeModels, listenAsModel, toMessage } from '../__fixtures__/model-server.js';
import { createCapture, smallBundle, writeBundle } from '../__fixtures__/small-bundle.js';
import { runCommand } from '../run-command.js';

afterEach(closeModels);

const answer = (confidence: string) => ({
  timeline: [],
  hypotheses: [
    {
      statement: 'items cannot open its store.',
      service: 'items',
      change: null,
      evidence: ['T1'],
      disprovedBy: 'a call of items that works',
    },
  ],
  verdict: 'cause-found',
  confidence,
  confidenceReason: 'errors and steps agree',
  summary: 'items cannot open its store.',
  advice: [],
});

/** So many bundles of one incident. */
function writeFolder(count: number): string {
  const bundle = writeBundle(smallBundle());
  const incident = JSON.parse(readFileSync(join(bundle, 'incident.json'), 'utf8')) as object;
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  for (let index = 0; index < count; index++) {
    const to = join(folder, `b${index}`);
    mkdirSync(to);
    cpSync(bundle, to, { recursive: true });
    writeFileSync(join(to, 'incident.json'), JSON.stringify({ ...incident, id: `small-${index}` }));
  }
  return folder;
}

async function evaluateLive(
  count: number,
  say: (asked: AskedModel) => { status: number; body: unknown },
  more: { readonly environment?: Record<string, string>; readonly options?: readonly string[] } = {},
) {
  const { asked, url } = await listenAsModel(say);
  const { terminal, written } = createCapture(writeFolder(count), {
    ANTHROPIC_API_KEY: 'test-key',
    ANTHROPIC_BASE_URL: url,
    ...more.environment,
  });
  const options = ['--analyzer', 'claude', '--json', ...(more.options ?? [])];
  const exitCode = await runCommand(['eval', '.', ...options], terminal);
  const report: unknown = written.stdout === '' ? undefined : JSON.parse(written.stdout);
  return { asked: asked.map(({ model }) => model), exitCode, report, stderr: written.stderr };
}

const right = ({ model }: AskedModel) => ({ status: 200, body: toMessage(answer('HIGH'), model) });
const unsure = ({ model }: AskedModel) => ({
  status: 200,
  body: toMessage(answer(model.includes('haiku') ? 'LOW' : 'HIGH'), model),
});

describe('midwatch eval --analyzer claude', () => {
  it('asks the small model once for each bundle, and adds up what it took', async () => {
    const { asked, report } = await evaluateLive(5, right);
    expect(asked).toEqual(Array(5).fill('claude-haiku-5-5'));
    expect(report).toMatchObject({
      top1: 1,
      analyzers: {
        ownAnswers: { incidents: 5, top1: 1 },
        fellBack: { count: 0 },
        escalated: { count: 0 },
        usage: [{ answers: 5, inputTokens: 10_000, outputTokens: 1500, costUsd: 0.001_75 }],
      },
    });
  });

  it('asks the larger model where the small one is unsure, and tells what came of it', async () => {
    const { asked, report } = await evaluateLive(1, unsure);
    expect(asked).toEqual(['claude-haiku-5-5', 'claude-sonnet-5-5']);
    expect(report).toMatchObject({
      perIncident: [
        { analyzer: 'claude-sonnet-5-5', escalation: { reason: 'low-confidence', outcome: 'changed' } },
      ],
      analyzers: { escalated: { count: 1, byReason: { 'low-confidence': 1 } }, costUsd: 0.007_35 },
    });
  });

  it('asks another model where one is named', async () => {
    const { asked } = await evaluateLive(1, right, { options: ['--model', 'claude-haiku-4-5-20251001'] });
    expect(asked).toEqual(['claude-haiku-4-5-20251001']);
  });

  it('stops asking when the budget of the run is spent, and goes on without', async () => {
    const { asked, report } = await evaluateLive(4, right, {
      environment: { MIDWATCH_BUDGET_DAY_USD: '0.0095' },
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(4);
    expect(report).toMatchObject({
      top1: 1,
      analyzers: { fellBack: { byReason: { 'over-budget': 4 - asked.length } } },
    });
  });

  it('does not ask the larger model beyond the budget of an incident', async () => {
    const { asked, report } = await evaluateLive(1, unsure, {
      environment: { MIDWATCH_BUDGET_INCIDENT_USD: '0.02' },
    });
    expect(asked).toEqual(['claude-haiku-5-5']);
    expect(report).toMatchObject({ perIncident: [{ escalation: { outcome: 'not-asked' } }] });
  });

  it('refuses a budget that is no amount, and counts why a model did not answer', async () => {
    const environment = { MIDWATCH_BUDGET_DAY_USD: 'much' };
    const { asked, exitCode, stderr } = await evaluateLive(1, right, { environment });
    expect({ asked, exitCode }).toEqual({ asked: [], exitCode: 2 });
    expect(stderr).toContain('MIDWATCH_BUDGET_DAY_USD must be a number of US dollars');
    const body = { type: 'error', error: { type: 'authentication_error', message: 'no' } };
    const { report } = await evaluateLive(2, () => ({ status: 401, body }));
    expect(report).toMatchObject({
      analyzers: { fellBack: { count: 2, byReason: { auth: 2 } }, costUsd: 0 },
    });
  });
});
