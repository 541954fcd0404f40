import type { CallContextV1, Gap } from '@midwatch/core';
import type { QueryResults } from './cloudwatch-schema.js';
import { type InsightsQuery, toInsightsText } from './insights-query.js';
import { isWanted } from './line-filter.js';
import { type LogEvent, readLine } from './log-line.js';
import { cutLines, type LinesRead } from './read-lines.js';
import { type InsightsAnswer, type InsightsOptions, runInsights } from './run-insights.js';

/** Lines by one Insights query; a query given as text replaces the one that would be built. */
export async function readInsights(
  options: InsightsOptions,
  query: Omit<InsightsQuery, 'limit'> & { readonly limit: number; readonly given?: string | undefined },
  call: CallContextV1,
): Promise<LinesRead> {
  const { filter, given, groups, keep, limit, window } = query;
  const text = given ?? toInsightsText({ ...query, limit: limit + 1 });
  const names = [...groups.own, ...groups.shared];
  const answer = await runInsights(options, { groups: names, window, text }, call);
  const { events, invalid } = toEvents(answer.results, names);
  const shared = new Set(groups.shared);
  const lines = events
    .map(readLine)
    .filter(({ timestampMs }) => timestampMs >= window.startMs && timestampMs < window.endMs)
    .filter((line) => given !== undefined || isWanted(line, filter, shared.has(line.group)));
  const isFull = events.length + invalid > limit;
  const matched = answer.results.statistics?.recordsMatched ?? undefined;
  const cut = cutLines(lines, { isFull, keep, limit, matched, window });
  return {
    lines: cut.lines,
    gaps: [...stateGaps(answer, query), ...cut.gaps, ...invalidGap(invalid)],
    text: toProvenance(text, names, answer.results),
    language: 'cwli',
  };
}

/** Rows are lists of fields, without those that a line lacks. */
function toEvents(
  { results }: QueryResults,
  groups: readonly string[],
): { readonly events: readonly LogEvent[]; readonly invalid: number } {
  const events: LogEvent[] = [];
  let invalid = 0;
  for (const row of results ?? []) {
    const fields = new Map(row.map(({ field, value }) => [field, value ?? ''] as const));
    const timestampMs = parseTime(fields.get('@timestamp') ?? '');
    const message = fields.get('@message');
    if (Number.isNaN(timestampMs) || message === undefined) invalid += 1;
    else {
      const stream = fields.get('@logStream') ?? '';
      events.push({ timestampMs, message, stream, group: toGroup(fields.get('@log') ?? '', groups) });
    }
  }
  return { events, invalid };
}

/** `2026-08-24 10:02:11.123` is UTC; a parser would take it for local time. */
function parseTime(text: string): number {
  if (/^\d{13}$/.test(text)) return Number(text);
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(text) ? Date.parse(`${text.replace(' ', 'T')}Z`) : Number.NaN;
}

/** `@log` is `ACCOUNT:NAME`. */
function toGroup(log: string, groups: readonly string[]): string {
  const name = log.slice(log.indexOf(':') + 1);
  // Across accounts groups are asked for by ARN.
  return groups.find((group) => group === name || group.replace(/:\*$/, '').endsWith(`:${name}`)) ?? name;
}

function stateGaps({ state }: InsightsAnswer, { keep, window }: InsightsQuery): readonly Gap[] {
  switch (state) {
    case 'partial':
      return [
        { reason: 'deadline', window, detail: `the query still ran: lines found until then, ${keep} first` },
      ];
    case 'broken':
      return [{ reason: 'page-failure', window, detail: 'the query’s results could not be read to the end' }];
    case 'timeout':
      return [{ reason: 'vendor-timeout', window, detail: 'CloudWatch ended the query after its own limit' }];
    case 'cancelled':
      return [{ reason: 'page-failure', window, detail: 'the query was stopped by somebody else' }];
    case 'outside':
      return [{ reason: 'retention', window, detail: 'before the log group, or beyond what it keeps' }];
    default:
      return [];
  }
}

function invalidGap(invalid: number): readonly Gap[] {
  if (invalid === 0) return [];
  const detail = 'rows without @timestamp or @message';
  return [{ reason: 'invalid-item', missing: { count: invalid, exact: true }, detail }];
}

/** What it scanned is what it cost; comments may stand in a query. */
function toProvenance(text: string, groups: readonly string[], { statistics }: QueryResults): string {
  const scanned = statistics?.bytesScanned ?? undefined;
  const cost = scanned === undefined ? '' : `, scanned ${(scanned / 1_000_000).toFixed(1)} MB`;
  return `# log groups ${groups.join(', ')}${cost}\n${text}`;
}
