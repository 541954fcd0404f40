import { ConnectorError, type Gap, type TimeWindow } from '@midwatch/core';
import type { Answered } from './metric-signals.js';
import type { Matrix } from './prometheus-api.js';
import type { RoleQuery } from './role-query.js';

/** What became of one query: its series, or why there are none. */
export interface Outcome {
  readonly query: RoleQuery;
  readonly answer?: Matrix;
  readonly failure?: unknown;
}

/** The queries that were answered; the others are gaps. Throws when none was answered, or the caller gave up. */
export function settleOutcomes(
  outcomes: readonly Outcome[],
  window: TimeWindow,
): { readonly answered: readonly Answered[]; readonly gaps: readonly Gap[] } {
  const answered: Answered[] = [];
  const gaps: Gap[] = [];
  for (const { answer, query } of outcomes) {
    if (answer === undefined) continue;
    answered.push({ query, series: answer.series });
    gaps.push(...answer.gaps);
  }
  for (const { answer, failure, query } of outcomes) {
    if (answer !== undefined) continue;
    if (answered.length === 0 || !ConnectorError.is(failure) || failure.code === 'aborted') throw failure;
    gaps.push(toGap(failure, query.subject, window));
  }
  return { answered, gaps };
}

function toGap(error: ConnectorError, subject: string, window: TimeWindow): Gap {
  const detail = `${subject}: ${error.code}`;
  if (error.code === 'timeout') {
    return { reason: error.status === undefined ? 'deadline' : 'vendor-timeout', window, detail };
  }
  return { reason: error.code === 'too-large' ? 'byte-limit' : 'page-failure', window, detail };
}

/** A store that is partial says so in each answer. */
export function distinct(gaps: readonly Gap[]): readonly Gap[] {
  return [...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()];
}
