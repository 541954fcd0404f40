import { ConnectorError } from '../connector/connector-error.js';
import type { HttpClientOptions, HttpRequest } from './http-client.js';

/** A secret, or a function that is asked for it on every call. */
export type TokenOption = string | (() => string | Promise<string>);

export type HeadersOption =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** Rejects with `config` when an option cannot become a header; its value and what a function threw are left behind. */
export async function requestHeaders(
  options: HttpClientOptions,
  request: HttpRequest<unknown>,
): Promise<Headers> {
  const { connectorId, basicAuth, token } = options;
  const headers = new Headers({ accept: 'application/json' });
  const set = (name: string, value: unknown) => setHeader(headers, name, value, connectorId);

  set('user-agent', options.userAgent);
  if (request.form !== undefined) set('content-type', 'application/x-www-form-urlencoded');
  if (request.json !== undefined) set('content-type', 'application/json');
  if (basicAuth !== undefined) {
    const password = await askSecret(basicAuth.password, 'basicAuth.password', connectorId);
    set('authorization', `Basic ${toBase64(`${basicAuth.username}:${password}`)}`);
  }
  if (token !== undefined) {
    const { tokenHeaders = toBearer } = options;
    const secret = await askSecret(token, 'token', connectorId);
    const given = await ask(() => tokenHeaders(secret), 'tokenHeaders', connectorId);
    for (const [name, value] of Object.entries(given)) set(name, value);
  }
  const extra = await ask(options.headers, 'headers', connectorId);
  for (const [name, value] of Object.entries({ ...request.headers, ...extra })) set(name, value);
  return headers;
}

const toBearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function askSecret(option: TokenOption, name: string, connectorId: string): Promise<string> {
  const secret: unknown = await ask(option, name, connectorId);
  if (typeof secret === 'string' && secret !== '') return secret;
  throw configError(
    connectorId,
    `\`${name}\` is empty or not a string; leave it out where none is asked for`,
  );
}

async function ask<T>(option: T | (() => T | Promise<T>), name: string, connectorId: string): Promise<T> {
  if (typeof option !== 'function') return option;
  try {
    return await (option as () => T | Promise<T>)();
  } catch {
    throw configError(connectorId, `the function given as \`${name}\` failed`);
  }
}

function setHeader(headers: Headers, name: string, value: unknown, connectorId: string): void {
  try {
    // workerd would send what is beyond Latin-1, where Node throws: the same option works in both or in none.
    if (typeof value !== 'string' || !/^[\t -~\u0080-\u00ff]*$/.test(value))
      throw new TypeError('no header value');
    headers.set(name, value);
  } catch {
    // The runtime's own message quotes the value. A name that is no header name may hold anything, too.
    const shown = /^[\w-]{1,60}$/.test(name) ? `\`${name}\`` : 'with an invalid name';
    throw configError(
      connectorId,
      `the header ${shown} cannot be sent: is there a line break or a character beyond Latin-1 in it?`,
    );
  }
}

function configError(connectorId: string, message: string): ConnectorError {
  return new ConnectorError({ code: 'config', connectorId, message });
}

/** RFC 7617 asks for UTF-8; `btoa` takes Latin-1 only. */
function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}
