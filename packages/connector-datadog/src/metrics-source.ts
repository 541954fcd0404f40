import {
  type CallContextV1,
  ConnectorError,
  type Gap,
  type MetricRole,
  metricRoles,
  type Provenance,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  type TimeWindow,
  toQueryId,
} from '@midwatch/core';
import { findMetrics } from './metric-discovery.js';
import { type Answered, toMetricSignals } from './metric-signals.js';
import { toOwnQueries, toRawQueries, toRoleQueries } from './role-queries.js';
import { type DatadogRoleQuery, type RoleQuery, toQueryText } from './role-query.js';
import { unaskedLabelGaps } from './search-text.js';
import type { SourceScope } from './source-scope.js';
import { toTimeseriesRequest } from './timeseries-request.js';

type MetricsQuery = SignalQueryByKind['metrics'];

export interface MetricsSourceOptions extends SourceScope {
  readonly roleQueries: Readonly<Partial<Record<MetricRole, DatadogRoleQuery>>>;
  readonly operationName: string | undefined;
}

const MAX_ITEMS = 2000;
/** So many roles share a request: few requests, and one query that is refused does not take all roles along. */
const ROLES_PER_REQUEST = 6;

/** Looks which metrics the target has, then asks for all roles in two or three requests. */
export function createMetricsSource(options: MetricsSourceOptions): SignalSourceV1<'metrics'> {
  const { api, connectorId, links, operationName, roleQueries } = options;

  async function doQuery(query: MetricsQuery, call: CallContextV1): Promise<SignalBatchV1<'metrics'>> {
    const { window } = query;
    const limit = Math.min(query.limit, MAX_ITEMS);
    const provenance = new Map<string, Provenance>();
    const record = (one: RoleQuery): string => {
      const text = toQueryText(one);
      const queryId = toQueryId(connectorId, text, window);
      const url = links.toMetric(Object.values(one.queries)[0] ?? '', window);
      provenance.set(queryId, { queryId, language: 'datadog-metrics', text, window, url });
      return queryId;
    };
    const { queries, gaps } = await toQueries(query, call);
    const { answered, failed } = await ask(queries, query, call);
    for (const one of queries) record(one);
    if (queries.length === 0) {
      const text = `GET /api/v2/metrics?filter[tags]=service:${query.target.service ?? '*'}`;
      const queryId = toQueryId(connectorId, text, window);
      provenance.set(queryId, { queryId, language: 'http', text, window });
    }
    const { service } = query.target;
    const mapped = toMetricSignals(answered, { connectorId, window, service, record });
    const cut = mapped.length - limit;
    const unmapped = mapped.length === 0 && failed.length === 0 ? unmappedGaps(query, queries) : [];
    return {
      signals: mapped.slice(0, limit).toSorted((one, other) => one.timestampMs - other.timestampMs),
      gaps: [
        ...gaps,
        ...failed,
        ...unmapped,
        ...unaskedLabelGaps(query.target),
        ...(query.target.operation === undefined ? [] : [operationGap]),
        ...(cut > 0 ? [{ reason: 'row-limit' as const, missing: { count: cut, exact: true } }] : []),
      ],
      provenance: [...provenance.values()],
    };
  }

  async function toQueries(
    { names, roles, target }: MetricsQuery,
    call: CallContextV1,
  ): Promise<{ readonly queries: readonly RoleQuery[]; readonly gaps: readonly Gap[] }> {
    const raw = toRawQueries(names ?? [], target);
    if (names !== undefined && roles === undefined) return { queries: raw, gaps: [] };
    const wanted = new Set(roles ?? metricRoles);
    const own = toOwnQueries(roleQueries, { target, roles: wanted });
    for (const { role } of own) if (role !== undefined) wanted.delete(role);
    if (wanted.size === 0) return { queries: [...raw, ...own], gaps: [] };
    const found = await findMetrics(api, target.service, call);
    const byConvention = toRoleQueries({ target, found, roles: wanted, operation: operationName });
    return { queries: [...raw, ...own, ...byConvention], gaps: found.gaps };
  }

  async function ask(
    queries: readonly RoleQuery[],
    { stepMs, window }: MetricsQuery,
    call: CallContextV1,
  ): Promise<{ readonly answered: readonly Answered[]; readonly failed: readonly Gap[] }> {
    const batches: (readonly RoleQuery[])[] = [];
    for (let start = 0; start < queries.length; start += ROLES_PER_REQUEST) {
      batches.push(queries.slice(start, start + ROLES_PER_REQUEST));
    }
    const settled = await Promise.allSettled(
      batches.map((batch) => api.timeseries(toTimeseriesRequest(batch, window, stepMs), call)),
    );
    const answered: Answered[] = [];
    const failed: Gap[] = [];
    for (const [index, result] of settled.entries()) {
      const batch = batches[index] ?? [];
      if (result.status === 'fulfilled') answered.push({ queries: batch, answer: result.value });
      else failed.push(toFailedGap(result.reason, batch, window));
    }
    const failure = settled.find((result) => result.status === 'rejected');
    if (answered.length === 0 && failure !== undefined) throw failure.reason;
    return { answered, failed };
  }

  return { limits: { maxItems: MAX_ITEMS }, doQuery };
}

const operationGap: Gap = {
  reason: 'unsupported-filter',
  detail: 'metrics are those of the whole service, not of one operation',
};

/** Nothing at all is no answer where the service has no metric that is known, or none with the tags of its place. */
function unmappedGaps({ target }: MetricsQuery, queries: readonly RoleQuery[]): Gap[] {
  if (target.service === undefined) return [];
  if (queries.length === 0) {
    return [{ reason: 'unmapped-target', detail: 'no metric with a known name is tagged with this service' }];
  }
  const hasPlace = [target.environment, target.namespace, target.cluster].some(
    (place) => place !== undefined,
  );
  if (!hasPlace) return [];
  return [
    {
      reason: 'unmapped-target',
      detail: 'no points with the tags of this environment, namespace and cluster',
    },
  ];
}

function toFailedGap(error: unknown, batch: readonly RoleQuery[], window: TimeWindow): Gap {
  if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
  const subject = [...new Set(batch.map(({ name, role }) => role ?? name))].join(', ');
  const reason =
    error.code === 'timeout' ? 'deadline' : error.code === 'too-large' ? 'byte-limit' : 'page-failure';
  return { reason, window, detail: `${subject}: ${error.code}` };
}
