import type { Gap, LogLevel } from '@midwatch/core';
import { levelWords } from './log-level.js';
import { type LogQuery, type Matcher, toPattern } from './logql.js';

/** What Loki makes of a line, whatever the line calls it. */
const detectedLevels = ['trace', 'debug', 'info', 'warn', 'error', 'critical', 'fatal'] as const;
const levelLabels = ['level', 'severity', 'severity_text'] as const;
const traceLabels = ['trace_id', 'traceid', 'traceId', 'traceID'] as const;

/** The level as labels tell it; Loki answers structured metadata and stream labels by the same filter. */
export function withLevelLabel(query: LogQuery, minimum: LogLevel): LogQuery {
  const words = levelWords(minimum);
  const detected = detectedLevels.filter((word) => words.includes(word)).join('|');
  const group: readonly Matcher[] = [
    { label: 'detected_level', operator: '=~', value: detected },
    ...levelLabels.map((label): Matcher => ({ label, operator: '=~', value: `(?i)${toPattern(words)}` })),
  ];
  return { ...query, filters: [...(query.filters ?? []), group] };
}

/** The level as words of the line, for servers and services that label none. */
export function withLevelWords(query: LogQuery, minimum: LogLevel): LogQuery {
  const words = [...levelWords(minimum), 'exception', 'traceback', 'failed', 'failure'];
  const pattern = `(?i)\\b(?:${toPattern(words)})\\b`;
  return { ...query, linePatterns: [...(query.linePatterns ?? []), pattern] };
}

/** One query for ids in labels and one for ids in lines, for every so many ids: LogQL has no "or" between the two. */
export function withTraceIds(
  query: LogQuery,
  traceIds: readonly string[],
  maxIdsPerQuery: number,
): { readonly queries: readonly LogQuery[]; readonly gaps: readonly Gap[] } {
  const distinct = [...new Set(traceIds.map((id) => id.toLowerCase()))];
  const valid = distinct.filter((id) => /^[0-9a-f]{16,32}$/.test(id));
  const refused = distinct.length - valid.length;
  const queries: LogQuery[] = [];
  for (let start = 0; start < valid.length; start += maxIdsPerQuery) {
    const ids = valid.slice(start, start + maxIdsPerQuery);
    const value = ids.flatMap(toWrittenForms).join('|');
    const group = traceLabels.map((label): Matcher => ({ label, operator: '=~', value }));
    queries.push(
      { ...query, filters: [...(query.filters ?? []), group] },
      { ...query, linePatterns: [...(query.linePatterns ?? []), value] },
    );
  }
  const detail = 'not a trace id of 16 to 32 hex digits';
  const gaps: Gap[] =
    refused === 0 ? [] : [{ reason: 'unsupported-filter', missing: { count: refused, exact: true }, detail }];
  return { queries, gaps };
}

/** Ids of 64 bits are padded to 128 elsewhere and written short in logs. */
function toWrittenForms(id: string): readonly string[] {
  const short = id.slice(-16);
  return id.length === 32 && /^0{16}/.test(id) ? [id, short] : [id];
}
