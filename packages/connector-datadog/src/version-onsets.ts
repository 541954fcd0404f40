import { type CallContextV1, ConnectorError, type Gap, type Target, type TimeWindow } from '@midwatch/core';
import type { DatadogApi } from './datadog-api.js';
import { readMetricNames } from './metric-names.js';
import { toScope } from './metric-scope.js';
import { toMetricSignals } from './metric-signals.js';
import { entriesOf } from './request-queries.js';
import type { RoleQuery } from './role-query.js';
import { toTagValue } from './search-text.js';
import { toTimeseriesRequest } from './timeseries-request.js';

/** When a service first answered requests with a version that was not there before. */
export interface VersionOnset {
  readonly service: string;
  readonly version: string;
  /** The version that answered most requests until then. */
  readonly previousVersion: string;
  readonly timestampMs: number;
}

export interface VersionOnsets {
  readonly onsets: readonly VersionOnset[];
  readonly gaps: readonly Gap[];
  /** Absent when no service has trace metrics. */
  readonly query: RoleQuery | undefined;
  /** Services tell their version, so that none new is an answer. */
  readonly isTold: boolean;
}

const nothing = { onsets: [], query: undefined, isTold: false } as const;
const MAX_OPERATIONS = 3;
/** Until one version has gone quiet, the next one's first requests may take so many intervals. */
const INTERVALS_BEFORE = 3;

/**
 * Deployment tracking without an event: trace metrics carry the version of unified service tagging, so the first requests of
 * a version tell when it went out. https://docs.datadoghq.com/tracing/services/deployment_tracking/
 */
export async function readVersionOnsets(
  { api, operationName }: { readonly api: DatadogApi; readonly operationName: string | undefined },
  { target, window }: { readonly target: Target; readonly window: TimeWindow },
  call: CallContextV1,
): Promise<VersionOnsets> {
  try {
    const tags = target.service === undefined ? undefined : `service:${toTagValue(target.service)}`;
    const { gaps, names } =
      operationName === undefined ? await readMetricNames(api, tags, call) : { gaps: [], names: [] };
    const operations = entriesOf(names, operationName).slice(0, MAX_OPERATIONS);
    const queries = operations.map((operation) => toVersionQuery(operation, target));
    if (queries.length === 0) return { ...nothing, gaps };
    const answer = await api.timeseries(toTimeseriesRequest(queries, window, undefined), call);
    const frame = { connectorId: '', window, service: target.service, record: () => '' };
    const series = toMetricSignals([{ queries, answer }], frame).flatMap(
      ({ attributes, points, service }) => {
        const { version } = attributes;
        const seen = points.filter(([, count]) => count > 0);
        return service === undefined || version === undefined || seen.length === 0
          ? []
          : [{ service, version: String(version), points: seen }];
      },
    );
    const times = answer.times ?? [];
    const intervalMs = Math.max((times[1] ?? 0) - (times[0] ?? 0), 1);
    const [query] = queries;
    return {
      onsets: findOnsets(series, times[0] ?? 0, intervalMs),
      gaps,
      query,
      isTold: series.length > 0,
    };
  } catch (error) {
    if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
    const reason = error.code === 'timeout' ? 'deadline' : 'page-failure';
    const detail = `versions in trace metrics were not read: ${error.code}`;
    return { ...nothing, gaps: [{ reason, window, detail }] };
  }
}

function toVersionQuery(operation: string, target: Target): RoleQuery {
  const name = `trace.${operation}.hits`;
  const scope = toScope(target, 'service', true);
  const queries = { a: `sum:${name}{${scope}} by {service,version}.as_count()` };
  return { name, role: undefined, queries, formula: 'a', unit: '1', type: 'gauge' };
}

interface VersionSeries {
  readonly service: string;
  readonly version: string;
  readonly points: readonly (readonly [number, number])[];
}

/** A version is new where another one answered just before; without that, or at the very beginning, it may only have been quiet. */
function findOnsets(
  series: readonly VersionSeries[],
  beginMs: number,
  intervalMs: number,
): readonly VersionOnset[] {
  return series.flatMap(({ points, service, version }) => {
    const timestampMs = points[0]?.[0] ?? 0;
    const since = timestampMs - INTERVALS_BEFORE * intervalMs;
    if (since < beginMs) return [];
    const before = series
      .filter((other) => other.service === service && other.version !== version)
      .map((other) => ({
        version: other.version,
        requests: other.points.reduce(
          (sum, [atMs, count]) => (atMs >= since && atMs < timestampMs ? sum + count : sum),
          0,
        ),
      }))
      .filter(({ requests }) => requests > 0)
      .sort((one, other) => other.requests - one.requests || (one.version < other.version ? -1 : 1));
    const [previous] = before;
    return previous === undefined
      ? []
      : [{ service, version, previousVersion: previous.version, timestampMs }];
  });
}
