import type { HttpClientOptions, HttpRequest } from './http-client.js';

/** A secret, or a function that is asked for it on every call. */
export type TokenOption = string | (() => string | Promise<string>);

export type HeadersOption =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

export async function requestHeaders(
  options: HttpClientOptions,
  request: HttpRequest<unknown>,
): Promise<Headers> {
  const headers = new Headers({ accept: 'application/json', 'user-agent': options.userAgent });
  if (request.form !== undefined) headers.set('content-type', 'application/x-www-form-urlencoded');
  if (request.json !== undefined) headers.set('content-type', 'application/json');
  if (options.basicAuth !== undefined) {
    const password = await resolveToken(options.basicAuth.password);
    headers.set('authorization', `Basic ${toBase64(`${options.basicAuth.username}:${password}`)}`);
  }
  if (options.token !== undefined)
    headers.set('authorization', `Bearer ${await resolveToken(options.token)}`);
  const extra = typeof options.headers === 'function' ? await options.headers() : options.headers;
  for (const [name, value] of Object.entries({ ...request.headers, ...extra })) headers.set(name, value);
  return headers;
}

async function resolveToken(token: TokenOption): Promise<string> {
  return typeof token === 'function' ? await token() : token;
}

/** RFC 7617 asks for UTF-8; `btoa` takes Latin-1 only. */
function toBase64(text: string): string {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
}
