import { toBrief } from '@midwatch/brief';
import type { ConnectorV1, LogSignal, MetricSignal } from '@midwatch/core';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createRedactor } from '@midwatch/redaction';
import { createResponder, DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { logSignal, metricSignal } from '@midwatch/testkit';
import { expect, it } from 'vitest';
import { createHttpApp } from '../http/index.js';
import { createChangesConnector } from './index.js';

const NOW_MS = Date.UTC(2026, 10, 1, 3, 30);
const ONSET_MS = NOW_MS - 8 * 60_000;
const STEP_MS = 15_000;

/** From two hours ago until now; another value since the onset. */
function shifted(name: string, role: NonNullable<MetricSignal['role']>, before: number, after: number) {
  const points = Array.from({ length: 480 }, (_, index): [number, number] => {
    const atMs = NOW_MS - (480 - index) * STEP_MS;
    // A little unrest, so that the baseline is no line.
    return [atMs, (atMs < ONSET_MS ? before : after) * (1 + (index % 5) / 100)];
  });
  return metricSignal(name, points, { role, service: 'checkout' });
}

const metrics = [
  shifted('error_ratio', 'error.ratio', 0.001, 0.4),
  shifted('pool_waiting', 'connections.waiting', 0.5, 60),
  shifted('latency_p99', 'latency.p99', 0.08, 5),
];
const failures: readonly LogSignal[] = Array.from({ length: 60 }, (_, index) =>
  logSignal('timeout after 5000 ms waiting for a connection from the pool', ONSET_MS + index * 5_000, {
    id: `failure-${index}`,
    service: 'checkout',
    level: 'error',
  }),
);

/** What other sources saw of it; none of them knows of deploys. */
const telemetry: ConnectorV1 = {
  specVersion: 'v1',
  id: 'telemetry',
  checkHealth: async () => ({ state: 'healthy' }),
  sources: {
    logs: {
      limits: { maxItems: 5_000 },
      async doQuery({ window }) {
        const within = failures.filter(({ timestampMs: at }) => at >= window.startMs && at < window.endMs);
        const signals = within.map((signal) => ({ ...signal, connectorId: 'telemetry', queryId: 'q-logs' }));
        return {
          signals,
          gaps: [],
          provenance: [{ queryId: 'q-logs', language: 'test', text: 'lines', window }],
        };
      },
    },
    metrics: {
      limits: { maxItems: 5_000 },
      async doQuery({ window }) {
        const signals = metrics.map((signal) => {
          const points = signal.points.filter(([atMs]) => atMs >= window.startMs && atMs < window.endMs);
          const timestampMs = points[0]?.[0] ?? window.startMs;
          return {
            ...signal,
            points,
            timestampMs,
            timeUnixNano: `${timestampMs}000000`,
            connectorId: 'telemetry',
            queryId: 'q-metrics',
          };
        });
        return {
          signals: signals.filter(({ points }) => points.length > 0),
          gaps: [],
          provenance: [{ queryId: 'q-metrics', language: 'test', text: 'series', window }],
        };
      },
    },
  },
};

const alert = JSON.stringify({
  name: 'CheckoutErrors',
  status: 'firing',
  startsAt: new Date(ONSET_MS + 120_000).toISOString(),
  service: 'checkout',
  namespace: 'shop',
  severity: 'critical',
});

const change = {
  timestampMs: ONSET_MS - 180_000,
  service: 'checkout',
  namespace: 'shop',
  version: 'v2.4.1',
  previousVersion: 'v2.4.0',
  summary: 'Right-size the pool, password=hunter2hunter2',
  actor: 'ann',
  url: 'https://ci.example/runs/17',
  changes: [{ path: 'env POOL_SIZE', before: 100, after: 10 }],
};

async function investigate(told: readonly object[]) {
  const store = createMemoryStore();
  const redact = createRedactor();
  const now = () => NOW_MS;
  const responder = createResponder({
    parts: { reduce, format, evidenceAnalyzer: createEvidenceAnalyzer(), admit, toBrief },
    connectors: [createChangesConnector(store.changes), telemetry],
    notifiers: [],
    redact,
    store,
    now,
  });
  const app = createHttpApp({
    budgets: DEFAULT_BUDGETS,
    responder,
    store,
    redact,
    now,
    tokens: [],
    onReceived: () => undefined,
  });
  const post = (path: string, body: string) =>
    app.request(`http://localhost${path}`, { method: 'POST', body });
  if (told.length > 0) expect((await post('/changes', JSON.stringify(told))).status).toBe(202);
  const received = await post('/webhooks/generic', alert);
  expect(received.status).toBe(202);
  for (let round = 0; round < 10 && (await responder.runStep()); round++);
  const { incidents } = (await received.json()) as { incidents: { id: string }[] };
  const incident = await store.getIncident(incidents[0]?.id ?? '');
  return { app, brief: incident?.brief, kept: JSON.stringify(incident) };
}

it('a change that was told before the alert is named as its cause, with what it changed and the request that lists it', async () => {
  const { app, brief, kept } = await investigate([change]);
  expect(brief).toMatchObject({ verdict: 'cause-found', service: 'checkout' });
  expect(brief?.cause).toContain('POOL_SIZE');
  expect(brief?.change).toMatchObject({ service: 'checkout' });
  expect(kept).toContain('v2.4.0 -> v2.4.1');
  expect(kept).not.toContain('hunter2');
  const request = /GET (\/changes\?[^"]*service=checkout[^"]*)/.exec(kept)?.[1];
  const listed = await (await app.request(`http://localhost${request}`)).json();
  expect(listed).toMatchObject({
    total: 1,
    changes: [{ service: 'checkout', version: 'v2.4.1', url: 'https://ci.example/runs/17' }],
  });
});

it('without it the same telemetry names no change', async () => {
  const { brief, kept } = await investigate([]);
  expect(brief?.service).toBe('checkout');
  expect(brief).not.toHaveProperty('change');
  expect(kept).not.toContain('POOL_SIZE');
});
