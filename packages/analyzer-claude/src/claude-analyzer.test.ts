import { describe, expect, test } from 'vitest';
import { analyzeInput } from './__fixtures__/analyze-input.js';
import { ask, hang, useHandClock } from './__fixtures__/ask-analyzer.js';
import {
  bodyMark,
  reply,
  rightAnswer,
  rightMessage,
  scriptedFetch,
  secret,
  toErrorBody,
  toMessage,
  usage,
} from './__fixtures__/messages-api.js';
import { AnalyzerError } from './analyzer-error.js';
import { createClaudeAnalyzer } from './claude-analyzer.js';

useHandClock();

const whole = JSON.stringify(rightAnswer);

test('a right answer becomes an analysis with what it took', async () => {
  const { analysis, usages, requests } = await ask([() => reply(200, rightMessage)]);
  expect(requests).toHaveLength(1);
  expect(analysis).toEqual({
    verdict: 'cause-found',
    confidence: 'HIGH',
    confidenceReason: rightAnswer.confidenceReason,
    summary: rightAnswer.summary,
    hypotheses: rightAnswer.hypotheses,
    timeline: [
      { atMs: Date.UTC(2026, 10, 1, 2, 51), text: 'the limit of ledger is lowered', evidence: ['D1'] },
      { atMs: Date.UTC(2026, 10, 1, 3, 4), text: 'ledger begins to wait', evidence: ['T1'] },
    ],
    advice: [
      {
        action: 'rollback',
        service: 'ledger',
        change: 'D1',
        reason: 'It restores the limit of 80.',
        evidence: ['D1'],
      },
      { action: 'investigate', service: 'ledger', reason: 'See whether waits end.', evidence: ['T1'] },
    ],
    usage: usages[0],
  });
  expect(usages).toEqual([
    {
      model: 'claude-haiku-5-5',
      inputTokens: 6000,
      cacheWriteTokens: 0,
      cacheReadTokens: 0,
      outputTokens: 900,
      thinkingTokens: 300,
      costUsd: 0.001_05,
    },
  ]);
});

test('claims without ids and with made-up ids are passed on: admission is not done here', async () => {
  const [first] = rightAnswer.hypotheses;
  const hypotheses = [
    { ...first, evidence: [] },
    { ...first, evidence: ['Z99'] },
  ];
  const { analysis } = await ask([
    () => reply(200, toMessage(JSON.stringify({ ...rightAnswer, hypotheses }))),
  ]);
  expect(analysis).toMatchObject({ hypotheses: [{ evidence: [] }, { evidence: ['Z99'] }] });
});

describe('messages that hold no analysis', () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['wrong JSON', toMessage('{"root_cause": "ledger"}'), 'bad-answer'],
    ['half a JSON', toMessage(whole.slice(0, whole.length / 2)), 'bad-answer'],
    ['prose', toMessage(`The cause is ${bodyMark}`), 'bad-answer'],
    ['an unknown verdict', toMessage(JSON.stringify({ ...rightAnswer, verdict: bodyMark })), 'bad-answer'],
    ['thinking only', toMessage('', { content: [{ type: 'thinking', thinking: whole }] }), 'bad-answer'],
    ['a refusal', toMessage('', { content: [], stop_reason: 'refusal' }), 'refused'],
    ['a whole answer, cut off', toMessage(whole, { stop_reason: 'max_tokens' }), 'truncated'],
    ['a full context', toMessage(whole, { stop_reason: 'model_context_window_exceeded' }), 'truncated'],
    ['a tool call', toMessage(whole, { stop_reason: 'tool_use' }), 'bad-answer'],
    ['a pause', toMessage(whole, { stop_reason: 'pause_turn' }), 'bad-answer'],
    ['a stop reason of the future', toMessage(whole, { stop_reason: 'solar_flare' }), 'bad-answer'],
    ['no stop reason', toMessage(whole, { stop_reason: null }), 'bad-answer'],
  ];
  test.each(cases)('%s: asked once, and billed', async (_, message, code) => {
    const { error, requests, usages } = await ask([() => reply(200, message)]);
    expect(error?.code).toBe(code);
    expect(error?.retryable).toBe(false);
    expect(requests).toHaveLength(1);
    expect(usages).toHaveLength(1);
    expect(error?.usage).toEqual(usages[0]);
  });
});

describe('options', () => {
  test.each([
    ['a base without a scheme', { baseUrl: 'api.example' }],
    ['credentials in the base', { baseUrl: `https://me:${secret}@api.example` }],
    ['an empty token', { token: '' }],
    ['a token with a line break', { token: `${secret}\nx: y` }],
    ['an empty model', { model: ' ' }],
  ])('%s is refused when the analyzer is made', (_, given) => {
    const create = () => createClaudeAnalyzer({ token: secret, ...given });
    expect(create).toThrow(AnalyzerError);
    expect(create).toThrow(/config/);
    expect(create).not.toThrow(secret);
  });

  test.each([
    ['fails', () => Promise.reject(new Error(secret))],
    ['gives nothing', () => ''],
  ])('a token function that %s is a config error', async (_, token) => {
    const { error, requests } = await ask([hang], { token });
    expect(error?.code).toBe('config');
    expect(error?.message).not.toContain(secret);
    expect(requests).toEqual([]);
  });

  test('a listener that throws costs nothing', async () => {
    const onUsage = () => {
      throw new Error('counter broken');
    };
    const { analysis } = await ask([() => reply(200, rightMessage)], { onUsage });
    expect(analysis).toMatchObject({ usage: { inputTokens: usage.input_tokens } });
  });

  test('two calls at once share nothing', async () => {
    const { fetch } = scriptedFetch(
      () => reply(200, rightMessage),
      () => reply(401, toErrorBody('authentication_error')),
    );
    const analyzer = createClaudeAnalyzer({ token: secret, fetch });
    const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 8000 };
    const [first, second] = await Promise.allSettled([
      analyzer.analyze(analyzeInput, call),
      analyzer.analyze(analyzeInput, call),
    ]);
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
  });
});
