import { type CallContextV1, ConnectorError, type ConnectorHealthV1, type ConnectorV1 } from '@midwatch/core';
import { createHttpClient, type HttpConnectorOptions } from '@midwatch/core/http';
import { datasourceOf, toExploreLink } from './explore-link.js';
import { isLabelName } from './logql.js';
import { createLogsSource } from './logs-source.js';
import { allowedRequests, createLokiApi, type LokiApi } from './loki-api.js';
import { VERSION } from './version.js';

export interface LokiConnectorOptions extends HttpConnectorOptions {
  /** Sent as `X-Scope-OrgID`. */
  readonly tenant?: string | undefined;
  /** The label that carries the service. @default found on the server among the common names */
  readonly serviceLabel?: string | undefined;
  /** The label that carries the namespace. @default found on the server among the common names */
  readonly namespaceLabel?: string | undefined;
  /** The server's `max_entries_limit_per_query`, where it is lower than Loki's default. @default 5,000 */
  readonly maxEntriesPerRequest?: number | undefined;
  /** Uid or name of the Grafana data source that links open. @default taken from a `baseUrl` through Grafana's proxy */
  readonly datasource?: string | undefined;
}

/** A page of lines with their metadata; far above what 2,500 ordinary lines need. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;

/** Reads logs from Grafana Loki. `webUrl` is Grafana's address; links then open Explore. */
export function createLokiConnector(options: LokiConnectorOptions): ConnectorV1 {
  const id = options.id ?? 'loki';
  checkOptions(options, id);
  const { baseUrl, basicAuth, fetch, headers, token, webUrl } = options;
  const client = createHttpClient({
    connectorId: id,
    userAgent: `midwatch-connector-loki/${VERSION}`,
    allow: allowedRequests,
    maxBodyBytes: MAX_BODY_BYTES,
    baseUrl,
    basicAuth,
    fetch,
    headers,
    token,
  });
  const api = createLokiApi(client, options.tenant);
  const datasource = options.datasource ?? datasourceOf(baseUrl);
  const logs = createLogsSource({
    connectorId: id,
    api,
    serviceLabel: options.serviceLabel,
    namespaceLabel: options.namespaceLabel,
    maxEntriesPerRequest: options.maxEntriesPerRequest ?? 5000,
    linkTo:
      webUrl === undefined
        ? undefined
        : (logQl, window) => toExploreLink({ webUrl, datasource }, logQl, window),
  });
  return {
    specVersion: 'v1',
    id,
    sources: { logs },
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    checkHealth: (call) => checkHealth(api, call),
  };
}

function checkOptions(options: LokiConnectorOptions, connectorId: string): void {
  const refuse = (message: string) => {
    throw new ConnectorError({ code: 'config', connectorId, message });
  };
  const { maxEntriesPerRequest, webUrl } = options;
  for (const name of ['serviceLabel', 'namespaceLabel'] as const) {
    if (options[name] !== undefined && !isLabelName(options[name]))
      refuse(`\`${name}\` is not a Loki label name`);
  }
  if (webUrl !== undefined && !(URL.canParse(webUrl) && /^https?:$/.test(new URL(webUrl).protocol))) {
    refuse('`webUrl` must be an absolute http or https URL');
  }
  if (
    maxEntriesPerRequest !== undefined &&
    !(Number.isInteger(maxEntriesPerRequest) && maxEntriesPerRequest >= 2)
  ) {
    refuse('`maxEntriesPerRequest` must be a whole number of at least 2');
  }
}

/** Labels need the tenant and the permission that reading needs; the version may be hidden without harm. */
async function checkHealth(api: LokiApi, call: CallContextV1): Promise<ConnectorHealthV1> {
  const startedMs = Date.now();
  const [labels, version] = await Promise.allSettled([api.labelNames(undefined, call), api.version(call)]);
  const latencyMs = Date.now() - startedMs;
  const told =
    version.status === 'fulfilled' && version.value !== undefined ? { version: version.value } : {};
  if (labels.status === 'fulfilled') {
    if (labels.value.length > 0) return { state: 'healthy', latencyMs, ...told };
    const detail = 'Loki answers, but holds no streams of the last hour: check the tenant';
    return { state: 'degraded', latencyMs, detail, ...told };
  }
  const error: unknown = labels.reason;
  if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
  return { state: 'unhealthy', latencyMs, detail: healthDetail(error), ...told };
}

function healthDetail(error: ConnectorError): string {
  if (error.code === 'auth') return `${error.message}: check \`token\`, \`basicAuth\` and \`tenant\``;
  if (error.status === 404) return `${error.message}: check the path in \`baseUrl\``;
  return error.message;
}
