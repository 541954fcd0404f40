import type { SeenBefore } from '@midwatch/core/incident';
import { sayName, toPlainText } from './plain-text.js';

const MAX_CAUSE = 200;

/** The likest past incident in one line: what it was then, to be checked again. */
export function saySeenBefore([first, ...more]: readonly SeenBefore[] = []): string | undefined {
  if (first === undefined) return undefined;
  const { atMs, by, cause, causeService, misled, similarity } = first;
  const truth = [
    ...(causeService === undefined ? [] : [sayName(causeService)]),
    ...(cause === '' ? [] : [toPlainText(cause, MAX_CAUSE)]),
  ].join(': ');
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  const doubt = misled === 0 ? '' : `, misled ${misled} ${misled === 1 ? 'time' : 'times'} since`;
  const likeness = `${Math.round(similarity * 100)} % alike by ${by}${doubt}${others}`;
  return `${new Date(atMs).toISOString().slice(0, 10)}, then it was ${truth}; check again (${likeness})`;
}
