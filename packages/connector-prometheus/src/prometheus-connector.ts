import { type CallContextV1, ConnectorError, type ConnectorHealthV1, type ConnectorV1 } from '@midwatch/core';
import { createHttpClient, type HttpConnectorOptions } from '@midwatch/core/http';
import { createIncidentsSource } from './incidents-source.js';
import { createMetricsSource } from './metrics-source.js';
import { allowedRequests, createPrometheusApi, type PrometheusApi } from './prometheus-api.js';
import { isLabelName } from './promql.js';
import { createSigningFetch, type RequestSigner } from './request-signer.js';
import { VERSION } from './version.js';
import { datasourceOf, toAlertsLink, toQueryLink } from './web-links.js';

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
  const api = createPrometheusApi(client, id, options.tenant);
  const links =
    webUrl === undefined ? undefined : { webUrl, datasource: options.datasource ?? datasourceOf(baseUrl) };
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
    checkHealth: (call) => checkHealth(api, call),
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

/** Queries decide; alerts may be kept elsewhere, and the version may be hidden without harm. */
async function checkHealth(api: PrometheusApi, call: CallContextV1): Promise<ConnectorHealthV1> {
  const startedMs = Date.now();
  const [queries, alerts, version] = await Promise.allSettled([
    api.probe(call),
    api.alerts(call),
    api.version(call),
  ]);
  const latencyMs = Date.now() - startedMs;
  const told =
    version.status === 'fulfilled' && version.value !== undefined ? { version: version.value } : {};
  for (const one of [queries, alerts, version]) {
    if (one.status === 'rejected' && (!ConnectorError.is(one.reason) || one.reason.code === 'aborted'))
      throw one.reason;
  }
  if (queries.status === 'rejected') {
    return { state: 'unhealthy', latencyMs, detail: healthDetail(queries.reason as ConnectorError), ...told };
  }
  if (alerts.status === 'fulfilled') return { state: 'healthy', latencyMs, ...told };
  const error = alerts.reason as ConnectorError;
  return error.status === 404
    ? { state: 'healthy', latencyMs, detail: 'metrics only: this store keeps no alerts', ...told }
    : {
        state: 'degraded',
        latencyMs,
        detail: `metrics can be read, alerts cannot: ${error.message}`,
        ...told,
      };
}

function healthDetail(error: ConnectorError): string {
  if (error.code === 'auth') return `${error.message}: check \`token\`, \`basicAuth\` and \`tenant\``;
  if (error.status === 404) return `${error.message}: check the path in \`baseUrl\``;
  return error.message;
}
