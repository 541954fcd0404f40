import { type CallContextV1, ConnectorError, type ConnectorHealthV1 } from '@midwatch/core';
import { grafanaProxyDetail, isGrafanaProxy } from '@midwatch/core/http';
import type { LokiApi } from './loki-api.js';
import { type LabelOptions, toLabelMappings } from './loki-labels.js';

export interface HealthCheckOptions extends LabelOptions {
  readonly api: LokiApi;
  readonly baseUrl: string;
  readonly tenant: string | undefined;
}

/** Labels need the tenant and the permission that reading needs; the version may be hidden without harm. */
export async function checkHealth(
  options: HealthCheckOptions,
  call: CallContextV1,
): Promise<ConnectorHealthV1> {
  const { api } = options;
  const startedMs = Date.now();
  // Without times it means the last hour or six, by version and documentation: here either will do.
  const [labels, version] = await Promise.allSettled([api.labelNames(undefined, call), api.version(call)]);
  const latencyMs = Date.now() - startedMs;
  const told =
    version.status === 'fulfilled' && version.value !== undefined ? { version: version.value } : {};
  if (labels.status === 'fulfilled') {
    const common = { latencyMs, ...told, labels: toLabelMappings(labels.value, options) };
    if (labels.value.length > 0) return { state: 'healthy', ...common };
    const detail = 'Loki answers, but holds no streams of the last hours: check the tenant';
    return { state: 'degraded', detail, ...common };
  }
  const error: unknown = labels.reason;
  if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
  return { state: 'unhealthy', latencyMs, detail: toDetail(error, options), ...told };
}

function toDetail(error: ConnectorError, { baseUrl, tenant }: HealthCheckOptions): string {
  if (tenant?.includes('|') === true && error.status === 500) {
    return `${error.message}: several tenants in one query need \`multi_tenant_queries_enabled\` at the server`;
  }
  const throughGrafana = isGrafanaProxy(baseUrl) ? grafanaProxyDetail(error) : undefined;
  if (throughGrafana !== undefined) return throughGrafana;
  if (error.code === 'auth') return `${error.message}: check \`token\`, \`basicAuth\` and \`tenant\``;
  if (error.status === 404) return `${error.message}: check the path in \`baseUrl\``;
  if (error.status === 400 && tenant !== undefined) return `${error.message}: check \`tenant\``;
  return error.message;
}
