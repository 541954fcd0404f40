import { jsonResponse, textResponse } from '../http/response.js';
import { readParameters } from '../prometheus/prometheus-parameters.js';
import type { Matcher } from '../prometheus/promql-ast.js';
import { labelKey, type ResultSeries, type Steps, stepTime } from '../prometheus/promql-value.js';
import { sampleText } from '../prometheus/sample-text.js';
import type { LogEntry, LokiStore, NanoWindow } from './log-entries.js';
import { evaluateMetric } from './log-metrics.js';
import { allLabels, type ProcessedEntry, runPipeline } from './log-pipeline.js';
import { type LogPipeline, LogqlError, type MetricExpression } from './logql-ast.js';
import { parseLogql, parseLogqlSelector } from './logql-parser.js';
import {
  checkLength,
  parseDirection,
  parseEntryLimit,
  parseStepParameter,
  parseTimeParameter,
  parseWindow,
} from './loki-parameters.js';
import { queryStatistics } from './loki-stats.js';

const JSON_TYPE = 'application/json; charset=UTF-8';
const BUILD_INFO = {
  version: '3.7.6',
  revision: 'simulated',
  branch: 'release-3.7.x',
  buildUser: '',
  buildDate: '',
  goVersion: '',
};

/** The HTTP API of a Loki 3.7 without tenants that has received the shop's lines until the world's now. */
export function createLokiApi(store: LokiStore): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/ready') return textResponse(200, 'ready\n');
    const path = /^\/loki\/api\/v1\/(.+)$/.exec(pathname)?.[1];
    if (request.method !== 'GET' && request.method !== 'POST') return textResponse(405, '');
    try {
      const parameters = await readParameters(request);
      const categorize = (request.headers.get('x-loki-response-encoding-flags') ?? '').includes(
        'categorize-labels',
      );
      return answer(path, parameters, store, categorize) ?? textResponse(404, '404 page not found\n');
    } catch (error) {
      if (error instanceof LogqlError) return textResponse(error.status, error.message);
      throw error;
    }
  };
}

function answer(
  path: string | undefined,
  parameters: URLSearchParams,
  store: LokiStore,
  categorize: boolean,
): Response | undefined {
  const label = /^label\/([^/]+)\/values$/.exec(path ?? '')?.[1];
  if (label !== undefined) return listValues(decodeURIComponent(label), parameters, store);
  switch (path) {
    case 'query_range':
      return queryRange(parameters, store, categorize);
    case 'query':
      return queryInstant(parameters, store);
    case 'labels':
      return listNames(parameters, store);
    case 'series':
      return listStreams(parameters, store);
    case 'index/stats':
      return countStreams(parameters, store);
    case 'status/buildinfo':
      return jsonResponse(200, BUILD_INFO);
    default:
      return undefined;
  }
}

function success(data?: unknown): Response {
  return jsonResponse(200, { status: 'success', ...(data !== undefined && { data }) }, JSON_TYPE);
}

function queryRange(parameters: URLSearchParams, store: LokiStore, categorize: boolean): Response {
  const window = parseWindow(parameters, store.nowNanos);
  checkLength(window);
  const limit = parseEntryLimit(parameters);
  const direction = parseDirection(parameters);
  const stepMs = parseStepParameter(parameters, window);
  const parsed = parseLogql(parameters.get('query') ?? '');
  if (parsed.kind === 'metric') return metricRange(parsed.expression, window, stepMs, store);
  return logRange(parsed.pipeline, window, limit, direction === 'backward', store, categorize);
}

function logRange(
  pipeline: LogPipeline,
  window: NanoWindow,
  limit: number,
  newestFirst: boolean,
  store: LokiStore,
  categorize: boolean,
): Response {
  const read = { lines: 0, bytes: 0 };
  const streams = new Map<string, { stream: ReadonlyMap<string, string>; values: unknown[] }>();
  let returned = 0;
  for (const processed of runPipeline(
    pipeline,
    counted(store.read(window, pipeline.matchers, newestFirst), read),
  )) {
    if (returned === limit) break;
    returned += 1;
    const stream = categorize ? processed.stream : allLabels(processed);
    const key = labelKey(stream);
    const group = streams.get(key) ?? { stream, values: [] };
    streams.set(key, group);
    group.values.push(toValue(processed, categorize));
  }
  const result = [...streams.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { stream, values }]) => ({ stream: Object.fromEntries(stream), values }));
  return success({
    resultType: 'streams',
    ...(categorize && { encodingFlags: ['categorize-labels'] }),
    result,
    stats: queryStatistics(returned, read.lines, read.bytes),
  });
}

function* counted(entries: Iterable<LogEntry>, read: { lines: number; bytes: number }): Iterable<LogEntry> {
  for (const entry of entries) {
    read.lines += 1;
    read.bytes += entry.line.length;
    yield entry;
  }
}

function toValue({ entry, metadata, parsed }: ProcessedEntry, categorize: boolean): unknown[] {
  const value: unknown[] = [String(entry.nanos), entry.line];
  if (categorize) {
    value.push({
      ...(metadata.size > 0 && { structuredMetadata: Object.fromEntries(metadata) }),
      ...(parsed.size > 0 && {
        parsed: Object.fromEntries([...parsed].sort(([left], [right]) => (left < right ? -1 : 1))),
      }),
    });
  }
  return value;
}

/** Start is floored and end ceiled to a multiple of the step, as Loki does. */
function metricRange(
  expression: MetricExpression,
  window: NanoWindow,
  stepMs: number,
  store: LokiStore,
): Response {
  const startMs = Math.floor(Number(window.start) / 1e6 / stepMs) * stepMs;
  const endMs = Math.ceil(Number(window.end) / 1e6 / stepMs) * stepMs;
  const steps: Steps = { startMs, stepMs, count: Math.round((endMs - startMs) / stepMs) + 1 };
  const result = evaluateMetric(store, expression, steps)
    .map((series) => ({ metric: Object.fromEntries(series.labels), values: pointsOf(series, steps) }))
    .filter(({ values }) => values.length > 0);
  return success({ resultType: 'matrix', result, stats: queryStatistics(result.length, 0, 0) });
}

function pointsOf(series: ResultSeries, steps: Steps): [number, string][] {
  const points: [number, string][] = [];
  for (let step = 0; step < steps.count; step += 1) {
    if (series.present[step] === 1)
      points.push([stepTime(steps, step) / 1000, sampleText(series.values[step] ?? 0)]);
  }
  return points;
}

function queryInstant(parameters: URLSearchParams, store: LokiStore): Response {
  const parsed = parseLogql(parameters.get('query') ?? '');
  if (parsed.kind === 'log') {
    throw new LogqlError(
      'log queries are not supported as an instant query type, please change your query to a range query type',
    );
  }
  const atMs = Number(parseTimeParameter(parameters, store.nowNanos)) / 1e6;
  const series = evaluateMetric(store, parsed.expression, { startMs: atMs, stepMs: 1, count: 1 });
  const result = series
    .filter((one) => one.present[0] === 1)
    .map((one) => ({
      metric: Object.fromEntries(one.labels),
      value: [atMs / 1000, sampleText(one.values[0] ?? 0)],
    }));
  return success({ resultType: 'vector', result, stats: queryStatistics(result.length, 0, 0) });
}

/** Streams inside the window that satisfy any of the selectors. */
function streamsInside(
  parameters: URLSearchParams,
  store: LokiStore,
  selectors: readonly (readonly Matcher[])[],
): readonly ReadonlyMap<string, string>[] {
  const streams = store.streams(parseWindow(parameters, store.nowNanos));
  return streams.filter((stream) =>
    selectors.some((matchers) =>
      matchers.every((matcher) => matcher.matches(stream.get(matcher.label) ?? '')),
    ),
  );
}

function selectorOf(parameters: URLSearchParams): readonly (readonly Matcher[])[] {
  const query = parameters.get('query');
  return [query === null || query === '' ? [] : parseLogqlSelector(query)];
}

function listNames(parameters: URLSearchParams, store: LokiStore): Response {
  const names = streamsInside(parameters, store, selectorOf(parameters)).flatMap((stream) => [
    ...stream.keys(),
  ]);
  return sortedList(names);
}

function listValues(label: string, parameters: URLSearchParams, store: LokiStore): Response {
  const streams = streamsInside(parameters, store, selectorOf(parameters));
  return sortedList(streams.flatMap((stream) => stream.get(label) ?? []));
}

function sortedList(values: readonly string[]): Response {
  const sorted = [...new Set(values)].sort();
  return sorted.length === 0 ? success() : success(sorted);
}

function listStreams(parameters: URLSearchParams, store: LokiStore): Response {
  const matches = parameters.getAll('match[]');
  const selectors = matches.length === 0 ? [[]] : matches.map((match) => parseLogqlSelector(match));
  const streams = streamsInside(parameters, store, selectors);
  return success(streams.map((stream) => Object.fromEntries(stream)));
}

function countStreams(parameters: URLSearchParams, store: LokiStore): Response {
  const matchers = parseLogqlSelector(parameters.get('query') ?? '');
  const window = parseWindow(parameters, store.nowNanos);
  const streams = new Set<ReadonlyMap<string, string>>();
  let [entries, bytes] = [0, 0];
  for (const entry of store.read(window, matchers, false)) {
    streams.add(entry.stream);
    entries += 1;
    bytes += entry.line.length;
  }
  return jsonResponse(200, { streams: streams.size, chunks: streams.size, bytes, entries }, JSON_TYPE);
}
