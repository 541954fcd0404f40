import { type CallContextV1, ConnectorError, type TimeWindow } from '@midwatch/core';
import type { AllowedRequest, HttpClient, QueryParameters } from '@midwatch/core/http';
import type * as z from 'zod';
import { toNs } from './log-lines.js';
import { type Matcher, toLogQl } from './logql.js';
import {
  buildInfoSchema,
  labelsAnswerSchema,
  type StreamsAnswer,
  seriesSchema,
  streamsSchema,
  vectorSchema,
} from './loki-schema.js';

/** Everything this connector may ever call. */
export const allowedRequests: readonly AllowedRequest[] = [
  { method: 'GET', path: '/loki/api/v1/query_range' },
  { method: 'POST', path: '/loki/api/v1/query_range' },
  { method: 'GET', path: '/loki/api/v1/query' },
  { method: 'GET', path: '/loki/api/v1/series' },
  { method: 'GET', path: '/loki/api/v1/labels' },
  { method: 'GET', path: '/loki/api/v1/status/buildinfo' },
];

/** Longer than this a query goes as a form: proxies cut addresses at 8 KB, some at 4. */
const MAX_QUERY_IN_ADDRESS = 1500;

export interface LinesRequest {
  readonly logQl: string;
  readonly startNs: bigint;
  /** Exclusive. */
  readonly endNs: bigint;
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
}

/** The few calls of Loki's HTTP API that are needed, as functions. */
export interface LokiApi {
  lines(request: LinesRequest, call: CallContextV1): Promise<StreamsAnswer>;
  /** The one value of an instant query; `undefined` when it has none. */
  value(logQl: string, timeNs: bigint, call: CallContextV1): Promise<number | undefined>;
  series(
    matchers: readonly Matcher[],
    window: TimeWindow,
    call: CallContextV1,
  ): Promise<readonly Readonly<Record<string, string>>[]>;
  labelNames(window: TimeWindow | undefined, call: CallContextV1): Promise<readonly string[]>;
  version(call: CallContextV1): Promise<string | undefined>;
}

export interface LokiApiOptions {
  readonly tenant: string | undefined;
  /** Grafana refuses forms to Loki with 403: long queries go as addresses then. */
  readonly throughGrafana: boolean;
}

export function createLokiApi(client: HttpClient, { tenant, throughGrafana }: LokiApiOptions): LokiApi {
  const tenantHeader = tenant === undefined ? {} : { 'x-scope-orgid': tenant };

  async function get<T>(
    path: string,
    query: QueryParameters,
    schema: z.ZodType<T>,
    call: CallContextV1,
  ): Promise<T> {
    const { body } = await client.request(
      { method: 'GET', path, query, schema, headers: tenantHeader },
      call,
    );
    return body;
  }

  return {
    async lines({ logQl, startNs, endNs, limit, direction }, call) {
      // Nanoseconds as text: Loki reads a number of 13 digits as nanoseconds too, and answers with nothing.
      const parameters = { query: logQl, start: `${startNs}`, end: `${endNs}`, limit, direction };
      const path = '/loki/api/v1/query_range';
      // No `step`: Loki checks it against 11,000 points even where there are none.
      const asking = client.request(
        {
          path,
          schema: streamsSchema,
          headers: { ...tenantHeader, 'x-loki-response-encoding-flags': 'categorize-labels' },
          ...(logQl.length > MAX_QUERY_IN_ADDRESS && !throughGrafana
            ? { method: 'POST' as const, form: parameters }
            : { method: 'GET' as const, query: parameters }),
        },
        call,
      );
      const { body } = await asking.catch((error: unknown) => {
        throw isStatus(error, 400) ? refused(error, path) : error;
      });
      return body;
    },
    async value(logQl, timeNs, call) {
      const body = await get('/loki/api/v1/query', { query: logQl, time: `${timeNs}` }, vectorSchema, call);
      const value = Number(body.data.result?.[0]?.value[1] ?? Number.NaN);
      return Number.isFinite(value) ? value : undefined;
    },
    async series(matchers, window, call) {
      const selectors = matchers.map((matcher) => toLogQl({ selector: [matcher] }));
      const query = { 'match[]': selectors, ...toTimes(window) };
      return (await get('/loki/api/v1/series', query, seriesSchema, call)).data ?? [];
    },
    async labelNames(window, call) {
      const query = window === undefined ? {} : toTimes(window);
      return (await get('/loki/api/v1/labels', query, labelsAnswerSchema, call)).data ?? [];
    },
    async version(call) {
      return (await get('/loki/api/v1/status/buildinfo', {}, buildInfoSchema, call)).version ?? undefined;
    },
  };
}

function isStatus(error: unknown, status: number): error is ConnectorError {
  return ConnectorError.is(error) && error.status === status;
}

/** Loki says which in words that change from version to version. */
function refused({ connectorId }: ConnectorError, path: string): ConnectorError {
  const message = `HTTP 400 for ${path}: above a limit of the tenant (range, lines, bytes), or a query that is none`;
  return new ConnectorError({ code: 'bad-query', connectorId, message, status: 400 });
}

function toTimes(window: TimeWindow): { start: string; end: string } {
  return { start: `${toNs(window.startMs)}`, end: `${toNs(window.endMs)}` };
}
