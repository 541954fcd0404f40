import { toQueryId } from '../connector/signal-id.js';
import type { Provenance, SignalQuery } from '../connector/v1/connector.js';
import type { SignalKind } from '../connector/v1/signal.js';
import type { Scrub } from './scrub.js';

/**
 * What was tried at a source that gave nothing: the requests it sent (`http`), or, when it sent none, what it was asked
 * for (`plan`).
 */
export function toTriedQueries(
  connectorId: string,
  kind: SignalKind,
  query: SignalQuery,
  asked: readonly string[],
  scrub: Scrub,
): Provenance[] {
  const language = asked.length === 0 ? 'plan' : 'http';
  const texts = asked.length === 0 ? [describeQuery(kind, query)] : [...new Set(asked)];
  return texts.map((raw) => {
    const text = scrub.text(raw);
    return { queryId: toQueryId(connectorId, text, query.window), language, text, window: query.window };
  });
}

function describeQuery(kind: SignalKind, query: SignalQuery): string {
  const { target, window: _, native: __, ...filters } = query;
  const words = Object.entries({ ...target, ...filters }).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (typeof value !== 'object') return [`${name}=${String(value)}`];
    const short = Array.isArray(value) && value.length <= 5;
    return [`${name}=${short || !Array.isArray(value) ? JSON.stringify(value) : `[${value.length}]`}`];
  });
  return [kind, ...words].join(' ');
}
