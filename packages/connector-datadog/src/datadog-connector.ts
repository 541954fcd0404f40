import { ConnectorError, type ConnectorV1, type MetricRole } from '@midwatch/core';
import type { HttpConnectorOptions, TokenOption } from '@midwatch/core/http';
import { createDatadogApi } from './datadog-api.js';
import { toDatadogSite } from './datadog-site.js';
import { createDeploysSource } from './deploys-source.js';
import { checkHealth } from './health.js';
import { createLogsSource } from './logs-source.js';
import { createMetricsSource } from './metrics-source.js';
import type { DatadogRoleQuery } from './role-query.js';
import { createTracesSource } from './traces-source.js';
import { VERSION } from './version.js';
import { createWebLinks } from './web-links.js';
import { withEnvironments } from './with-environments.js';

/** Which site, with which keys, and what cannot be known from its conventions. */
export interface DatadogConnectorOptions
  extends Omit<HttpConnectorOptions, 'baseUrl' | 'token' | 'basicAuth'> {
  /** `datadoghq.com`, `us3.datadoghq.com`, `datadoghq.eu`, ...: keys are valid at their own site only. @default `datadoghq.com` */
  readonly site?: string | undefined;
  /** A gateway in front of `https://api.SITE`. @default `https://api.SITE` */
  readonly baseUrl?: string | undefined;
  /** The API key, sent as `DD-API-KEY`; a function is asked on every request. */
  readonly token: TokenOption;
  /** The application key, sent as `DD-APPLICATION-KEY`; a function is asked on every request. */
  readonly applicationKey: TokenOption;
  /** Environment of the alert to the value of `env`, where they differ. */
  readonly environments?: Readonly<Record<string, string>> | undefined;
  /** Name of the spans by which services are entered, such as `web.request`. @default found among the metrics of the service */
  readonly operationName?: string | undefined;
  /** How roles are asked for that your own metrics measure. @default Datadog's and OpenTelemetry's names */
  readonly roleQueries?: Readonly<Partial<Record<MetricRole, DatadogRoleQuery>>> | undefined;
  /** Which events tell of a deploy, in the syntax of the Events Explorer. @default events with a version, and change events */
  readonly deployEvents?: string | undefined;
}

/** A thousand spans or lines; an incident's bodies together are bounded by core. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;
const DEFAULT_DEPLOY_EVENTS =
  '(version:* OR @evt.category:change) -source:(alert OR monitor OR kubernetes OR docker OR containerd)';

/** Reads logs, metrics, traces and deploys of one Datadog organisation. */
export function createDatadogConnector(options: DatadogConnectorOptions): ConnectorV1 {
  const id = options.id ?? 'datadog';
  const site = toDatadogSite(options.site ?? 'datadoghq.com', id);
  const { applicationKey, baseUrl = site.apiUrl, environments = {}, fetch, headers, token } = options;
  const {
    deployEvents = DEFAULT_DEPLOY_EVENTS,
    operationName,
    roleQueries = {},
    webUrl = site.webUrl,
  } = options;
  if (!URL.canParse(webUrl) || !/^https?:$/.test(new URL(webUrl).protocol)) {
    throw new ConnectorError({
      code: 'config',
      connectorId: id,
      message: '`webUrl` must be an absolute http or https URL',
    });
  }
  const api = createDatadogApi({
    connectorId: id,
    userAgent: `midwatch-connector-datadog/${VERSION}`,
    maxBodyBytes: MAX_BODY_BYTES,
    apiKey: token,
    applicationKey,
    baseUrl,
    fetch,
    headers,
  });
  const scope = { connectorId: id, api, links: createWebLinks(webUrl) };
  return {
    specVersion: 'v1',
    id,
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    sources: {
      logs: withEnvironments(createLogsSource(scope), environments),
      metrics: withEnvironments(createMetricsSource({ ...scope, operationName, roleQueries }), environments),
      traces: withEnvironments(createTracesSource(scope), environments),
      deploys: withEnvironments(createDeploysSource({ ...scope, deployEvents, operationName }), environments),
    },
    checkHealth: (call) => checkHealth(api, site.name, call),
  };
}
