import { type CallContextV1, ConnectorError, type Gap, type TimeWindow } from '@midwatch/core';
import type { AwsApi } from './aws-api.js';
import { eventSchema, filteredEventsSchema } from './cloudwatch-schema.js';
import { toFilterPattern } from './filter-pattern.js';
import type { InsightsQuery } from './insights-query.js';
import { isWanted, type LineFilter } from './line-filter.js';
import { type LogLine, readLine } from './log-line.js';
import { cutLines, failureGap, type LinesRead, repeatGap, settleReads } from './read-lines.js';

/** Each group is a series of requests, of which an account has few a second. */
export const MAX_FILTERED_GROUPS = 5;
const MAX_PAGES = 20;
/** Before it, only the oldest first. */
const DESCENDING_SINCE_MS = Date.UTC(2024, 0, 1);

interface GroupRead {
  readonly lines: readonly LogLine[];
  readonly gaps: readonly Gap[];
  /** There is a next page that was not read. */
  readonly isFull: boolean;
}

/** Lines by FilterLogEvents, one group after the other side by side. */
export async function readFiltered(
  api: AwsApi<'logs'>,
  query: InsightsQuery,
  call: CallContextV1,
): Promise<LinesRead> {
  const { filter, groups, keep, limit, window } = query;
  const pattern = toFilterPattern(filter);
  const all = [
    ...groups.own.map((name) => ({ name, isShared: false })),
    ...groups.shared.map((name) => ({ name, isShared: true })),
  ];
  const asked = all.slice(0, MAX_FILTERED_GROUPS);
  const reads = asked.map((group) => ({ window, read: readGroup(api, group, query, pattern, call) }));
  const { done, gaps } = await settleReads(reads);
  const isFull = done.some((one) => one.isFull);
  const cut = cutLines(
    done.flatMap(({ lines }) => lines),
    { isFull, keep, limit, window },
  );
  const left = all.length - asked.length;
  const leftGap: readonly Gap[] =
    left === 0
      ? []
      : [
          {
            reason: 'unmapped-target',
            missing: { count: left, exact: true },
            detail: `FilterLogEvents is asked of ${MAX_FILTERED_GROUPS} log groups, and there are more`,
          },
        ];
  return {
    lines: cut.lines,
    gaps: [...gaps, ...done.flatMap((one) => one.gaps), ...cut.gaps, ...leftGap],
    text: toText(asked, pattern, query),
    language: 'http',
  };
}

async function readGroup(
  api: AwsApi<'logs'>,
  group: { readonly name: string; readonly isShared: boolean },
  { filter, keep, limit, window }: InsightsQuery,
  pattern: string | undefined,
  call: CallContextV1,
): Promise<GroupRead> {
  const isReverse = keep === 'newest' && window.startMs >= DESCENDING_SINCE_MS;
  const request = {
    ...(group.name.startsWith('arn:')
      ? { logGroupIdentifier: group.name.replace(/:\*$/, '') }
      : { logGroupName: group.name }),
    startTime: Math.floor(window.startMs),
    // Its end lies inside.
    endTime: Math.ceil(window.endMs) - 1,
    limit: Math.min(limit + 1, 10_000),
    // Streams come merged anyway; servers from before 2019's change want it said.
    interleaved: true,
    ...(pattern === undefined ? {} : { filterPattern: pattern }),
    ...(isReverse ? { startFromHead: false } : {}),
  };
  let lines: LogLine[] = [];
  let invalid = 0;
  let descends: boolean | undefined;
  let nextToken: string | undefined;
  const seenTokens = new Set<string>();
  const seenEvents = new Set<string>();
  const end = (isFull: boolean, gaps: readonly Gap[] = []) => ({
    lines,
    isFull,
    gaps: [...gaps, ...invalidGap(invalid)],
  });

  for (let page = 0; page < MAX_PAGES; page++) {
    let answer: {
      readonly events?: readonly unknown[] | null | undefined;
      readonly nextToken?: string | null | undefined;
    };
    try {
      const body = nextToken === undefined ? request : { ...request, nextToken };
      answer = await api.ask('FilterLogEvents', body, filteredEventsSchema, call);
    } catch (error) {
      if (page === 0 || !ConnectorError.is(error) || error.code === 'aborted') throw error;
      return end(false, [failureGap(error, window)]);
    }
    const found = toLines(answer.events ?? [], group.name, seenEvents);
    invalid += found.invalid;
    descends ??= descendsIn(found.lines, isReverse);
    lines.push(
      ...found.lines.filter((line) => isInside(line, window) && isWanted(line, filter, group.isShared)),
    );
    // Empty pages with a token are normal; a token or a page that comes again would go round for ever.
    nextToken = answer.nextToken ?? undefined;
    if (nextToken === undefined) return end(false);
    const hasOnlyKnown = found.known > 0 && found.lines.length === 0;
    if (seenTokens.has(nextToken) || hasOnlyKnown) return end(false, [repeatGap(window)]);
    seenTokens.add(nextToken);
    const isFromAskedEnd = keep === 'oldest' ? descends !== true : descends === true;
    if (lines.length > limit && isFromAskedEnd) return end(true);
    // The asked end is still to come: only the last lines can be wanted.
    if (lines.length > 2 * limit) lines = lastOf(lines, limit + 1, keep);
  }
  return end(true, [{ reason: 'row-limit', window, detail: 'more pages than are read' }]);
}

function lastOf(lines: readonly LogLine[], count: number, keep: 'newest' | 'oldest'): LogLine[] {
  const sorted = lines.toSorted((a, b) => a.timestampMs - b.timestampMs);
  return keep === 'newest' ? sorted.slice(-count) : sorted.slice(0, count);
}

/** Whether the newest come first; a server that does not know the wish begins with the oldest. */
function descendsIn(lines: readonly LogLine[], asked: boolean): boolean | undefined {
  const first = lines[0];
  const last = lines.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return first.timestampMs === last.timestampMs ? asked : first.timestampMs > last.timestampMs;
}

/** Of events that an earlier page had already none; they are added to those seen. */
function toLines(
  events: readonly unknown[],
  group: string,
  seen: Set<string>,
): { readonly lines: readonly LogLine[]; readonly invalid: number; readonly known: number } {
  const lines: LogLine[] = [];
  const ids: string[] = [];
  let invalid = 0;
  let known = 0;
  for (const event of events) {
    const parsed = eventSchema.safeParse(event);
    if (!parsed.success) {
      invalid += 1;
      continue;
    }
    const { eventId, logStreamName, message, timestamp } = parsed.data;
    const id = eventId ?? JSON.stringify([timestamp, logStreamName, message]);
    if (seen.has(id)) {
      known += 1;
      continue;
    }
    ids.push(id);
    lines.push(readLine({ timestampMs: timestamp, message, group, stream: logStreamName ?? '' }));
  }
  // Only now: within a page lines may be equal.
  for (const id of ids) seen.add(id);
  return { lines, invalid, known };
}

function isInside({ timestampMs }: LogLine, { startMs, endMs }: TimeWindow): boolean {
  return timestampMs >= startMs && timestampMs < endMs;
}

function invalidGap(invalid: number): readonly Gap[] {
  if (invalid === 0) return [];
  return [
    { reason: 'invalid-item', missing: { count: invalid, exact: true }, detail: 'events of another shape' },
  ];
}

function toText(
  groups: readonly { readonly name: string }[],
  pattern: string | undefined,
  { filter }: { readonly filter: LineFilter },
): string {
  const names = groups.map(({ name }) => name).join(', ');
  const checked = [filter.service, filter.namespace, filter.pod, filter.minLevel].filter(
    (one) => one !== undefined,
  );
  const rest = checked.length === 0 ? '' : ` # then by ${checked.join(', ')}`;
  return `FilterLogEvents ${names} filterPattern=${pattern ?? ''}${rest}`;
}
