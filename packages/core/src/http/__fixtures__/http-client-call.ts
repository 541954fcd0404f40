import * as z from 'zod';
import { ConnectorError } from '../../connector/connector-error.js';
import type { CallContextV1, FetchLike } from '../../connector/v1/connector.js';
import { createHttpClient, type HttpClientOptions, type HttpRequest } from '../http-client.js';

export const SECRET = 'sk-live-51Hx';
const schema = z.object({ ok: z.boolean() });
export const get: HttpRequest<{ ok: boolean }> = { method: 'GET', path: '/api/v1/things', schema };

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly redirect: string | undefined;
}

export function setUp(
  answer: (sent: Sent) => Response | Promise<Response>,
  options: Partial<HttpClientOptions> = {},
) {
  const sent: Sent[] = [];
  const controller = new AbortController();
  const fetch: FetchLike = async (url, init = {}) => {
    const request = {
      url,
      method: init.method ?? 'GET',
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? init.body : undefined,
      redirect: init.redirect,
    };
    sent.push(request);
    return answer(request);
  };
  const call: CallContextV1 = { signal: controller.signal, deadlineAtMs: Date.now() + 5000, fetch };
  const client = createHttpClient({
    connectorId: 'things',
    baseUrl: 'https://things.example/prefix/',
    userAgent: 'midwatch-test/0.0.0',
    allow: [
      { method: 'GET', path: '/api/v1/things' },
      { method: 'POST', path: '/api/v1/things' },
      { method: 'GET', path: '/api/v1/things/{name}/parts' },
    ],
    ...options,
  });
  return { client, call, sent, controller };
}

export const answerOk = () => Response.json({ ok: true });

export async function failure(promise: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await promise.then(
    () => new Error('it did not reject'),
    (reason: unknown) => reason,
  );
  if (!ConnectorError.is(error)) throw error;
  return error;
}

export function textOf(error: Error): string {
  return [error.message, JSON.stringify(error), error.stack ?? '', String(error.cause)].join('\n');
}
