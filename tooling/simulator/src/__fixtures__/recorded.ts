import { readFileSync } from 'node:fs';

/** One exchange with a real server, as recorded. */
export interface Recorded {
  readonly path: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export function readRecorded(server: 'loki' | 'prometheus'): ReadonlyMap<string, Recorded> {
  const text = readFileSync(new URL(`recorded-${server}.json`, import.meta.url), 'utf8');
  return new Map(Object.entries(JSON.parse(text) as Record<string, Recorded>));
}
