import { ConnectorError, type ConnectorV1 } from '@midwatch/core';
import { createHttpClient, type HttpConnectorOptions } from '@midwatch/core/http';
import type { ApplicationMap } from './application-match.js';
import { allowedRequests, createArgoCdApi } from './argocd-api.js';
import { createDeploysSource } from './deploys-source.js';
import { VERSION } from './version.js';

export interface ArgoCdConnectorOptions extends HttpConnectorOptions {
  /** Service name to application name, where the two differ and no label tells. */
  readonly applications?: ApplicationMap;
  /** Only applications of these projects. @default all that the token may see */
  readonly projects?: readonly string[];
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
  const { applications = {}, projects } = options;
  const webUrl = options.webUrl?.replace(/\/+$/, '');
  return {
    specVersion: 'v1',
    id,
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    sources: { deploys: createDeploysSource(api, { connectorId: id, applications, projects, webUrl }) },
    async checkHealth(call) {
      const startedMs = Date.now();
      try {
        const version = await api.version(call);
        const visible = await api.applications(projects, call);
        const latencyMs = Date.now() - startedMs;
        const known = { latencyMs, ...(version === undefined ? {} : { version }) };
        if (visible.length > 0) return { state: 'healthy', ...known };
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
