import { ConnectorError, type Gap, type GapReason, type TimeWindow } from '@midwatch/core';
import type { Answer } from './sent-request.js';

/**
 * What came of several requests. When none was answered, or the caller gave up, the first error is thrown; otherwise each
 * that failed is a gap over its window.
 */
export function readSettled(
  settled: readonly PromiseSettledResult<Answer>[],
  parts: readonly { readonly window: TimeWindow }[],
): { answers: Answer[]; gaps: Gap[] } {
  const answers: Answer[] = [];
  const gaps: Gap[] = [];
  let first: unknown;
  for (const [index, result] of settled.entries()) {
    if (result.status === 'fulfilled') {
      answers.push(result.value);
      continue;
    }
    const error: unknown = result.reason;
    if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
    first ??= error;
    const window = parts[index]?.window;
    gaps.push({
      reason: reasonOf(error),
      ...(window === undefined ? {} : { window }),
      detail: `one of ${settled.length} requests failed: ${error.code}`,
    });
  }
  if (answers.length === 0 && first !== undefined) throw first;
  return { answers, gaps };
}

function reasonOf({ code }: ConnectorError): GapReason {
  if (code === 'timeout') return 'deadline';
  return code === 'too-large' ? 'byte-limit' : 'page-failure';
}

/** One search after the other, until more than `limit` traces are there. */
export async function inTurn<T>(
  parts: readonly T[],
  limit: number,
  search: (part: T) => Promise<Answer>,
): Promise<PromiseSettledResult<Answer>[]> {
  const settled: PromiseSettledResult<Answer>[] = [];
  let found = 0;
  for (const part of parts) {
    const [result] = await Promise.allSettled([search(part)]);
    settled.push(result);
    if (result.status === 'fulfilled') found += result.value.traces.length;
    if (found > limit) break;
  }
  return settled;
}
