import { type CallContextV1, ConnectorError, type Gap, type TimeWindow } from '@midwatch/core';
import type { AllowedRequest, HttpClient, HttpResult, QueryParameters } from '@midwatch/core/http';
import type * as z from 'zod';
import { partialGaps } from './partial-answer.js';
import {
  type AlertsAnswer,
  alertsSchema,
  buildInfoSchema,
  instantSchema,
  labelNamesSchema,
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
  { method: 'GET', path: '/api/v1/labels' },
  { method: 'GET', path: '/api/v1/alerts' },
  { method: 'GET', path: '/api/v1/status/buildinfo' },
];

export type MatrixSeries = NonNullable<NonNullable<MatrixAnswer['data']>['result']>[number];

export interface Matrix {
  readonly series: readonly MatrixSeries[];
  readonly gaps: readonly Gap[];
}

export interface Alerts {
  readonly alerts: NonNullable<NonNullable<AlertsAnswer['data']>['alerts']>;
  /** VictoriaMetrics answers without alerts, too, where it was not told which vmalert to ask. */
  readonly mayBeStub: boolean;
}

export interface PrometheusApiOptions {
  readonly connectorId: string;
  readonly tenant: string | undefined;
  readonly throughGrafana: boolean;
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
  labelNames(window: TimeWindow, call: CallContextV1): Promise<readonly string[]>;
  alerts(call: CallContextV1): Promise<Alerts>;
  version(call: CallContextV1): Promise<string | undefined>;
}

interface Envelope {
  readonly status?: string | null | undefined;
  readonly error?: string | null | undefined;
}

/** The reason stands in front; what follows may be the query. */
const MAX_ERROR_CHARACTERS = 2000;
/** What a 422 says of limits: Mimir by code, VictoriaMetrics by flag, Prometheus and Thanos in words. */
const overLimit =
  /err-mimir-max-|-search\.max|too many (?:samples|points|series)|exceed\w* .*\blimit|limit .*violated/i;

export function createPrometheusApi(
  client: HttpClient,
  { connectorId, tenant, throughGrafana }: PrometheusApiOptions,
): PrometheusApi {
  const headers = tenant === undefined ? {} : { 'x-scope-orgid': tenant };
  // Once seen, a property of what stands in front of the store.
  let takesNoForms = false;

  /** PromQL outgrows addresses, so it goes as a form; some proxies let only GET through. */
  async function send<T>(
    path: string,
    parameters: QueryParameters,
    schema: z.ZodType<T>,
    call: CallContextV1,
  ): Promise<HttpResult<T>> {
    // 422: the query failed, by its own fault, a limit or for lack of time; only the body tells which.
    const common = { path, schema, headers, acceptStatus: [422] };
    const get = () => client.request({ method: 'GET', query: parameters, ...common }, call);
    if (takesNoForms) return get();
    try {
      return await client.request({ method: 'POST', form: parameters, ...common }, call);
    } catch (error) {
      // Grafana lets forms through by a list for each type of data source, and answers 403 beyond it.
      const isRefused =
        ConnectorError.is(error) && (error.status === 405 || (throughGrafana && error.status === 403));
      if (!isRefused) throw error;
    }
    const result = await get();
    takesNoForms = true;
    return result;
  }

  async function ask<T extends Envelope>(
    path: string,
    parameters: QueryParameters,
    schema: z.ZodType<T>,
    call: CallContextV1,
  ): Promise<T> {
    const { body, status } = await send(path, parameters, schema, call);
    if (body.status !== 'error') return body;
    const [code, meaning] = failureOf((body.error ?? '').slice(0, MAX_ERROR_CHARACTERS));
    const message = `${meaning}, HTTP ${status} for ${path}`;
    throw new ConnectorError({ code, connectorId, message, status });
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
    async labelNames({ endMs, startMs }, call) {
      // Times always: what is meant without them differs from store to store.
      const query = { start: Math.floor(startMs / 1000), end: Math.ceil(endMs / 1000) };
      const path = '/api/v1/labels';
      const { body } = await client.request(
        { method: 'GET', path, query, schema: labelNamesSchema, headers },
        call,
      );
      return body.data ?? [];
    },
    async alerts(call) {
      const path = '/api/v1/alerts';
      const result = await client.request({ method: 'GET', path, schema: alertsSchema, headers }, call);
      const { data } = result.body;
      if (data === undefined || data === null) throw withoutData(path);
      const alerts = data.alerts ?? [];
      return { alerts, mayBeStub: alerts.length === 0 && isVictoriaMetrics(result.headers) };
    },
    async version(call) {
      const path = '/api/v1/status/buildinfo';
      const result = await client.request({ method: 'GET', path, schema: buildInfoSchema, headers }, call);
      // VictoriaMetrics says 2.24.0 here, whatever its own version is.
      if (isVictoriaMetrics(result.headers)) return undefined;
      return result.body.data?.version ?? undefined;
    },
  };
}

function failureOf(text: string): readonly [code: 'timeout' | 'too-large' | 'bad-query', meaning: string] {
  if (/deadline exceeded|timed out|context canceled/i.test(text))
    return ['timeout', 'the query ran out of time'];
  if (overLimit.test(text)) return ['too-large', 'the query would read more than the store allows'];
  return ['bad-query', 'the query failed'];
}

/** Its API has no version of its own; this header is the only sign of it. */
function isVictoriaMetrics(headers: Headers): boolean {
  return headers.has('x-server-hostname');
}
