import { ConnectorError, type ConnectorV1 } from '@midwatch/core';
import { createHttpClient, type HttpConnectorOptions } from '@midwatch/core/http';
import { checkAccess } from './access-check.js';
import { createDeploysSource } from './deploys-source.js';
import { createIncidentsSource } from './incidents-source.js';
import { allowedRequests, createKubernetesApi } from './kubernetes-api.js';
import { VERSION } from './version.js';

/**
 * Where the API server answers and who asks. `covers.namespaces` are also the namespaces that are read when a question names
 * none; without them all are read at once, which takes a ClusterRole.
 */
export type KubernetesConnectorOptions = HttpConnectorOptions;

/** A page of 250 pods is some 2 MiB; nodes list every image they hold. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;

/** Reads rollouts with what they changed, and the troubles of pods, nodes and autoscalers. Secrets are never asked for. */
export function createKubernetesConnector(options: KubernetesConnectorOptions): ConnectorV1 {
  const connectorId = options.id ?? 'kubernetes';
  const { covers } = options;
  const client = createHttpClient({
    ...options,
    connectorId,
    userAgent: `midwatch-connector-kubernetes/${VERSION}`,
    allow: allowedRequests,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  const api = createKubernetesApi(client, connectorId);
  const source = { connectorId, covers, webUrl: toWebUrl(options.webUrl, connectorId) };
  return {
    specVersion: 'v1',
    id: connectorId,
    ...(covers === undefined ? {} : { covers }),
    sources: { deploys: createDeploysSource(api, source), incidents: createIncidentsSource(api, source) },
    checkHealth: (call) => checkAccess(api, covers, call),
  };
}

function toWebUrl(webUrl: string | undefined, connectorId: string): string | undefined {
  if (webUrl === undefined) return undefined;
  if (!URL.canParse(webUrl) || !/^https?:$/.test(new URL(webUrl).protocol)) {
    const message = '`webUrl` must be an absolute http or https URL';
    throw new ConnectorError({ code: 'config', connectorId, message });
  }
  return webUrl;
}
