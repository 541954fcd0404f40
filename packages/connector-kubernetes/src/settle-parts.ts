import { ConnectorError, type Gap } from '@midwatch/core';
import type { Listing } from './kubernetes-api.js';

export interface Part<T> {
  /** For gaps: `nodes`. */
  readonly what: string;
  readonly listing: Promise<Listing<T>>;
}

/**
 * Waits for parts that stand for themselves. One that fails is a gap and leaves the others; when all fail, nobody could look, and
 * the first failure is the error. An abort, or a mistake of ours, always is.
 */
export async function settleParts<T>(parts: readonly Part<T>[]): Promise<Listing<T>> {
  const settled = await Promise.allSettled(parts.map(({ listing }) => listing));
  const items: T[] = [];
  const gaps: Gap[] = [];
  const failures: ConnectorError[] = [];
  for (const [index, result] of settled.entries()) {
    if (result.status === 'fulfilled') {
      items.push(...result.value.items);
      gaps.push(...result.value.gaps);
      continue;
    }
    const failure = toFailure(result.reason);
    failures.push(failure);
    gaps.push(partGap(parts[index]?.what ?? '', failure));
  }
  const [first] = failures;
  if (first !== undefined && failures.length === parts.length) throw first;
  return { items, gaps };
}

/** The failure of a part that others can do without. */
export function toFailure(error: unknown): ConnectorError {
  if (ConnectorError.is(error) && error.code !== 'aborted') return error;
  throw error;
}

export function partGap(what: string, { code, status }: ConnectorError): Gap {
  const why =
    status === 403 ? 'the token may not read them' : status === undefined ? code : `${code}, HTTP ${status}`;
  return {
    reason: code === 'timeout' ? 'deadline' : 'page-failure',
    detail: `${what} could not be read: ${why}`,
  };
}
