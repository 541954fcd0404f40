import type { ConnectorV1, SignalSourceV1, TimeWindow } from '../../connector/v1/connector.js';
import type {
  DeploySignal,
  IncidentSignal,
  LogSignal,
  MetricSignal,
  SignalByKind,
  SignalKind,
  Span,
  TraceSignal,
} from '../../connector/v1/signal.js';
import type { Alert } from '../../incident/alert.js';

export const NOW_MS = Date.UTC(2026, 10, 23, 3, 50);
export const WINDOW: TimeWindow = { startMs: NOW_MS - 30 * 60_000, endMs: NOW_MS };

export const ALERT: Alert = {
  source: 'test',
  fingerprint: 'f1',
  status: 'firing',
  name: 'HighErrorRate',
  startsAtMs: NOW_MS - 10 * 60_000,
  target: { service: 'edge', namespace: 'prod' },
  labels: {},
  annotations: {},
};

const base = (connectorId: string, id: string, timestampMs: number) => ({
  id,
  timestampMs,
  timeUnixNano: `${timestampMs}000000`,
  connectorId,
  queryId: 'q1',
});

export function log(connectorId: string, id: string, timestampMs: number, more: Partial<LogSignal> = {}): LogSignal {
  return { ...base(connectorId, id, timestampMs), kind: 'logs', body: `line ${id}`, attributes: {}, ...more };
}

export function metric(
  connectorId: string,
  id: string,
  points: [number, number][],
  more: Partial<MetricSignal> = {},
): MetricSignal {
  const first = points[0]?.[0] ?? 0;
  return {
    ...base(connectorId, id, first),
    ...{ kind: 'metrics', name: 'requests', unit: '1', type: 'gauge', attributes: {}, points },
    ...more,
  };
}

export function span(service: string, startMs: number, durationMs: number, more: Partial<Span> = {}): Span {
  return {
    spanId: `${service}-${startMs}`,
    service,
    operation: 'GET /',
    startNs: `${startMs}000000`,
    durationNs: durationMs * 1e6,
    attributes: {},
    ...more,
  };
}

export function trace(connectorId: string, id: string, spans: Span[], more: Partial<TraceSignal> = {}): TraceSignal {
  const startMs = Number(spans[0]?.startNs.slice(0, -6));
  return { ...base(connectorId, id, startMs), kind: 'traces', traceId: id, complete: true, spans, ...more };
}

export function deploy(
  connectorId: string,
  id: string,
  timestampMs: number,
  more: Partial<DeploySignal> = {},
): DeploySignal {
  return {
    ...base(connectorId, id, timestampMs),
    ...{ kind: 'deploys', service: 'edge', revision: id, changes: [], phase: 'succeeded' },
    ...more,
  };
}

export function incident(
  connectorId: string,
  id: string,
  timestampMs: number,
  more: Partial<IncidentSignal> = {},
): IncidentSignal {
  return {
    ...base(connectorId, id, timestampMs),
    ...{ kind: 'incidents', title: 'Out of memory', reason: 'OOMKilled', state: 'firing' },
    ...more,
  };
}

export type DoQuery<K extends SignalKind> = SignalSourceV1<K>['doQuery'];

/** A connector with the given sources; each answers as its function says. */
export function connector(
  id: string,
  queries: { readonly [K in SignalKind]?: DoQuery<K> },
  more: Partial<ConnectorV1> = {},
): ConnectorV1 {
  const sources = Object.fromEntries(
    Object.entries(queries).map(([kind, doQuery]) => [kind, { limits: { maxItems: 5000 }, doQuery }]),
  );
  return { specVersion: 'v1', id, sources, checkHealth: async () => ({ state: 'healthy' }), ...more };
}

/** Answers every query with those of the signals that lie in its window. */
export function answering<K extends SignalKind>(signals: readonly SignalByKind[K][], afterMs = 0): DoQuery<K> {
  return async ({ window }) => {
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    return {
      signals: signals.filter(({ timestampMs }) => timestampMs >= window.startMs && timestampMs < window.endMs),
      gaps: [],
      provenance: [{ queryId: 'q1', language: 'test', text: 'everything', window }],
    };
  };
}

export const never = () => new Promise<never>(() => undefined);
