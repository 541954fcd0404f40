import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { toBundleFiles, writeBundles } from '../__fixtures__/scenario-bundle.js';
import { createCapture } from '../__fixtures__/small-bundle.js';
import { runCommand } from '../run-command.js';

const guilty = 'storefront-gateway';
const innocent = 'profile-service';

/** What stands in the evidence of this incident: D1 is the change of the guilty service, D3 one of an innocent one. */
const right = {
  timeline: [],
  hypotheses: [
    {
      statement: `${guilty} waits for connections since POOL_MAX went from 120 to 15.`,
      service: guilty,
      change: 'D1',
      evidence: ['D1', 'T1', 'L1'],
      disprovedBy: 'The same waits with POOL_MAX at 120.',
    },
  ],
  verdict: 'cause-found',
  confidence: 'HIGH',
  confidenceReason: 'The change and the waits agree.',
  summary: `${guilty} lacks connections.`,
  advice: [],
};
const [hypothesis] = right.hypotheses;
const says = (change: object) => ({ ...right, hypotheses: [{ ...hypothesis, ...change }] });
const wrong = says({
  statement: `${innocent} was changed.`,
  service: innocent,
  change: 'D3',
  evidence: ['D3'],
});
const modest = { ...right, confidence: 'LOW' };
const silent = { ...right, verdict: 'insufficient-evidence', confidence: 'LOW', hypotheses: [] };

const message = (answer: unknown, given: object = {}) => ({
  type: 'succeeded',
  message: {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-5-5' },
    content: [{ type: 'text', text: typeof answer === 'string' ? answer : JSON.stringify(answer) }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 6000, output_tokens: 1000, service_tier: 'batch' },
    ...given,
  },
});
const whole = JSON.stringify(right);

/** Each reply by its incident's id, and the reason when it does not stand. */
const cases: readonly (readonly [id: string, result: object | undefined, fellBack?: string])[] = [
  ['right', message(right)],
  ['wrong', message(wrong)],
  ['modest', message(modest)],
  ['silent', message(silent)],
  ['uncited', message(says({ evidence: [], change: null })), 'nothing-admitted'],
  ['made-up-ids', message(says({ evidence: ['X1', 'T99'], change: 'D77' })), 'nothing-admitted'],
  [
    'wrong-numbers',
    message(says({ statement: 'POOL_MAX went from 120 to 7,777.', evidence: ['D1'] })),
    'nothing-admitted',
  ],
  ['made-up-service', message(says({ service: 'moonbeam', change: null })), 'nothing-admitted'],
  ['refused', message('', { content: [], stop_reason: 'refusal' }), 'refused'],
  ['truncated', message(whole, { stop_reason: 'max_tokens' }), 'truncated'],
  ['half', message(whole.slice(0, whole.length / 2)), 'bad-answer'],
  ['errored', { type: 'errored', error: { type: 'error', error: { type: 'api_error' } } }, 'errored'],
  ['canceled', { type: 'canceled' }, 'canceled'],
  ['expired', { type: 'expired' }, 'expired'],
  ['no-message', { type: 'succeeded', message: { error: 'none' } }, 'bad-response'],
  ['absent', undefined, 'missing'],
];
const ids = cases.map(([id]) => id);
const line = (custom_id: string, result: object) => JSON.stringify({ custom_id, result });

let files: ReadonlyMap<string, string>;
beforeAll(async () => {
  files = await toBundleFiles('pool-exhaustion', 3);
});

async function evaluate(folder: string, ...more: readonly string[]) {
  const { terminal, written } = createCapture(folder);
  const exitCode = await runCommand(['eval', '.', ...more], terminal);
  return { exitCode, ...written };
}

interface Report {
  readonly top1: number;
  readonly perIncident: readonly { id: string; correct: boolean; fellBack?: string; analyzer: string }[];
  readonly analyzers: Record<string, never>;
  readonly problems: readonly string[];
}

describe('midwatch eval --responses', () => {
  it('scores each hand-written reply exactly as production would let it stand', async () => {
    const folder = writeBundles(files, ids);
    const lines = cases.flatMap(([id, result]) => (result === undefined ? [] : [line(id, result)]));
    writeFileSync(join(folder, 'results.jsonl'), `${lines.reverse().join('\n')}\n\n`);
    const { exitCode, stderr, stdout } = await evaluate(folder, '--responses', 'results.jsonl', '--json');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('midwatch: there is no result for "absent"\n');
    const report = JSON.parse(stdout) as Report;
    const fellBack = report.perIncident.map(({ id, fellBack: why }) => [id, why]);
    expect(fellBack).toEqual(cases.map(([id, , why]) => [id, why]));
    expect(report.perIncident.filter(({ correct }) => !correct).map(({ id }) => id)).toEqual(['wrong']);
    expect(report.perIncident.find(({ id }) => id === 'refused')?.analyzer).toBe('evidence');
    expect(report.analyzers).toEqual({
      evidence: {
        incidents: 16,
        top1: 1,
        top3: 1,
        answered: 1,
        abstained: 0,
        high: { count: 16, correct: 16 },
      },
      // Twelve fell back, `right` answered at HIGH, `wrong` blames whom nothing points at and so is LOW, `modest` gives candidates,
      // `silent` nobody.
      claude: {
        ...{ incidents: 16, top1: 0.9375, top3: 1, answered: 0.8125, abstained: 0.0625 },
        high: { count: 13, correct: 13 },
      },
      ownAnswers: {
        ...{ incidents: 4, top1: 0.5, top3: 0.5, answered: 0.25, abstained: 0.25 },
        high: { count: 1, correct: 1 },
      },
      fellBack: {
        count: 12,
        byReason: {
          ...{ 'bad-answer': 1, 'bad-response': 1, canceled: 1, errored: 1, expired: 1, missing: 1 },
          ...{ 'nothing-admitted': 4, refused: 1, truncated: 1 },
        },
      },
      // `modest` is unsure although the evidence allows more, `wrong` and `silent` leave the evidence's first suspect.
      escalated: { count: 3, byReason: { 'disagrees-with-evidence': 2, 'low-confidence': 1 } },
      usage: [
        {
          ...{ model: 'claude-haiku-5-5', answers: 11, inputTokens: 66_000, outputTokens: 11_000 },
          ...{ cacheReadTokens: 0, cacheWriteTokens: 0, thinkingTokens: 0, costUsd: 0.006_05 },
        },
      ],
      costUsd: 0.006_05,
    });
  });

  it('names broken, unknown and repeated lines, and counts none of them', async () => {
    const folder = writeBundles(files, ['one', 'two', 'three']);
    const lines = [
      line('one', message(wrong)),
      '{"custom_id": "two", "result": {',
      line('four', message(right)),
      line('one', message(right)),
      JSON.stringify({ custom_id: 'three', result: { type: 'sunk' } }),
      line('one', { type: 'expired' }),
    ];
    writeFileSync(join(folder, 'results.jsonl'), lines.join('\n'));
    const { stdout } = await evaluate(folder, '--responses', 'results.jsonl', '--json');
    const { perIncident, problems } = JSON.parse(stdout) as Report;
    expect(problems).toEqual([
      'line 2 is no result of a batch, and is left out: it is not JSON, or no object',
      'line 3: no incident has the custom_id "four"',
      'line 4: another result for "one"; none of them counts',
      'line 5 is no result of a batch, and is left out: it has no proper `result.type`',
      'line 6: another result for "one"; none of them counts',
      'there is no result for "two"',
      'there is no result for "three"',
    ]);
    expect(perIncident.map(({ id, fellBack }) => [id, fellBack])).toEqual([
      ['one', 'duplicate'],
      ['two', 'missing'],
      ['three', 'missing'],
    ]);
  });

  it('tells a person both analyzers, why the model was not heard, tokens and dollars', async () => {
    const folder = writeBundles(files, ['one', 'two']);
    writeFileSync(
      join(folder, 'r.jsonl'),
      `${line('one', message(right))}\n${line('two', { type: 'expired' })}`,
    );
    const { stderr, stdout } = await evaluate(folder, '--responses', 'r.jsonl');
    expect(stderr).toContain(`+ two  cause-found HIGH  ${guilty}  (evidence: expired)`);
    expect(stdout).toContain(
      '  claude, its own answers: 1 incidents, top-1 1, top-3 1, answered 1, abstained 0, HIGH 1',
    );
    expect(stdout).toContain('  fell back to the evidence: 1 (expired 1); larger model: 0\n');
    expect(stdout).toContain('  claude-haiku-5-5: 1 answers, 6000 tokens in, 1000 out, $0.00055\n');
  });
});

describe('midwatch eval --requests', () => {
  it('writes what production would send, and answers to it score', async () => {
    const folder = writeBundles(files, ['one', 'shop: two/3']);
    const { exitCode, stdout } = await evaluate(folder, '--requests', 'batch.jsonl', '--json');
    expect(exitCode).toBe(0);
    const text = readFileSync(join(folder, 'batch.jsonl'), 'utf8');
    const lines = text.trimEnd().split('\n');
    for (const each of lines) expect(new TextEncoder().encode(each).byteLength / 3).toBeLessThanOrEqual(8000);
    const requests = lines.map(
      (each) => JSON.parse(each) as { custom_id: string; params: { model: string } },
    );
    expect(requests.map(({ custom_id }) => custom_id)).toEqual([
      'one',
      expect.stringMatching(/^shop--two-3-[0-9a-f]{12}$/),
    ]);
    expect(requests[0]?.params).toMatchObject({
      model: 'claude-haiku-5-5',
      max_tokens: expect.any(Number),
      system: expect.stringContaining('root cause'),
      messages: [{ role: 'user', content: expect.stringContaining(`D1 [${guilty}]`) }],
      output_config: { format: { type: 'json_schema' } },
    });
    expect(JSON.parse(stdout)).toMatchObject({ top1: 1, requests: { count: 2, model: 'claude-haiku-5-5' } });

    const answers = requests.map(({ custom_id }) => line(custom_id, message(right)));
    writeFileSync(join(folder, 'results.jsonl'), answers.join('\n'));
    const scored = await evaluate(folder, '--responses', 'results.jsonl', '--json');
    expect(JSON.parse(scored.stdout)).toMatchObject({
      analyzers: { ownAnswers: { incidents: 2, top1: 1 }, fellBack: { count: 0, byReason: {} } },
    });
  });

  it('asks the model that is named, and refuses two incidents of one id', async () => {
    const folder = writeBundles(files, ['one']);
    await evaluate(folder, '--requests', 'batch.jsonl', '--model', 'claude-haiku-4-5-20251001');
    const { params } = JSON.parse(readFileSync(join(folder, 'batch.jsonl'), 'utf8'));
    expect(params.model).toBe('claude-haiku-4-5-20251001');
    expect(params.output_config).not.toHaveProperty('effort');
    const twice = await evaluate(writeBundles(files, ['one', 'one']), '--requests', 'batch.jsonl');
    expect(twice).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('two bundles have the id `one`'),
    });
  });
});

describe('options that make no sense together', () => {
  it.each([
    [['--requests', 'a', '--responses', 'b'], 'give one of them'],
    [['--analyzer', 'claude', '--requests', 'a'], '--requests needs no --analyzer'],
    [['--analyzer', 'evidence', '--responses', 'a'], '--responses needs no --analyzer'],
    [['--analyzer', 'oracle'], '--analyzer takes evidence or claude, got `oracle`'],
    [['--analyzer', 'claude'], 'needs ANTHROPIC_API_KEY'],
    [['--model', 'claude-haiku-5-5'], '--model belongs to --analyzer claude or to --requests'],
    [['--requests', ''], '--requests is empty'],
  ])('%j is refused', async (options, why) => {
    const { exitCode, stderr, stdout } = await evaluate('.', ...options);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
  });

  it('a file of results that is not there is told before anything is read', async () => {
    const { exitCode, stderr } = await evaluate(writeBundles(files, ['one']), '--responses', 'gone.jsonl');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('gone.jsonl: cannot be read (ENOENT)');
  });
});
