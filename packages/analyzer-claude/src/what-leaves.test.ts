import { describe, expect, test, vi } from 'vitest';
import { dossierMark } from './__fixtures__/analyze-input.js';
import { ask, hang, reset, useHandClock } from './__fixtures__/ask-analyzer.js';
import {
  bodyMark,
  reply,
  rightMessage,
  secret,
  toErrorBody,
  toMessage,
} from './__fixtures__/messages-api.js';

useHandClock();

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
