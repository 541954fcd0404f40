import { type CallContextV1, ConnectorError, type ConnectorHealthV1, type ConnectorV1 } from '@midwatch/core';
import type { HeadersOption, HttpConnectorOptions, TokenOption } from '@midwatch/core/http';
import { toDiscoverLink } from './discover-link.js';
import {
  createElasticsearchApi,
  type ElasticsearchApi,
  type Flavor,
  isRefused,
} from './elasticsearch-api.js';
import type { FieldNames } from './field-candidates.js';
import { toLabelMappings } from './field-map.js';
import { createLogsSource, type LogsSource } from './logs-source.js';
import { VERSION } from './version.js';

export interface ElasticsearchConnectorOptions extends HttpConnectorOptions {
  /** How `token` is sent. `api-key`: as `Authorization: ApiKey`, encoded or as `id:key`. @default 'api-key' */
  readonly tokenType?: 'api-key' | 'bearer' | undefined;
  /** Indices, data streams, aliases or patterns, by commas. @default 'logs-*,filebeat-*,logstash-*,ss4o_logs-*' */
  readonly index?: string | undefined;
  /** The field of a role, where discovery among the common names does not find it. */
  readonly fields?: FieldNames | undefined;
  /** Which of the two the server is. @default what it says of itself */
  readonly flavor?: Flavor | undefined;
  /** At most the lowest `index.max_result_window`, 10,000 as servers come. @default 2,500 */
  readonly maxEntriesPerRequest?: number | undefined;
  /** Id of the data view that links open in Discover. @default the one that Discover opens by itself */
  readonly dataView?: string | undefined;
}

const DEFAULT_INDEX = 'logs-*,filebeat-*,logstash-*,ss4o_logs-*';
/** A page of records with all their fields; far above what 2,500 ordinary ones need. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;

/** Reads logs from Elasticsearch 8 and 9, and OpenSearch 2 and 3. `webUrl` is Kibana's or Dashboards' address; links then open Discover. */
export function createElasticsearchConnector(options: ElasticsearchConnectorOptions): ConnectorV1 {
  const id = options.id ?? 'elasticsearch';
  checkOptions(options, id);
  const { baseUrl, basicAuth, dataView, fetch, headers, index = DEFAULT_INDEX, tokenType, webUrl } = options;
  const isApiKey = options.token !== undefined && tokenType !== 'bearer';
  const api = createElasticsearchApi(
    {
      connectorId: id,
      userAgent: `midwatch-connector-elasticsearch/${VERSION}`,
      maxBodyBytes: MAX_BODY_BYTES,
      baseUrl,
      basicAuth,
      fetch,
      headers: isApiKey ? withApiKey(options.token ?? '', headers) : headers,
      token: isApiKey ? undefined : options.token,
    },
    index,
    options.flavor,
  );
  const fields = options.fields ?? {};
  const logs = createLogsSource({
    connectorId: id,
    api,
    index,
    fields,
    maxEntriesPerRequest: options.maxEntriesPerRequest ?? 2500,
    linkTo:
      webUrl === undefined ? undefined : (kql, window) => toDiscoverLink({ webUrl, dataView }, kql, window),
  });
  return {
    specVersion: 'v1',
    id,
    sources: { logs },
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    checkHealth: (call) => checkHealth(api, logs, fields, call),
  };
}

function checkOptions(options: ElasticsearchConnectorOptions, connectorId: string): void {
  const refuse = (message: string) => {
    throw new ConnectorError({ code: 'config', connectorId, message });
  };
  const { basicAuth, fields, index, maxEntriesPerRequest, token, webUrl } = options;
  if (token !== undefined && basicAuth !== undefined) refuse('give `token` or `basicAuth`, not both');
  if (index !== undefined && (index.trim() === '' || /[\s/\\]/.test(index))) {
    refuse('`index` must be names or patterns by commas, without blanks and slashes');
  }
  if (webUrl !== undefined && !(URL.canParse(webUrl) && /^https?:$/.test(new URL(webUrl).protocol))) {
    refuse('`webUrl` must be an absolute http or https URL');
  }
  for (const name of Object.values(fields ?? {})) {
    if (name !== undefined && (name === '' || /[\s,*]/.test(name)))
      refuse('`fields` must be names of fields');
  }
  if (
    maxEntriesPerRequest !== undefined &&
    !(Number.isInteger(maxEntriesPerRequest) && maxEntriesPerRequest >= 2)
  ) {
    refuse('`maxEntriesPerRequest` must be a whole number of at least 2');
  }
}

/** Elastic shows a key encoded already; the two parts of older ones are encoded here. */
function withApiKey(token: TokenOption, headers: HeadersOption | undefined): HeadersOption {
  return async () => {
    const key = typeof token === 'function' ? await token() : token;
    // What is thrown here is replaced by a `config` error that shows nothing of it.
    if (typeof key !== 'string' || key === '') throw new TypeError('no key');
    const extra = typeof headers === 'function' ? await headers() : headers;
    return { authorization: `ApiKey ${key.includes(':') ? btoa(key) : key}`, ...extra };
  };
}

/** The mapping needs the privilege that reading needs; the version may be hidden without harm. */
async function checkHealth(
  api: ElasticsearchApi,
  logs: LogsSource,
  fields: FieldNames,
  call: CallContextV1,
): Promise<ConnectorHealthV1> {
  const startedMs = Date.now();
  const [mapped, product] = await Promise.allSettled([logs.fieldMap(call), api.product(call)]);
  const latencyMs = Date.now() - startedMs;
  for (const one of [mapped, product]) {
    if (one.status === 'rejected' && (!ConnectorError.is(one.reason) || one.reason.code === 'aborted'))
      throw one.reason;
  }
  const version = product.status === 'fulfilled' ? product.value.version : undefined;
  const told = version === undefined ? {} : { version };
  if (mapped.status === 'rejected') {
    return { state: 'unhealthy', latencyMs, detail: healthDetail(mapped.reason as ConnectorError), ...told };
  }
  const map = mapped.value;
  const base = { latencyMs, labels: toLabelMappings(map, fields), ...told };
  const lacks = (detail: string): ConnectorHealthV1 => ({ state: 'degraded', detail, ...base });
  if (!map.hasIndices) return lacks('no index matches `index`, or none that may be read: check both');
  if (map.of('timestamp').length === 0)
    return lacks('no field of the index is a time: name it by `fields.timestamp`');
  if (map.of('service').length === 0)
    return lacks('no field carries the service: name it by `fields.service`');
  if (map.of('message').length === 0) return lacks('no field holds the lines: name it by `fields.message`');
  if (product.status === 'rejected' && !isRefused(product.reason)) {
    return lacks(healthDetail(product.reason as ConnectorError));
  }
  return { state: 'healthy', ...base };
}

function healthDetail(error: ConnectorError): string {
  if (error.code === 'auth') return `${error.message}: check \`token\`, \`tokenType\` and \`basicAuth\``;
  if (error.status === 404) return `${error.message}: check the path in \`baseUrl\``;
  return error.message;
}
