import { describe, expect, test } from 'vitest';
import { ask, reset, useHandClock } from './__fixtures__/ask-analyzer.js';
import { bodyMark, reply, rightMessage, toErrorBody } from './__fixtures__/messages-api.js';

useHandClock();

const endless = () =>
  new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)) }), {
    headers: { 'content-type': 'application/json' },
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
