import type { BriefInput, ChangeFinding, LogPatternFinding, MetricShiftFinding } from '@midwatch/core/incident';

/** An incident with one decisive change, as the parts before the brief hand it over. */

export const nowMs = Date.UTC(2026, 10, 2, 3, 50);
const onsetMs = Date.UTC(2026, 10, 2, 3, 41);
const window = { startMs: onsetMs - 1_800_000, endMs: nowMs };
const baseline = { startMs: window.startMs - 2_400_000, endMs: window.startMs - 300_000 };

export const change: ChangeFinding = {
  kind: 'change',
  id: 'D1',
  service: 'checkout',
  statement: 'checkout went from v1 to v2 six hours before onset',
  strength: 0.9,
  signalIds: ['s1'],
  signalCount: 1,
  queryIds: ['q-deploys'],
  beforeOnsetMs: 22_260_000,
  relation: 'same-service',
  changes: [{ path: 'ConfigMap/checkout POOL', before: '100', after: '10' }],
  metrics: [
    { metric: 'latency', role: 'latency.p99', unit: 's', beforeChange: 0.18, afterOnset: 8.2, queryIds: ['q-latency'] },
  ],
  deploy: {
    kind: 'deploys',
    id: 's1',
    timestampMs: onsetMs - 22_260_000,
    timeUnixNano: `${onsetMs - 22_260_000}000000`,
    connectorId: 'argocd',
    queryId: 'q-deploys',
    service: 'checkout',
    revision: 'b2',
    previousRevision: 'a1',
    version: 'v2',
    previousVersion: 'v1',
    actor: 'dana',
    changeRequest: '#12',
    changeRequestUrl: 'https://git.example/pull/12',
    changes: [],
    phase: 'succeeded',
    rollback: { system: 'argocd', object: 'checkout', toRevision: '41', toVersion: 'v1', selfHeals: true },
  },
};

export const latency: MetricShiftFinding = {
  kind: 'metric-shift',
  id: 'M1',
  service: 'checkout',
  statement: 'p99 rose from 190 ms to 8.2 s',
  strength: 1,
  onsetMs,
  signalIds: ['s2'],
  signalCount: 1,
  queryIds: ['q-latency'],
  metric: 'latency',
  role: 'latency.p99',
  unit: 's',
  attributes: {},
  direction: 'up',
  before: 0.19,
  after: 7.9,
  peak: 8.4,
  last: 8.2,
  lasting: true,
  points: [
    [window.startMs, 0.19],
    [onsetMs, 4],
    [nowMs, 8.2],
  ],
};

export const logs: LogPatternFinding = {
  kind: 'log-pattern',
  id: 'L1',
  service: 'checkout',
  statement: '"pool exhausted" 47 times, never before',
  strength: 1,
  signalIds: ['s3'],
  signalCount: 47,
  queryIds: ['q-logs'],
  template: 'pool exhausted',
  example: 'pool exhausted',
  change: 'new',
  window: { count: 47, coveredMs: 2_340_000, ratePerMinute: 1.2 },
  baseline: { count: 0, coveredMs: 2_100_000, ratePerMinute: 0 },
  traceIds: [],
};

const source = (connectorId: string, queryId: string, language: string, text: string) => ({
  connectorId,
  kind: 'metrics' as const,
  purpose: 'window' as const,
  wave: 1 as const,
  state: 'ok' as const,
  window,
  target: 'checkout',
  signalCount: 1,
  gaps: [],
  provenance: [{ queryId, language, text, window }],
  startedMs: 0,
  durationMs: 120,
});

export const input: BriefInput = {
  nowMs,
  alert: {
    source: 'alertmanager',
    fingerprint: 'f',
    status: 'firing',
    name: 'LatencyHigh',
    severity: 'critical',
    startsAtMs: onsetMs + 60_000,
    target: { service: 'checkout', namespace: 'shop' },
    labels: {},
    annotations: {},
  },
  evidence: {
    window,
    baseline,
    baselineName: 'the 35 min before',
    onsetMs,
    findings: [logs, latency, change],
    suspects: [
      {
        service: 'checkout',
        changeId: 'D1',
        score: 1,
        findingIds: ['D1', 'M1', 'L1'],
        victims: ['catalog'],
        reason: 'its pool was cut',
      },
    ],
    callGraph: [],
    ceiling: { confidence: 'HIGH', reasons: [] },
    read: { logs: 1200, metrics: 9, traces: 40, deploys: 2, incidents: 0 },
  },
  collection: {
    window,
    baseline,
    baselineName: 'the 35 min before',
    sources: [
      source('prometheus', 'q-latency', 'promql', 'histogram_quantile(0.99, x)'),
      source('loki', 'q-logs', 'logql', '{service="checkout"}'),
      source('argocd', 'q-deploys', 'http', 'GET /api/v1/applications/checkout'),
      {
        ...source('jaeger', 'q-traces', 'http', 'GET /api/v3/traces?service=checkout'),
        kind: 'traces',
        state: 'failed',
        error: { code: 'timeout', message: '[jaeger] timeout: no answer in time from /api/v3/traces' },
      },
      {
        ...source('prometheus', 'q-more', 'promql', 'up'),
        state: 'partial',
        gaps: [{ reason: 'row-limit', missing: { count: 3, exact: false } }],
      },
    ],
    durationMs: 812,
    withheld: 0,
  },
  analysis: {
    verdict: 'cause-found',
    confidence: 'HIGH',
    confidenceReason: 'deploy, logs and metrics agree',
    summary: 'checkout v2 cut its connection pool from 100 to 10.',
    hypotheses: [
      { statement: 's', service: 'checkout', change: 'D1', evidence: ['D1', 'L1'], disprovedBy: 'a free pool at 03:41' },
    ],
    timeline: [{ atMs: onsetMs, text: 'p99 rises', evidence: ['M1'] }],
    advice: [
      { action: 'rollback', service: 'checkout', change: 'D1', reason: 'it undoes the cut', evidence: ['D1'] },
      { action: 'investigate', service: 'checkout', reason: 'see who holds connections', evidence: ['L1'] },
    ],
    analyzer: { name: 'evidence' },
    admission: { droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0, notes: [] },
  },
};
