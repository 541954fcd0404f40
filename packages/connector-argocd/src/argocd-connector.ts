import { ConnectorError, type ConnectorV1 } from '@midwatch/core';
import { createHttpClient, type HttpConnectorOptions } from '@midwatch/core/http';
import type { ApplicationMap, ClusterMap } from './application-match.js';
import { allowedRequests, createArgoCdApi } from './argocd-api.js';
import { createDeploysSource } from './deploys-source.js';
import { VERSION } from './version.js';

/** Where Argo CD answers, who asks, and what services are called there. */
export interface ArgoCdConnectorOptions extends HttpConnectorOptions {
  /** Service name to application name (or `namespace/name`), where neither name, label nor workload tells. */
  readonly applications?: ApplicationMap | undefined;
  /** What alerts call a cluster to a destination's name or server, where these differ. */
  readonly clusters?: ClusterMap | undefined;
  /** Only applications of these projects. @default all that the token may see */
  readonly projects?: readonly string[] | undefined;
}

/** A list of hundreds of applications with their histories is several MiB. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;

/** Reads deploys, and what they changed, from Argo CD. */
export function createArgoCdConnector(options: ArgoCdConnectorOptions): ConnectorV1 {
  const id = options.id ?? 'argocd';
  const client = createHttpClient({
    ...options,
    connectorId: id,
    userAgent: `midwatch-connector-argocd/${VERSION}`,
    allow: allowedRequests,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  const api = createArgoCdApi(client);
  const { applications = {}, clusters = {}, projects } = options;
  const webUrl = toWebUrl(options.webUrl, id);

  return {
    specVersion: 'v1',
    id,
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    sources: {
      deploys: createDeploysSource(api, { connectorId: id, applications, clusters, projects, webUrl }),
    },
    async checkHealth(call) {
      const startedMs = Date.now();
      try {
        const [version, isLoggedIn] = await Promise.all([api.version(call), api.isLoggedIn(call)]);
        const known = { latencyMs: Date.now() - startedMs, ...(version === undefined ? {} : { version }) };
        if (!isLoggedIn) return { state: 'unhealthy', detail: 'the token is not accepted', ...known };
        const visible = await api.applications(projects, call);
        if (visible.applications.length > 0) return { state: 'healthy', ...known };
        return {
          state: 'degraded',
          detail: 'the token sees no application: grant `applications, get`',
          ...known,
        };
      } catch (error) {
        if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
        return { state: 'unhealthy', latencyMs: Date.now() - startedMs, detail: error.message };
      }
    },
  };
}

function toWebUrl(webUrl: string | undefined, connectorId: string): string | undefined {
  if (webUrl === undefined) return undefined;
  if (!URL.canParse(webUrl) || !/^https?:$/.test(new URL(webUrl).protocol)) {
    throw new ConnectorError({
      code: 'config',
      connectorId,
      message: '`webUrl` must be an absolute http or https URL',
    });
  }
  return webUrl.replace(/\/+$/, '');
}
