import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { analyzeInput, dossierMark } from './__fixtures__/analyze-input.js';
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
import { type ClaudeAnalyzerOptions, createClaudeAnalyzer } from './claude-analyzer.js';
import type { ModelUsage } from './model-usage.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 10, 1, 3, 31) });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const whole = JSON.stringify(rightAnswer);
const drip = () =>
  new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"id":')),
      pull: () => new Promise(() => undefined),
    }),
    { headers: { 'content-type': 'application/json' } },
  );
const endless = () =>
  new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)) }), {
    headers: { 'content-type': 'application/json' },
  });
const reset = () =>
  Promise.reject(new TypeError(`fetch failed ${secret}`, { cause: { code: 'ECONNRESET' } }));
const hang = () => new Promise<Response>(() => undefined);

interface Outcome {
  readonly settledAfterMs: number;
  readonly error?: AnalyzerError;
  readonly analysis?: unknown;
  readonly usages: readonly ModelUsage[];
}

/** One call with 8 s to go, while the clock is turned by hand. */
async function ask(
  replies: Parameters<typeof scriptedFetch>,
  given: Partial<ClaudeAnalyzerOptions> = {},
  signal = new AbortController().signal,
): Promise<Outcome & { requests: ReturnType<typeof scriptedFetch>['requests'] }> {
  const { fetch, requests } = scriptedFetch(...replies);
  const usages: ModelUsage[] = [];
  const analyzer = createClaudeAnalyzer({
    token: secret,
    fetch,
    onUsage: (billed) => usages.push(billed),
    ...given,
  });
  const startMs = Date.now();
  let outcome: Outcome | undefined;
  const settled = analyzer.analyze(analyzeInput, { signal, deadlineAtMs: startMs + 8000 }).then(
    (analysis) => {
      outcome = { analysis, settledAfterMs: Date.now() - startMs, usages };
    },
    (error: unknown) => {
      if (!AnalyzerError.is(error)) throw error;
      outcome = { error, settledAfterMs: Date.now() - startMs, usages };
    },
  );
  for (let turn = 0; turn < 200 && outcome === undefined; turn += 1) await vi.advanceTimersByTimeAsync(100);
  await settled;
  if (outcome === undefined) throw new Error('not settled');
  return { ...outcome, requests };
}

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

describe('answers that are no message', () => {
  test.each([
    ['half a body', () => reply(200, JSON.stringify(rightMessage).slice(0, 100))],
    ['an empty body', () => reply(200, '')],
    ['a login page', () => reply(200, `<html>${bodyMark}`, { 'content-type': 'text/html' })],
    ['an error with status 200', () => reply(200, toErrorBody('api_error'))],
    ['a body without end', endless],
  ])('%s is a bad response, asked once', async (_, answer) => {
    const { error, requests } = await ask([answer]);
    expect(error?.code).toBe('bad-response');
    expect(requests).toHaveLength(1);
  });
});

describe('errors of the server', () => {
  const cases: readonly (readonly [number, unknown, string])[] = [
    [400, toErrorBody('invalid_request_error'), 'bad-request'],
    [
      400,
      toErrorBody('invalid_request_error', { message: 'You have reached your API usage limits.' }),
      'budget',
    ],
    [400, toErrorBody('invalid_request_error', { message: 'Your credit balance is too low.' }), 'budget'],
    [402, toErrorBody('billing_error'), 'budget'],
    [
      429,
      toErrorBody('rate_limit_error', { details: { error_code: 'enforced_spend_limit_reached' } }),
      'budget',
    ],
    [401, toErrorBody('authentication_error'), 'auth'],
    [403, toErrorBody('permission_error'), 'auth'],
    [404, toErrorBody('not_found_error'), 'config'],
    [413, toErrorBody('request_too_large'), 'too-large'],
    [413, `<html>${bodyMark}`, 'too-large'],
    [302, bodyMark, 'config'],
  ];
  test.each(cases)('%i %j is not asked again', async (status, body, code) => {
    const { error, requests } = await ask([() => reply(status, body), () => reply(200, rightMessage)]);
    expect(error?.code).toBe(code);
    expect(requests).toHaveLength(1);
    if (status >= 400) expect(error?.status).toBe(status);
  });

  test.each([
    [408, 'timeout_error', 'timeout'],
    [429, 'rate_limit_error', 'rate-limited'],
    [500, 'api_error', 'unavailable'],
    [503, 'api_error', 'unavailable'],
    [504, 'timeout_error', 'timeout'],
    [529, 'overloaded_error', 'unavailable'],
  ])('%i is asked once more, and no third time', async (status, type, code) => {
    const healed = await ask([() => reply(status, toErrorBody(type)), () => reply(200, rightMessage)]);
    expect(healed.analysis).toMatchObject({ verdict: 'cause-found' });
    expect(healed.settledAfterMs).toBeGreaterThanOrEqual(500);
    const dead = await ask([() => reply(status, toErrorBody(type))]);
    expect(dead.error?.code).toBe(code);
    expect(dead.error?.message).toBe(`[claude] ${code}: HTTP ${status} (${type})`);
    expect(dead.error?.requestId).toBe('req_01');
    expect(dead.requests).toHaveLength(2);
  });

  test('a connection that is lost is tried once more', async () => {
    const healed = await ask([reset, () => reply(200, rightMessage)]);
    expect(healed.analysis).toMatchObject({ verdict: 'cause-found' });
    const { error, requests } = await ask([reset]);
    expect(error?.code).toBe('unreachable');
    expect(requests).toHaveLength(2);
  });
});

describe('time', () => {
  const limited = (headers: Readonly<Record<string, string>>) => () =>
    reply(429, toErrorBody('rate_limit_error'), headers);

  test.each([
    ['seconds', { 'retry-after': '3' }],
    ['a date', { 'retry-after': 'Sun, 01 Nov 2026 03:31:03 GMT' }],
    ['milliseconds', { 'retry-after-ms': '3000', 'retry-after': '60' }],
  ])('Retry-After in %s is waited for when it fits', async (_, headers) => {
    const { analysis, settledAfterMs, requests } = await ask([
      limited(headers),
      () => reply(200, rightMessage),
    ]);
    expect(analysis).toMatchObject({ verdict: 'cause-found' });
    expect(requests).toHaveLength(2);
    expect(settledAfterMs).toBeGreaterThanOrEqual(3000);
  });

  test('Retry-After that does not fit ends the call at once, and is told', async () => {
    const { error, settledAfterMs, requests } = await ask([limited({ 'retry-after': '7' })]);
    expect(error).toMatchObject({ code: 'rate-limited', retryAfterMs: 7000 });
    expect(requests).toHaveLength(1);
    expect(settledAfterMs).toBeLessThan(500);
  });

  test('a failure that comes too late for another attempt ends the call', async () => {
    const late = () =>
      new Promise<Response>((resolve) => {
        setTimeout(() => resolve(reply(529, toErrorBody('overloaded_error'))), 7000);
      });
    const { error, requests } = await ask([late, () => reply(200, rightMessage)]);
    expect(error?.code).toBe('unavailable');
    expect(requests).toHaveLength(1);
  });

  test('time left is measured after the wait, which may take longer than asked for', async () => {
    setTimeout(() => vi.setSystemTime(Date.now() + 4000), 1000);
    const { error, requests } = await ask([limited({ 'retry-after': '3' })]);
    expect(error?.code).toBe('rate-limited');
    expect(requests).toHaveLength(1);
  });

  test('the second attempt ends at the same deadline', async () => {
    const { error, settledAfterMs } = await ask([limited({}), hang]);
    expect(error?.code).toBe('timeout');
    expect(settledAfterMs).toBeLessThanOrEqual(8100);
  });

  test.each([
    ['hangs', hang],
    ['drips', drip],
  ])('a server that %s, under a fetch that ignores its signal, ends at the deadline', async (_, answer) => {
    const { error, settledAfterMs } = await ask([answer]);
    expect(error?.code).toBe('timeout');
    expect(settledAfterMs).toBeGreaterThanOrEqual(7900);
    expect(settledAfterMs).toBeLessThanOrEqual(8100);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a body that drips is cancelled: nobody reads it any more', async () => {
    let cancelled = false;
    const cancel = () => {
      cancelled = true;
    };
    const stream = () => new ReadableStream({ pull: () => new Promise<void>(() => undefined), cancel });
    await ask([() => new Response(stream())]);
    expect(cancelled).toBe(true);
  });

  test('the signal of the caller is let go', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await ask([() => reply(200, rightMessage)], {}, signal);
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls[0]?.slice(0, 2)).toEqual(added.mock.calls[0]?.slice(0, 2));
  });

  test('a token function that never answers ends at the deadline', async () => {
    const { error, requests } = await ask([hang], { token: () => new Promise<string>(() => undefined) });
    expect(error?.code).toBe('timeout');
    expect(requests).toHaveLength(0);
  });

  test('nothing is sent for a caller who gave up, or after the deadline', async () => {
    const gone = new AbortController();
    gone.abort();
    const aborted = await ask([hang], {}, gone.signal);
    expect(aborted.error?.code).toBe('aborted');
    const { fetch, requests } = scriptedFetch(hang);
    const late = createClaudeAnalyzer({ token: secret, fetch }).analyze(analyzeInput, {
      signal: new AbortController().signal,
      deadlineAtMs: Date.now(),
    });
    await expect(late).rejects.toMatchObject({ code: 'timeout' });
    expect([...aborted.requests, ...requests]).toEqual([]);
  });

  test.each([
    ['during the request', hang],
    ['during the wait', limited({ 'retry-after': '5' })],
  ])('a caller who gives up %s is let go at once', async (_, answer) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1000);
    const { error, settledAfterMs } = await ask([answer], {}, controller.signal);
    expect(error?.code).toBe('aborted');
    expect(settledAfterMs).toBeLessThanOrEqual(1100);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what leaves', () => {
  test('one POST with a bearer key, and no header beyond', async () => {
    vi.stubEnv('ANTHROPIC_BASE_URL', 'https://elsewhere.example');
    vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'x-api-key: of-another\nx-more: 1');
    const { requests } = await ask([() => reply(200, rightMessage)], {
      baseUrl: 'https://gateway.example/claude/',
    });
    const [sent] = requests;
    expect({ ...sent, body: '' }).toEqual({
      url: 'https://gateway.example/claude/v1/messages',
      redirect: 'manual',
      body: '',
      headers: {
        accept: 'application/json',
        'anthropic-version': '2026-10-21',
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
        'user-agent': 'midwatch-analyzer-claude/0.0.0',
      },
    });
  });

  test('a token function is asked before each attempt', async () => {
    let asked = 0;
    const token = () => {
      asked += 1;
      return `key-${asked}`;
    };
    const { requests } = await ask([() => reply(500, ''), () => reply(200, rightMessage)], { token });
    expect(requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer key-1', 'Bearer key-2']);
  });

  test('no key, body or dossier stands in an error or a log', async () => {
    vi.stubEnv('ANTHROPIC_LOG', 'debug');
    const logged: unknown[] = [];
    for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => void logged.push(...parts));
    }
    const answers: readonly (() => Response | Promise<Response>)[] = [
      reset,
      hang,
      () => reply(200, `${bodyMark} ${secret}`),
      () => reply(200, bodyMark, { 'content-type': 'text/plain' }),
      () => reply(200, toMessage(`${bodyMark} ${dossierMark}`)),
      ...[400, 401, 404, 413, 429, 500].map(
        (status) => () => reply(status, toErrorBody(`api_error ${bodyMark}`)),
      ),
      () =>
        reply(500, `${bodyMark} ${secret}`, { 'content-type': 'text/plain', 'request-id': secret.repeat(9) }),
    ];
    for (const answer of answers) {
      const { error } = await ask([answer]);
      expect(error).toBeDefined();
      const told = [error?.message, error?.stack, JSON.stringify(error), String(error?.cause)].join('\n');
      for (const mark of [secret, bodyMark, dossierMark]) expect(told).not.toContain(mark);
    }
    expect(logged).toEqual([]);
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
