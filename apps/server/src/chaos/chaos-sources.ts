import type { ConnectorV1, DeploySignal, LogSignal } from '@midwatch/core';

const LINES = 40;

/** So long does a source take, by the service that it is asked about: the same each time. */
function delayMsOf(service: string): number {
  return 40 + ((Array.from(service).reduce((sum, letter) => sum + letter.charCodeAt(0), 0) * 37) % 160);
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, ms));
  signal.throwIfAborted();
}

const base = (id: string, timestampMs: number, connectorId: string) => ({
  ...{ id, timestampMs, connectorId, timeUnixNano: `${timestampMs}000000`, queryId: `${connectorId}-q` },
});

/** Errors of the service that is asked about, in the last minutes of the window. */
const logs: ConnectorV1 = {
  specVersion: 'v1',
  id: 'lines',
  checkHealth: async () => ({ state: 'healthy' }),
  sources: {
    logs: {
      limits: { maxItems: 100 },
      async doQuery({ target, window, limit }, { signal }) {
        const { service = 'unknown' } = target;
        await wait(delayMsOf(service), signal);
        const signals = Array.from({ length: Math.min(LINES, limit) }, (_, index): LogSignal => {
          const atMs = window.endMs - 60_000 + index * 1_000;
          const body = `cannot take order ${index}: connection refused`;
          const own = { level: 'error' as const, service, attributes: {} };
          return { kind: 'logs', ...base(`${service}-${atMs}`, atMs, 'lines'), body, ...own };
        });
        const provenance = [{ queryId: 'lines-q', language: 'test', text: service, window }];
        return { signals, gaps: [], provenance };
      },
    },
  },
};

/** One deploy of it, shortly before. */
const deploys: ConnectorV1 = {
  specVersion: 'v1',
  id: 'deploys',
  checkHealth: async () => ({ state: 'healthy' }),
  sources: {
    deploys: {
      limits: { maxItems: 20 },
      async doQuery({ target, window }, { signal }) {
        const { service = 'unknown' } = target;
        await wait(delayMsOf(service) / 2, signal);
        const atMs = window.endMs - 180_000;
        const deploy: DeploySignal = {
          ...{ kind: 'deploys', ...base(`${service}-deploy`, atMs, 'deploys'), service },
          ...{ revision: 'v2', previousRevision: 'v1', phase: 'succeeded', changes: [] },
        };
        const provenance = [{ queryId: 'deploys-q', language: 'test', text: service, window }];
        return { signals: [deploy], gaps: [], provenance };
      },
    },
  },
};

export const chaosConnectors: readonly ConnectorV1[] = [logs, deploys];
