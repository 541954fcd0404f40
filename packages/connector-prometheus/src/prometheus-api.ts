import { type CallContextV1, ConnectorError, type Gap } from '@midwatch/core';
import type { AllowedRequest, HttpClient, HttpResult, QueryParameters } from '@midwatch/core/http';
import type * as z from 'zod';
import {
  type AlertsAnswer,
  alertsSchema,
  buildInfoSchema,
  instantSchema,
  type MatrixAnswer,
  matrixSchema,
} from './prometheus-schema.js';
import type { QueryRange } from './query-range.js';

/** Everything this connector may ever call. */
export const allowedRequests: readonly AllowedRequest[] = [
  { method: 'POST', path: '/api/v1/query_range' },
  { method: 'GET', path: '/api/v1/query_range' },
  { method: 'POST', path: '/api/v1/query' },
  { method: 'GET', path: '/api/v1/query' },
  { method: 'GET', path: '/api/v1/alerts' },
  { method: 'GET', path: '/api/v1/status/buildinfo' },
];

export type MatrixSeries = NonNullable<NonNullable<MatrixAnswer['data']>['result']>[number];

export interface Matrix {
  readonly series: readonly MatrixSeries[];
  readonly gaps: readonly Gap[];
}

/** The few calls of the Prometheus HTTP API that are needed, as functions. */
export interface PrometheusApi {
  /** `limit` caps the series where the server knows how (3.x); others ignore it. */
  queryRange(
    query: string,
    range: QueryRange,
    limit: number | undefined,
    call: CallContextV1,
  ): Promise<Matrix>;
  /** Resolves when queries can be asked at all. */
  probe(call: CallContextV1): Promise<void>;
  alerts(call: CallContextV1): Promise<NonNullable<NonNullable<AlertsAnswer['data']>['alerts']>>;
  version(call: CallContextV1): Promise<string | undefined>;
}

interface Envelope {
  readonly status?: string | null | undefined;
  readonly error?: string | null | undefined;
}

export function createPrometheusApi(
  client: HttpClient,
  connectorId: string,
  tenant: string | undefined,
): PrometheusApi {
  const headers = tenant === undefined ? {} : { 'x-scope-orgid': tenant };

  /** PromQL outgrows addresses, so it goes as a form; some proxies let only GET through. */
  async function ask<T extends Envelope>(
    path: string,
    parameters: QueryParameters,
    schema: z.ZodType<T>,
    call: CallContextV1,
  ): Promise<T> {
    // 422: the query failed, by its own fault or for lack of time; only the body tells which.
    const common = { path, schema, headers, acceptStatus: [422] };
    let result: HttpResult<T>;
    try {
      result = await client.request({ method: 'POST', form: parameters, ...common }, call);
    } catch (error) {
      if (!ConnectorError.is(error) || error.status !== 405) throw error;
      result = await client.request({ method: 'GET', query: parameters, ...common }, call);
    }
    if (result.body.status !== 'error') return result.body;
    const ranOut = /deadline exceeded|timed out|context canceled/i.test(result.body.error ?? '');
    throw new ConnectorError({
      code: ranOut ? 'timeout' : 'bad-query',
      connectorId,
      message: `${ranOut ? 'the query ran out of time' : 'the query failed'}, HTTP ${result.status} for ${path}`,
      status: result.status,
    });
  }

  const withoutData = (path: string) =>
    new ConnectorError({ code: 'bad-response', connectorId, message: `no data in the answer of ${path}` });

  return {
    async queryRange(query, { startMs, endMs, stepMs }, limit, call) {
      const path = '/api/v1/query_range';
      const parameters = { query, start: startMs / 1000, end: endMs / 1000, step: stepMs / 1000, limit };
      const body = await ask(path, parameters, matrixSchema, call);
      if (body.data === undefined || body.data === null) throw withoutData(path);
      return { series: body.data.result ?? [], gaps: partialGaps(body) };
    },
    async probe(call) {
      const body = await ask('/api/v1/query', { query: 'vector(1)' }, instantSchema, call);
      if (body.data === undefined || body.data === null) throw withoutData('/api/v1/query');
    },
    async alerts(call) {
      const path = '/api/v1/alerts';
      const { body } = await client.request({ method: 'GET', path, schema: alertsSchema, headers }, call);
      if (body.data === undefined || body.data === null) throw withoutData(path);
      return body.data.alerts ?? [];
    },
    async version(call) {
      const path = '/api/v1/status/buildinfo';
      const result = await client.request({ method: 'GET', path, schema: buildInfoSchema, headers }, call);
      // VictoriaMetrics says 2.24.0 here, whatever its own version is.
      if (result.headers.has('x-server-hostname')) return undefined;
      return result.body.data?.version ?? undefined;
    },
  };
}

/** What an answer with status 200 says it does not hold. Remarks on the query itself (`PromQL info`) are no loss. */
function partialGaps(body: MatrixAnswer): readonly Gap[] {
  const warnings = (body.warnings ?? []).filter((text) => !/^PromQL (?:info|warning)/.test(text));
  const cut = warnings.some((text) => /truncated due to limit/i.test(text));
  const partial = body.isPartial === true || warnings.some((text) => !/truncated due to limit/i.test(text));
  return [
    ...(cut ? [{ reason: 'row-limit' as const, missing: { count: 1, exact: false } }] : []),
    ...(partial ? [{ reason: 'shard-failure' as const, detail: 'a part of the store did not answer' }] : []),
  ];
}
