import type { CallContextV1, FetchLike } from '@midwatch/core';
import { createHttpClient, type HeadersOption } from '@midwatch/core/http';
import type * as z from 'zod';
import { type CredentialsOption, signedFetch } from './signed-fetch.js';
import { VERSION } from './version.js';

/** Everything this connector may ever ask; every call of AWS is a POST to `/`, so the name is the allow-list. */
const operations = {
  logs: ['StartQuery', 'GetQueryResults', 'StopQuery', 'FilterLogEvents', 'DescribeLogGroups'],
  monitoring: ['GetMetricData', 'ListMetrics'],
} as const;

type AwsService = keyof typeof operations;

const wires = {
  logs: { target: 'Logs_20140328', contentType: 'application/x-amz-json-1.1' },
  monitoring: { target: 'GraniteServiceVersion20100801', contentType: 'application/x-amz-json-1.0' },
} as const;

export interface AwsApiOptions {
  readonly connectorId: string;
  readonly baseUrl: string;
  readonly region: string;
  readonly credentials: CredentialsOption;
  readonly headers: HeadersOption | undefined;
  readonly fetch: FetchLike | undefined;
}

/** One service of AWS with its operations by name. */
export interface AwsApi<S extends AwsService> {
  ask<T>(
    operation: (typeof operations)[S][number],
    body: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    call: CallContextV1,
  ): Promise<T>;
}

/** Ten thousand log lines of a kilobyte; core still bounds all bodies of an incident together. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;

export function createAwsApi<S extends AwsService>(service: S, options: AwsApiOptions): AwsApi<S> {
  const { connectorId, fetch } = options;
  const signing = { connectorId, service, credentials: options.credentials, region: options.region };
  const client = createHttpClient({
    connectorId,
    baseUrl: options.baseUrl,
    headers: options.headers,
    userAgent: `midwatch-connector-cloudwatch/${VERSION}`,
    allow: [{ method: 'POST', path: '/' }],
    maxBodyBytes: MAX_BODY_BYTES,
    fetch: fetch === undefined ? undefined : signedFetch(fetch, signing),
  });
  const { contentType, target } = wires[service];
  const queryMode = service === 'monitoring' ? { 'x-amzn-query-mode': 'true' } : {};
  const allowed: readonly string[] = operations[service];

  return {
    async ask(operation, json, schema, call) {
      if (!allowed.includes(operation)) throw new TypeError(`${operation} is not in the list of operations`);
      const headers = { 'content-type': contentType, 'x-amz-target': `${target}.${operation}`, ...queryMode };
      // Without a fetch of its own it signs before core's, which holds requests back while its limit is reached.
      const signed = fetch === undefined ? { ...call, fetch: signedFetch(call.fetch, signing) } : call;
      const { body } = await client.request({ method: 'POST', path: '/', json, schema, headers }, signed);
      return body;
    },
  };
}

/** Where a service of a region answers; partitions have domains of their own. */
export function regionalUrl(service: AwsService, region: string): string {
  const domain = region.startsWith('cn-')
    ? 'amazonaws.com.cn'
    : region.startsWith('eusc-')
      ? 'amazonaws.eu'
      : 'amazonaws.com';
  return `https://${service}.${region}.${domain}`;
}
