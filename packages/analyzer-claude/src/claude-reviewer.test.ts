import { describe, expect, test, vi } from 'vitest';
import { dossierMark } from './__fixtures__/analyze-input.js';
import { askReviewer, hang, reset, useHandClock } from './__fixtures__/ask-analyzer.js';
import { bodyMark, reply, secret, toErrorBody, toMessage } from './__fixtures__/messages-api.js';
import { reviewInput } from './__fixtures__/review-input.js';
import { createClaudeReviewer } from './claude-reviewer.js';
import { toReviewRequest } from './review-request.js';

useHandClock();

const noVeto = { reason: 'D1 and T1 agree; nothing else waits.', answer: 'no-veto' };
const say = (answer: unknown, given: Readonly<Record<string, unknown>> = {}) =>
  toMessage(JSON.stringify(answer), given);
const answering = (answer: unknown) => () => reply(200, say(answer));

test('its word and its reason are told with what they took', async () => {
  const { answer, usages, requests } = await askReviewer([answering(noVeto)]);
  expect(answer).toEqual({ ...noVeto, usage: usages[0] });
  expect(usages[0]?.costUsd).toBe(0.001_05);
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual(toReviewRequest(reviewInput));
});

test('a veto stands, whatever its reason holds', async () => {
  const reason = `Key ${secret}\nT1  shows\u0009more ${'and more '.repeat(100)}`;
  const { answer } = await askReviewer([answering({ reason, answer: 'veto' })], {
    redact: { redact: (text) => text.replaceAll(secret, '[key]') },
  });
  expect(answer?.answer).toBe('veto');
  expect(answer?.reason).toMatch(/^Key \[key\] T1 shows more and more .*…$/);
  expect(answer?.reason.length).toBeLessThanOrEqual(301);

  const broken = { redact: () => assertNever() };
  const withheld = await askReviewer([answering({ reason, answer: 'veto' })], { redact: broken });
  expect(withheld.answer).toMatchObject({ answer: 'veto', reason: '(withheld: it could not be redacted)' });
});

function assertNever(): never {
  throw new Error(secret);
}

describe('what is no consent rejects, is billed where it was answered, and is not asked again', () => {
  const whole = JSON.stringify(noVeto);
  test.each([
    ['a refusal', toMessage('', { content: [], stop_reason: 'refusal' }), 'refused'],
    ['a consent that was cut off', say(noVeto, { stop_reason: 'max_tokens' }), 'truncated'],
    ['a full context', say(noVeto, { stop_reason: 'model_context_window_exceeded' }), 'truncated'],
    ['a tool call', say(noVeto, { stop_reason: 'tool_use' }), 'bad-answer'],
    ['a stop reason of the future', say(noVeto, { stop_reason: 'solar_flare' }), 'bad-answer'],
    ['half a JSON', toMessage(whole.slice(0, -4)), 'bad-answer'],
    ['prose', toMessage('no-veto'), 'bad-answer'],
    ['consent in two objects', toMessage(`${whole}${whole}`), 'bad-answer'],
    ['another word', say({ ...noVeto, answer: 'approved' }), 'bad-answer'],
    ['a word in capitals', say({ ...noVeto, answer: 'NO-VETO' }), 'bad-answer'],
    ['true', say({ ...noVeto, answer: true }), 'bad-answer'],
    ['no word', say({ reason: noVeto.reason }), 'bad-answer'],
    ['no reason', say({ answer: 'no-veto' }), 'bad-answer'],
    ['a blank reason', say({ answer: 'no-veto', reason: ' \n' }), 'bad-answer'],
    ['a list', say([noVeto]), 'bad-answer'],
    ['an analysis', say({ verdict: 'no-fault', summary: 'no-veto' }), 'bad-answer'],
    ['thinking only', toMessage('', { content: [{ type: 'thinking', thinking: whole }] }), 'bad-answer'],
  ])('%s', async (_, message, code) => {
    const { error, requests, usages } = await askReviewer([() => reply(200, message)]);
    expect(error?.code).toBe(code);
    expect(requests).toHaveLength(1);
    expect(usages).toHaveLength(1);
    expect(error?.usage).toEqual(usages[0]);
  });

  test.each([
    ['a page', () => reply(200, '<html>', { 'content-type': 'text/html' }), 'bad-response', 1],
    ['a wrong key', () => reply(401, toErrorBody('authentication_error')), 'auth', 1],
    ['a server that is down', () => reply(503, toErrorBody('api_error')), 'unavailable', 2],
    ['a lost connection', reset, 'unreachable', 2],
    ['silence', hang, 'timeout', 1],
  ] as const)('%s', async (_, answer, code, asked) => {
    const { error, requests, settledAfterMs } = await askReviewer([answer]);
    expect(error?.code).toBe(code);
    expect(requests).toHaveLength(asked);
    expect(settledAfterMs).toBeLessThanOrEqual(8100);
  });

  test('an abort of the caller', async () => {
    const { error } = await askReviewer([hang], {}, AbortSignal.abort());
    expect(error?.code).toBe('aborted');
  });
});

test('a veto with an additional consent field is a veto', async () => {
  const { answer } = await askReviewer([answering({ reason: 'x', answer: 'veto', override: 'no-veto' })]);
  expect(answer).toMatchObject({ answer: 'veto' });
  expect(answer).not.toHaveProperty('override');
});

test('no key, body, plan or dossier stands in an error or a log', async () => {
  const logged: unknown[] = [];
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => void logged.push(...parts));
  }
  for (const answer of [
    reset,
    hang,
    () => reply(200, toMessage(`${bodyMark} ${dossierMark} ${reviewInput.proposal.target}`)),
    () => reply(500, toErrorBody(`api_error ${bodyMark}`)),
  ]) {
    const { error } = await askReviewer([answer]);
    const told = [error?.message, error?.stack, JSON.stringify(error), String(error?.cause)].join('\n');
    for (const mark of [secret, bodyMark, dossierMark, reviewInput.proposal.target])
      expect(told).not.toContain(mark);
  }
  expect(logged).toEqual([]);
});

test('it is by itself another model than the analyzer, with a price to plan with', () => {
  const reviewer = createClaudeReviewer({ token: secret, redact: 'none' });
  expect(reviewer.model).toBe('claude-sonnet-5-5');
  const cost = reviewer.mostCostUsd(reviewInput);
  expect(cost).toBeGreaterThan(2 * (4000 * 10e-6));
  expect(cost).toBeLessThan(0.2);
});

test('options that cannot work are refused at once', () => {
  expect(() => createClaudeReviewer({ token: '', redact: 'none' })).toThrow(/config/);
  expect(() => createClaudeReviewer({ token: secret, model: ' ', redact: 'none' })).toThrow(/config/);
  expect(() => createClaudeReviewer({ token: secret, baseUrl: 'ftp://x', redact: 'none' })).toThrow(/config/);
});
