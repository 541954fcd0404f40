import { ConnectorError, type Gap } from '@midwatch/core';

export type Attempt<T> = { readonly value: T } | { readonly error: ConnectorError };

/** Runs a part of an answer: its failure is a value, but an abort or a mistake of ours ends the whole. */
export async function attempt<T>(part: Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await part };
  } catch (error) {
    if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
    return { error };
  }
}

/** What a part that could not be read leaves open. */
export function toFailureGap(errors: readonly ConnectorError[], what: string, window?: Gap['window']): Gap[] {
  const [first] = errors;
  if (first === undefined) return [];
  const reason = errors.every(({ code }) => code === 'timeout')
    ? 'deadline'
    : errors.every(({ code }) => code === 'too-large')
      ? 'byte-limit'
      : 'page-failure';
  return [
    {
      reason,
      ...(window === undefined ? {} : { window }),
      missing: { count: errors.length, exact: true },
      detail: `${what}: ${first.code}`,
    },
  ];
}
