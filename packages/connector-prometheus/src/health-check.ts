import { type CallContextV1, ConnectorError, type ConnectorHealthV1 } from '@midwatch/core';
import { grafanaProxyDetail, isGrafanaProxy } from '@midwatch/core/http';
import { toLabelMappings } from './label-mappings.js';
import type { PrometheusApi } from './prometheus-api.js';

export interface HealthCheckOptions {
  readonly api: PrometheusApi;
  readonly baseUrl: string;
  readonly isSigned: boolean;
  readonly serviceLabel: string | undefined;
}

/** Stores keep the labels of the present at hand; those of all time may take long. */
const LABELS_SEEN_MS = 3_600_000;

/** Queries decide; alerts may be kept elsewhere, and version and labels may be hidden without harm. */
export async function checkHealth(
  options: HealthCheckOptions,
  call: CallContextV1,
): Promise<ConnectorHealthV1> {
  const { api, serviceLabel } = options;
  const startedMs = Date.now();
  const window = { startMs: startedMs - LABELS_SEEN_MS, endMs: startedMs };
  const settled = await Promise.allSettled([
    api.probe(call),
    api.alerts(call),
    api.version(call),
    api.labelNames(window, call),
  ]);
  const latencyMs = Date.now() - startedMs;
  for (const one of settled) {
    if (one.status === 'rejected' && (!ConnectorError.is(one.reason) || one.reason.code === 'aborted'))
      throw one.reason;
  }
  const [queries, alerts, version, labels] = settled;
  const told =
    version.status === 'fulfilled' && version.value !== undefined ? { version: version.value } : {};
  if (queries.status === 'rejected') {
    const detail = toDetail(queries.reason as ConnectorError, options);
    return { state: 'unhealthy', latencyMs, detail, ...told };
  }
  const present = labels.status === 'fulfilled' ? labels.value : [];
  const readable = { latencyMs, ...told, labels: toLabelMappings(present, serviceLabel) };
  if (alerts.status === 'fulfilled') return { state: 'healthy', ...readable };
  const error = alerts.reason as ConnectorError;
  if (error.status === 404) {
    return { state: 'healthy', detail: 'metrics only: this store keeps no alerts', ...readable };
  }
  return { state: 'degraded', detail: `metrics can be read, alerts cannot: ${error.message}`, ...readable };
}

function toDetail(error: ConnectorError, { baseUrl, isSigned }: HealthCheckOptions): string {
  const throughGrafana = isGrafanaProxy(baseUrl) ? grafanaProxyDetail(error) : undefined;
  if (throughGrafana !== undefined) return throughGrafana;
  if (error.code === 'auth') {
    const asked = isSigned ? 'the permissions and the region of `sign`' : '`token`, `basicAuth` and `tenant`';
    return `${error.message}: check ${asked}`;
  }
  if (error.status === 404) return `${error.message}: check the path in \`baseUrl\``;
  return error.message;
}
