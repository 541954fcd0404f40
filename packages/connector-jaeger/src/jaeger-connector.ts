import { ConnectorError, type ConnectorV1 } from '@midwatch/core';
import { createHttpClient, type HttpConnectorOptions } from '@midwatch/core/http';
import { createEitherApi } from './either-api.js';
import { allowedRequests, createLegacyApi, createV3Api } from './jaeger-api.js';
import { createTraceSource } from './trace-source.js';
import { VERSION } from './version.js';

/** Where Jaeger's query service answers, and how to be let in. */
export type JaegerConnectorOptions = HttpConnectorOptions;

/** Whole traces with long calls are large; core still bounds all bodies of an incident together. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;

/** Reads traces from Jaeger, by its v3 API or by the older one, and from servers that speak either. */
export function createJaegerConnector(options: JaegerConnectorOptions): ConnectorV1 {
  const id = options.id ?? 'jaeger';
  const client = createHttpClient({
    ...options,
    connectorId: id,
    userAgent: `midwatch-connector-jaeger/${VERSION}`,
    allow: allowedRequests,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  const askEither = createEitherApi(createV3Api(client, id), createLegacyApi(client, id));

  return {
    specVersion: 'v1',
    id,
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    sources: { traces: createTraceSource(id, askEither, toWebUrl(options.webUrl, id)) },
    async checkHealth(call) {
      const startedMs = Date.now();
      try {
        const services = await askEither((api) => api.services(call));
        const detail = services.length === 0 ? { detail: 'no service has sent a trace yet' } : {};
        return { state: 'healthy', latencyMs: Date.now() - startedMs, ...detail };
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
