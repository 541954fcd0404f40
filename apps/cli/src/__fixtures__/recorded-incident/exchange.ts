import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One recorded HTTP exchange, as far as it is replayed. */
export interface Exchange {
  readonly request: {
    readonly path: string;
    readonly params?: Record<string, unknown> | null;
    readonly body?: string;
  };
  readonly response: { readonly status: number; readonly headers: [string, string][]; readonly body: string };
}

export function readExchange(path: string): Exchange {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${path}.json`), 'utf8')) as Exchange;
}

export function readExchanges(folder: string): Exchange[] {
  const names = readdirSync(join(import.meta.dirname, folder)).sort();
  return names.map((name) => readExchange(`${folder}/${name.replace(/\.json$/, '')}`));
}

export function bodyOf<T>({ response }: Exchange): T {
  return JSON.parse(response.body) as T;
}

/** The answer as the server sent it, its `Date` included. */
export function toResponse({ response }: Exchange): Response {
  const headers = new Headers(
    response.headers.filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name)),
  );
  return new Response(response.body === '' ? null : response.body, { status: response.status, headers });
}

/** What no recording holds is refused: an empty answer would say that there was nothing. */
export function notRecorded(): Response {
  return new Response('not recorded', { status: 501 });
}
