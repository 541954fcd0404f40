import { type LogLevel, logLevels, type SignalQueryByKind } from '@midwatch/core';
import { writtenTraceIds } from './datadog-ids.js';
import { anyOf, quote, targetTerms, toSearchText } from './search-text.js';

type LogsQuery = SignalQueryByKind['logs'];

/** https://docs.datadoghq.com/logs/log_configuration/processors/log_status_remapper/: what `status` may be. */
const statusesByLevel: Readonly<Record<LogLevel, readonly string[]>> = {
  trace: ['trace'],
  debug: ['debug'],
  info: ['info', 'notice', 'ok'],
  warn: ['warn', 'warning'],
  error: ['error'],
  fatal: ['critical', 'alert', 'emergency', 'fatal'],
};

/** So many ids fit into a query. */
const IDS_PER_SEARCH = 32;

/** The searches that together answer the query: one, but for many trace ids. */
export function toLogSearches(query: LogsQuery): readonly string[] {
  const { contains, minLevel, target, traceIds } = query;
  const terms = [
    ...targetTerms(target),
    ...(minLevel === undefined ? [] : [statusTerm(minLevel)]),
    ...(contains ?? []).map(quote),
  ];
  if (traceIds === undefined) return [toSearchText(terms)];
  const unique = [...new Set(traceIds)].filter((id) => /^[0-9a-f]{32}$/.test(id));
  const parts: string[][] = [];
  for (let start = 0; start < unique.length; start += IDS_PER_SEARCH) {
    parts.push(unique.slice(start, start + IDS_PER_SEARCH));
  }
  return parts.map((ids) => toSearchText([...terms, traceTerm(ids)]));
}

function statusTerm(minLevel: LogLevel): string {
  const statuses = logLevels.slice(logLevels.indexOf(minLevel)).flatMap((level) => statusesByLevel[level]);
  return `status:${anyOf(statuses)}`;
}

/** The reserved attribute, and where it stands in lines that no pipeline has remapped. */
function traceTerm(ids: readonly string[]): string {
  const written = anyOf(ids.flatMap(writtenTraceIds));
  return `(${['trace_id', '@trace_id', '@dd.trace_id'].map((key) => `${key}:${written}`).join(' OR ')})`;
}
