import { plainText } from '../parts/plain-text.js';

/** What the server said instead of an answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const DEADLINE_MS = 15_000;

export interface Answer<T> {
  readonly value: T;
  readonly etag?: string;
}

interface Ask {
  readonly body?: unknown;
  /** Of an earlier answer. */
  readonly etag?: string | undefined;
  readonly signal?: AbortSignal;
}

/** One request to this server; `unchanged` when the answer is the one that was had. Rejects with a `Refusal`, or as `fetch` does. */
export async function ask<T>(
  path: string,
  { body, etag, signal }: Ask = {},
): Promise<Answer<T> | 'unchanged'> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      // Proves that a page of this server asks: see docs/security.md.
      'x-midwatch-page': '1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    credentials: 'same-origin',
    redirect: 'error',
    cache: 'no-store',
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  });
  if (response.status === 304) return 'unchanged';
  const value = parse(await response.text());
  if (!response.ok)
    throw new Refusal(response.status, messageOf(value) ?? `the server answered ${response.status}`);
  const tag = response.headers.get('etag');
  return { value: value as T, ...(tag === null ? {} : { etag: tag }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => (typeof value === 'string' ? plainText(value) : value));
  } catch {
    return undefined;
  }
}

function messageOf(value: unknown): string | undefined {
  const { error } = (value ?? {}) as { readonly error?: { readonly message?: unknown } };
  return typeof error?.message === 'string' ? error.message : undefined;
}
