import { type CallContextV1, ConnectorError, type ConnectorHealthV1, type ConnectorV1 } from '@midwatch/core';
import { createHttpClient, grafanaDatasourceOf, type HttpConnectorOptions } from '@midwatch/core/http';
import { toExploreLink } from './explore-link.js';
import { allowedRequests, createTempoApi, type TempoApi } from './tempo-api.js';
import { createTraceSource } from './trace-source.js';
import { toLabelMappings } from './traceql.js';
import { VERSION } from './version.js';

export interface TempoConnectorOptions extends HttpConnectorOptions {
  /** Sent as `X-Scope-OrgID`; several as `team-a|team-b` where the server allows it. */
  readonly tenant?: string | undefined;
  /** Uid or name of the Grafana data source that links open. @default taken from a `baseUrl` through Grafana's proxy */
  readonly datasource?: string | undefined;
}

/** Whole traces with long calls are large; core still bounds all bodies of an incident together. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;

/** Reads traces from Grafana Tempo 2.8 or later. `webUrl` is Grafana's address; links then open Explore. */
export function createTempoConnector(options: TempoConnectorOptions): ConnectorV1 {
  const id = options.id ?? 'tempo';
  const { baseUrl, basicAuth, fetch, headers, tenant, token, webUrl } = options;
  if (webUrl !== undefined && !(URL.canParse(webUrl) && /^https?:$/.test(new URL(webUrl).protocol))) {
    const message = '`webUrl` must be an absolute http or https URL';
    throw new ConnectorError({ code: 'config', connectorId: id, message });
  }
  const client = createHttpClient({
    connectorId: id,
    userAgent: `midwatch-connector-tempo/${VERSION}`,
    allow: allowedRequests,
    maxBodyBytes: MAX_BODY_BYTES,
    baseUrl,
    basicAuth,
    fetch,
    headers,
    token,
  });
  const api = createTempoApi(client, tenant);
  const datasource = options.datasource ?? grafanaDatasourceOf(baseUrl);
  const traces = createTraceSource({
    connectorId: id,
    api,
    linkTo:
      webUrl === undefined
        ? undefined
        : (traceQl, window) => toExploreLink({ webUrl, datasource }, traceQl, window),
  });
  return {
    specVersion: 'v1',
    id,
    sources: { traces },
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    checkHealth: (call) => checkHealth(api, call),
  };
}

/** The list of services needs the tenant and the permission that reading needs; the version may be hidden without harm. */
async function checkHealth(api: TempoApi, call: CallContextV1): Promise<ConnectorHealthV1> {
  const startedMs = Date.now();
  const [services, version] = await Promise.allSettled([api.services(undefined, call), api.version(call)]);
  const latencyMs = Date.now() - startedMs;
  const told =
    version.status === 'fulfilled' && version.value !== undefined ? { version: version.value } : {};
  if (services.status === 'fulfilled') {
    const isKnown = services.value.length > 0;
    const known = { latencyMs, labels: toLabelMappings(isKnown), ...told };
    if (isKnown) return { state: 'healthy', ...known };
    const detail = 'Tempo answers, but has no traces of the last minutes: check the tenant';
    return { state: 'degraded', detail, ...known };
  }
  const error: unknown = services.reason;
  if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
  return { state: 'unhealthy', latencyMs, detail: healthDetail(error), ...told };
}

function healthDetail(error: ConnectorError): string {
  if (error.code === 'auth') return `${error.message}: check \`token\`, \`basicAuth\` and \`tenant\``;
  if (error.status === 404) return `${error.message}: check the path in \`baseUrl\``;
  return error.message;
}
