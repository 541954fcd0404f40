import { ConnectorError, type ConnectorV1 } from '@midwatch/core';
import {
  createHttpClient,
  grafanaDatasourceOf,
  type HttpConnectorOptions,
  isGrafanaProxy,
} from '@midwatch/core/http';
import { toExploreLink } from './explore-link.js';
import { checkHealth } from './health-check.js';
import { isLabelName } from './logql.js';
import { createLogsSource } from './logs-source.js';
import { allowedRequests, createLokiApi } from './loki-api.js';
import { VERSION } from './version.js';

export interface LokiConnectorOptions extends HttpConnectorOptions {
  /** Sent as `X-Scope-OrgID`; several as `team-a|team-b` where the server has `multi_tenant_queries_enabled`. */
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
  const throughGrafana = isGrafanaProxy(baseUrl);
  const api = createLokiApi(client, { tenant: options.tenant, throughGrafana });
  const datasource = options.datasource ?? grafanaDatasourceOf(baseUrl);
  const logs = createLogsSource({
    connectorId: id,
    api,
    maxIdsPerQuery: throughGrafana ? 24 : 64,
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
    checkHealth: (call) => checkHealth({ ...options, api, tenant: options.tenant }, call),
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
