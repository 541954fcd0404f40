import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Exchange {
  response: { status: number; headers: [string, string][]; body: string };
}

/** The answer of one recorded exchange, as the server sent it. */
export function recorded(name: string): Response {
  const text = readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8');
  const { response } = JSON.parse(text) as Exchange;
  const headers = new Headers(response.headers.filter(([header]) => header.toLowerCase() !== 'content-length'));
  return new Response(response.body, { status: response.status, headers });
}

export function recordedBody(name: string): unknown {
  const text = readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8');
  return JSON.parse((JSON.parse(text) as Exchange).response.body);
}
