import type { FetchLike } from '@midwatch/core';
import type { TokenOption } from '@midwatch/core/http';
import { AnalyzerError } from './analyzer-error.js';

const DEFAULT_BASE_URL = 'https://api.anthropic.com';

/** Where a model is asked, and with what. */
export interface MessagesServerOptions {
  /** An API key, or a function that is asked for one before every attempt. */
  readonly token: TokenOption;
  /** Of any server that speaks the Messages API; a path is kept. @default 'https://api.anthropic.com' */
  readonly baseUrl?: string | undefined;
  /** What requests are sent with. @default the global one */
  readonly fetch?: FetchLike | undefined;
}

export interface MessagesServer {
  readonly baseUrl: string;
  readonly fetch: FetchLike;
  /** Asked for each attempt, so that a key may be rotated. Rejects with an `AnalyzerError`. */
  readonly askToken: () => Promise<string>;
}

/** Throws an `AnalyzerError` with code `config` for options that cannot work. */
export function createMessagesServer({ token, ...options }: MessagesServerOptions): MessagesServer {
  if (typeof token !== 'function') requireToken(token);
  return {
    baseUrl: parseBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL),
    // Called as a global: workerd refuses it as a method.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    askToken: () => askToken(token),
  };
}

/** Throws when it is blank. */
export function requireModel(model: string): string {
  if (model.trim() === '') throw configError('`model` is empty');
  return model;
}

async function askToken(token: TokenOption): Promise<string> {
  if (typeof token !== 'function') return requireToken(token);
  let asked: unknown;
  try {
    asked = await token();
  } catch {
    throw configError('the function given as `token` failed');
  }
  return requireToken(asked);
}

/** Only what may stand in a header: the runtimes quote what may not. */
function requireToken(token: unknown): string {
  if (typeof token === 'string' && /^[!-~]+$/.test(token)) return token;
  throw configError('`token` is empty, not a string, or holds a blank or a character that no key has');
}

function parseBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw configError('`baseUrl` must be an absolute http or https URL');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw configError('`baseUrl` must have no credentials, query or fragment');
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function configError(message: string): AnalyzerError {
  return new AnalyzerError({ code: 'config', message });
}
