import { type CallContextV1, ConnectorError, type ConnectorHealthV1, type ConnectorV1 } from '@midwatch/core';
import { createHttpClient, type HttpConnectorOptions } from '@midwatch/core/http';
import { createDeploySource } from './deploy-source.js';
import { createIncidentSource } from './incident-source.js';
import { createLogSource } from './log-source.js';
import { createMetricSource } from './metric-source.js';
import { toSearchLink } from './search-link.js';
import { allowedRequests, createTemplateApi, type TemplateApi } from './template-api.js';
import { createTraceSource } from './trace-source.js';
import { VERSION } from './version.js';

export interface TemplateConnectorOptions extends HttpConnectorOptions {
  /** Sent as `X-Team`: whose data is read. @default whatever the token may see */
  readonly team?: string | undefined;
}

/** Reads from Template. `webUrl` is its web page; queries then have a link. */
export function createTemplateConnector(options: TemplateConnectorOptions): ConnectorV1 {
  const { baseUrl, basicAuth, covers, fetch, headers, team, token, webUrl } = options;
  const id = options.id ?? 'template';
  const client = createHttpClient({
    connectorId: id,
    userAgent: `midwatch-connector-template/${VERSION}`,
    allow: allowedRequests,
    baseUrl,
    basicAuth,
    fetch,
    headers,
    token,
  });
  const api = createTemplateApi(client, team);
  const input = { connectorId: id, api, linkTo: toSearchLink(webUrl, id) };
  return {
    specVersion: 'v1',
    id,
    sources: {
      logs: createLogSource(input),
      metrics: createMetricSource(input),
      traces: createTraceSource(input),
      deploys: createDeploySource(input),
      incidents: createIncidentSource(input),
    },
    ...(covers === undefined ? {} : { covers }),
    checkHealth: (call) => checkHealth(api, call),
  };
}

/** Asks what needs the same permission as reading does: an endpoint that anybody may call proves nothing. */
async function checkHealth(api: TemplateApi, call: CallContextV1): Promise<ConnectorHealthV1> {
  const startedMs = Date.now();
  try {
    const { services, version } = await api.readServices(call);
    const told = { latencyMs: Date.now() - startedMs, ...(version === undefined ? {} : { version }) };
    if (services.length > 0) return { state: 'healthy', ...told };
    return { state: 'degraded', ...told, detail: 'Template answers, but shows no service: check `team`' };
  } catch (error) {
    if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
    const advice = error.code === 'auth' ? ': check `token` and `team`' : '';
    return { state: 'unhealthy', latencyMs: Date.now() - startedMs, detail: `${error.message}${advice}` };
  }
}
