import { ConnectorError, type ConnectorV1 } from '@midwatch/core';
import {
  createHttpClient,
  grafanaDatasourceOf,
  type HttpConnectorOptions,
  isGrafanaProxy,
} from '@midwatch/core/http';
import { checkHealth } from './health-check.js';
import { createIncidentsSource } from './incidents-source.js';
import { createMetricsSource } from './metrics-source.js';
import { allowedRequests, createPrometheusApi } from './prometheus-api.js';
import { isLabelName } from './promql.js';
import { createSigningFetch, type RequestSigner } from './request-signer.js';
import { VERSION } from './version.js';
import { toAlertsLink, toQueryLink } from './web-links.js';

export interface PrometheusConnectorOptions extends HttpConnectorOptions {
  /** Sent as `X-Scope-OrgID` (Mimir, Cortex). Other stores take theirs by `headers` or in the path of `baseUrl`. */
  readonly tenant?: string | undefined;
  /** The label that carries the service. @default found on the server among the common names, for each metric */
  readonly serviceLabel?: string | undefined;
  /** Uid or name of the Grafana data source that links open; `webUrl` is then Grafana's. @default taken from a `baseUrl` through Grafana's proxy */
  readonly datasource?: string | undefined;
  /** Signs each request instead of `token` and `basicAuth`, such as `awsSigV4()` of `@midwatch/connector-prometheus/aws`. */
  readonly sign?: RequestSigner | undefined;
}

/** A range query of a thousand series; far above what aggregated roles need. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;

/** Reads metrics by role and the alerts that fire now from Prometheus, Mimir, Thanos and VictoriaMetrics. */
export function createPrometheusConnector(options: PrometheusConnectorOptions): ConnectorV1 {
  const id = options.id ?? 'prometheus';
  checkOptions(options, id);
  const { baseUrl, basicAuth, headers, serviceLabel, sign, token, webUrl } = options;
  const fetch = sign === undefined ? options.fetch : createSigningFetch(sign, id, options.fetch);
  const client = createHttpClient({
    connectorId: id,
    userAgent: `midwatch-connector-prometheus/${VERSION}`,
    allow: allowedRequests,
    maxBodyBytes: MAX_BODY_BYTES,
    baseUrl,
    basicAuth,
    fetch,
    headers,
    token,
  });
  const api = createPrometheusApi(client, {
    connectorId: id,
    tenant: options.tenant,
    throughGrafana: isGrafanaProxy(baseUrl),
  });
  const links =
    webUrl === undefined
      ? undefined
      : { webUrl, datasource: options.datasource ?? grafanaDatasourceOf(baseUrl) };
  const common = { connectorId: id, api, serviceLabel };
  return {
    specVersion: 'v1',
    id,
    sources: {
      metrics: createMetricsSource({
        ...common,
        linkTo: links === undefined ? undefined : (promQl, range) => toQueryLink(links, promQl, range),
      }),
      incidents: createIncidentsSource({
        ...common,
        linkTo: links === undefined ? undefined : () => toAlertsLink(links),
      }),
    },
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    checkHealth: (call) => checkHealth({ api, baseUrl, isSigned: sign !== undefined, serviceLabel }, call),
  };
}

function checkOptions(options: PrometheusConnectorOptions, connectorId: string): void {
  const { serviceLabel, webUrl } = options;
  const refuse = (message: string) => {
    throw new ConnectorError({ code: 'config', connectorId, message });
  };
  if (options.sign !== undefined && (options.token !== undefined || options.basicAuth !== undefined)) {
    refuse('give `sign`, `token` or `basicAuth`, not two of them');
  }
  if (serviceLabel !== undefined && !isLabelName(serviceLabel)) refuse('`serviceLabel` is not a label name');
  if (webUrl !== undefined && !(URL.canParse(webUrl) && /^https?:$/.test(new URL(webUrl).protocol))) {
    refuse('`webUrl` must be an absolute http or https URL');
  }
}
