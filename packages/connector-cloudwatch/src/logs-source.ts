import {
  type CallContextV1,
  ConnectorError,
  type FetchLike,
  type Gap,
  type Provenance,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  type TimeWindow,
  toQueryId,
} from '@midwatch/core';
import * as z from 'zod';
import type { AwsApi } from './aws-api.js';
import { AwsError } from './aws-error.js';
import type { InsightsQuery } from './insights-query.js';
import { defaultServiceFields, type LineFilter, namespaceOf, serviceIn } from './line-filter.js';
import { isGroupNamePart } from './log-group-names.js';
import { groupGaps, type LogGroupFinder, type LogGroups } from './log-groups.js';
import { type LogLine, toLogSignals } from './log-line.js';
import { MAX_FILTERED_GROUPS, readFiltered } from './read-filtered.js';
import { readInsights } from './read-insights.js';
import { type LinesRead, settleReads } from './read-lines.js';

type LogsQuery = SignalQueryByKind['logs'];

/** How log lines are read; `auto` is Insights, and FilterLogEvents when Insights has no place left. */
export type LogsApi = 'auto' | 'insights' | 'filter-log-events';

export interface LogsSourceOptions {
  readonly connectorId: string;
  readonly api: AwsApi<'logs'>;
  readonly fetch: FetchLike | undefined;
  readonly finder: LogGroupFinder;
  readonly logsApi: LogsApi;
  readonly serviceFields: readonly string[] | undefined;
  readonly covers: { readonly environment?: string; readonly cluster?: string } | undefined;
  readonly linkTo: ((text: string, groups: readonly string[], window: TimeWindow) => string) | undefined;
}

/** One below the 10,000 rows of an answer, since one line more than wanted is asked for. */
const MAX_ITEMS = 9999;
/** A window that is spread over is read in so many parts, each from its start. */
const SLICES = 4;
const MAX_TRACE_IDS = 200;

/** `native: { cloudwatch: { query: 'fields @timestamp, @message | filter status >= 500', logGroups: ['/ecs/checkout'] } }`. */
const nativeSchema = z.object({
  query: z.string().min(1),
  logGroups: z.array(z.string().min(1)).max(50).optional(),
});

export function createLogsSource(options: LogsSourceOptions): SignalSourceV1<'logs'> {
  const { api, connectorId, fetch, finder, linkTo, logsApi } = options;
  const serviceFields = options.serviceFields ?? defaultServiceFields;

  async function read(
    query: InsightsQuery,
    given: string | undefined,
    call: CallContextV1,
  ): Promise<LinesRead> {
    if (given === undefined && logsApi === 'filter-log-events') return readFiltered(api, query, call);
    try {
      return await readInsights({ api, connectorId, fetch }, { ...query, given }, call);
    } catch (error) {
      const count = query.groups.own.length + query.groups.shared.length;
      const hasNoPlace = error instanceof AwsError && error.awsName === 'LimitExceededException';
      if (!hasNoPlace || logsApi !== 'auto' || given !== undefined || count > MAX_FILTERED_GROUPS)
        throw error;
      return readFiltered(api, query, call);
    }
  }

  async function doQuery(query: LogsQuery, call: CallContextV1): Promise<SignalBatchV1<'logs'>> {
    const { window, target } = query;
    const limit = Math.min(query.limit, MAX_ITEMS);
    const native = parseNative(query.native?.[connectorId], connectorId);
    const groups = await findGroups(finder, query, native?.logGroups, call);
    const provenance = new Map<string, Provenance>();
    const record = (language: string, text: string) => {
      const queryId = toQueryId(connectorId, text.replace(/^#.*\n/, ''), window);
      const names = [...groups.own, ...groups.shared];
      const url = language === 'cwli' && linkTo !== undefined ? { url: linkTo(text, names, window) } : {};
      provenance.set(queryId, { queryId, language, text, window, ...url });
      return queryId;
    };
    const { filter, gaps } = toFilter(query, serviceFields);
    if (
      groups.own.length + groups.shared.length === 0 ||
      (query.traceIds !== undefined && filter.traceIds.length === 0)
    ) {
      record('http', groups.lookup);
      return { signals: [], gaps: [...gaps, ...groupGaps(groups)], provenance: [...provenance.values()] };
    }

    const slices = query.keep === 'spread' ? toSlices(window, limit) : [{ window, limit }];
    const keep = query.keep === 'newest' ? 'newest' : 'oldest';
    const reads = await settleReads(
      slices.map((slice) => ({
        window: slice.window,
        read: read({ ...slice, groups, keep, filter }, native?.query, call),
      })),
    );
    const queryIds = new Map<LogLine, string>();
    const lines: LogLine[] = [];
    for (const one of reads.done) {
      const queryId = record(one.language, one.text);
      for (const line of one.lines) {
        queryIds.set(line, queryId);
        lines.push(line);
      }
    }
    // What passed the filter is of the service asked for, whichever field says so; a given query has no filter.
    const asked = native === undefined ? target.service : undefined;
    const signals = toLogSignals(
      lines.toSorted((a, b) => a.timestampMs - b.timestampMs),
      {
        connectorId,
        queryIdOf: (line) => queryIds.get(line) ?? '',
        serviceOf: (line) => asked ?? serviceIn(line, serviceFields) ?? finder.ownerOf(line.group),
      },
    );
    return {
      signals,
      gaps: [
        ...gaps,
        ...groupGaps(groups),
        ...placeGaps(query, groups, lines, options.covers),
        ...levelGap(query, lines),
        ...reads.done.flatMap((one) => one.gaps),
        ...reads.gaps,
      ],
      provenance: [...provenance.values()],
    };
  }

  return { limits: { maxItems: MAX_ITEMS }, doQuery };
}

function parseNative(native: unknown, connectorId: string): z.infer<typeof nativeSchema> | undefined {
  if (native === undefined) return undefined;
  const parsed = nativeSchema.safeParse(native);
  if (parsed.success) return parsed.data;
  const message = '`native` must be { query: Logs Insights text, logGroups?: names }';
  throw new ConnectorError({ code: 'bad-query', connectorId, message });
}

const none: LogGroups = { own: [], shared: [], left: 0, lookup: 'no log group can have this name', gaps: [] };

async function findGroups(
  finder: LogGroupFinder,
  { target }: LogsQuery,
  given: readonly string[] | undefined,
  call: CallContextV1,
): Promise<LogGroups> {
  if (given !== undefined) return { own: given, shared: [], left: 0, lookup: 'native', gaps: [] };
  if (target.service !== undefined && !isGroupNamePart(target.service)) return none;
  return finder.find(target, call);
}

function toFilter(
  { contains = [], minLevel, target, traceIds }: LogsQuery,
  serviceFields: readonly string[],
): { readonly filter: LineFilter; readonly gaps: readonly Gap[] } {
  const given = [...new Set(traceIds?.map((id) => id.toLowerCase()))];
  const valid = given.filter((id) => /^[0-9a-f]{32}$/.test(id));
  const ids = valid.slice(0, MAX_TRACE_IDS);
  const gaps: Gap[] = [];
  if (ids.length < given.length) {
    const detail = `trace ids that are none, or more than ${MAX_TRACE_IDS}`;
    gaps.push({
      reason: 'unsupported-filter',
      missing: { count: given.length - ids.length, exact: true },
      detail,
    });
  }
  if (target.operation !== undefined) {
    gaps.push({ reason: 'unsupported-filter', detail: 'log lines do not tell their operation' });
  }
  const { namespace, pod, service } = target;
  return { filter: { service, serviceFields, namespace, pod, minLevel, contains, traceIds: ids }, gaps };
}

/** Parts of whole seconds, since that is what Insights scans by. */
function toSlices(
  window: TimeWindow,
  limit: number,
): readonly { readonly window: TimeWindow; readonly limit: number }[] {
  const seconds = Math.floor((window.endMs - window.startMs) / 1000 / SLICES);
  if (seconds < 1 || limit < SLICES) return [{ window, limit }];
  return Array.from({ length: SLICES }, (_, index) => ({
    limit: Math.floor((limit + SLICES - 1 - index) / SLICES),
    window: {
      startMs: window.startMs + index * seconds * 1000,
      endMs: index === SLICES - 1 ? window.endMs : window.startMs + (index + 1) * seconds * 1000,
    },
  }));
}

/** What of the target's place neither the groups' names nor the lines tell: lines of others may be in the answer. */
function placeGaps(
  { target }: LogsQuery,
  groups: LogGroups,
  lines: readonly LogLine[],
  covers: LogsSourceOptions['covers'],
): readonly Gap[] {
  const names = [...groups.own, ...groups.shared];
  const isTold = (value: string) => names.every((name) => name.includes(value));
  const untold = (['cluster', 'environment'] as const).filter((field) => {
    const value = target[field];
    return value !== undefined && covers?.[field] !== value && !isTold(value);
  });
  const { namespace } = target;
  const hasUntoldNamespace =
    namespace !== undefined && !isTold(namespace) && lines.some((line) => namespaceOf(line) === undefined);
  return [...untold, ...(hasUntoldNamespace ? ['namespace'] : [])].map((field) => ({
    reason: 'unmapped-target',
    detail: `neither log groups nor lines tell the ${field}: lines of others may be among them`,
  }));
}

function levelGap({ minLevel }: LogsQuery, lines: readonly LogLine[]): readonly Gap[] {
  if (minLevel === undefined || minLevel === 'trace') return [];
  if (lines.every(({ level }) => level !== undefined)) return [];
  return [
    { reason: 'unsupported-filter', detail: `lines without a level: chosen by words such as ${minLevel}` },
  ];
}
