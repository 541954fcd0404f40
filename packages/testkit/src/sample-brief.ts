import type { Brief, BriefRemedy } from '@midwatch/core/incident';

/** The time of `sampleBrief`, as a notifier is told it. */
export const sampleBriefAtMs = Date.UTC(2026, 10, 2, 3, 50);
const sinceMs = Date.UTC(2026, 10, 2, 3, 41);
const window = { startMs: sinceMs - 1_800_000, endMs: sampleBriefAtMs };

/** The brief of an incident with a decisive change, as the brief's builder makes it: for tests of notifiers. */
export const sampleBrief: Brief = {
  headline: 'LatencyHigh: checkout in shop, since 03:41 UTC · latency p99 8.2 s (was 190 ms), holding there',
  standing: 'Owner: billing · nobody is on it yet · not checked: jaeger traces',
  owner: 'billing',
  runbook: { title: 'runbooks.example.com', url: 'https://runbooks.example.com/latency' },
  status: 'firing',
  service: 'checkout',
  namespace: 'shop',
  severity: 'critical',
  sinceMs,
  verdict: 'cause-found',
  confidence: 'HIGH',
  confidenceReason: 'deploy, logs and metrics agree',
  cause: 'checkout v2 cut its connection pool from 100 to 10.',
  suspects: [
    { service: 'checkout', reason: 'its pool was cut', victims: ['catalog'], evidence: ['D1', 'M1'] },
  ],
  numbers: [
    {
      label: 'latency p99',
      unit: 's',
      beforeChange: 0.18,
      before: 0.19,
      now: 8.2,
      peak: 8.4,
      points: [
        [window.startMs, 0.19],
        [sinceMs, 4],
        [sampleBriefAtMs, 8.2],
      ],
      course: 'steady',
      chart: {
        row: '▁│▄█',
        legend: '03:11 to 03:50 UTC, │ onset 03:41, checkout v2 came 5 h 41 min before 03:11',
      },
      findingId: 'M1',
      query: {
        connectorId: 'prometheus',
        language: 'promql',
        text: 'histogram_quantile(0.99, x)',
        ...window,
        url: 'https://prometheus.example.com/graph?g0.expr=x&g0.tab=0',
      },
    },
    {
      label: 'error ratio',
      unit: '%',
      before: 0,
      now: 12,
      peak: 12,
      points: [],
      findingId: 'M2',
      query: { connectorId: 'mimir', language: 'promql', text: 'sum(rate(errors_total[5m])) > 0', ...window },
    },
  ],
  change: {
    findingId: 'D1',
    service: 'checkout',
    version: 'v2',
    previousVersion: 'v1',
    atMs: sinceMs - 22_260_000,
    actor: 'dana',
    changeRequest: '#12',
    changeRequestUrl: 'https://git.example/pull/12',
    changes: [{ path: 'ConfigMap/checkout POOL_SIZE', before: '100', after: '10' }],
  },
  actions: [
    {
      action: 'rollback',
      title: 'Roll checkout back to v1',
      reason: 'it undoes the cut',
      command: 'argocd app set checkout --sync-policy none && argocd app rollback checkout 41',
      evidence: ['D1'],
    },
    {
      action: 'investigate',
      title: 'Look at checkout',
      reason: 'see who holds connections',
      evidence: ['L1'],
    },
  ],
  evidence: [{ id: 'L1', text: '"pool exhausted" 47 times, never before', queries: [] }],
  timeline: [{ atMs: sinceMs, text: 'p99 rises' }],
  disprovedBy: ['a free pool at 03:41'],
  notChecked: [
    {
      source: 'jaeger',
      kind: 'traces',
      state: 'failed',
      reason: '[jaeger] timeout: no answer in time from /api/v3/traces',
    },
  ],
  footer: {
    analyzer: 'evidence',
    collectedMs: 812,
    sources: { asked: 4, answered: 3 },
    read: { logs: 1200, metrics: 9, traces: 40, deploys: 2, incidents: 0 },
    withheld: 0,
    notes: [],
  },
};

/** What Midwatch would offer for `sampleBrief`: a brief has none unless actions are switched on. */
export const sampleRemedy: BriefRemedy = {
  planId: 'c0ffee'.padEnd(64, '0'),
  title: 'Roll checkout back to v1',
  steps: ['Set the pod template of the Deployment shop/checkout to that of revision 41'],
  diff: [{ path: 'spec.containers.checkout.image', before: 'checkout:v2', after: 'checkout:v1' }],
  isReversible: true,
  people: 2,
  peopleReasons: ['more than 20 pods are replaced'],
  expiresAtMs: sampleBriefAtMs + 900_000,
  state: 'offered',
  text: 'waits for one more person',
  approvedBy: ['dana'],
  missing: [],
  choices: ['approve', 'reject'],
};
