import type { Finding, FormatInput, LogPatternFinding, Suspect } from '@midwatch/core/incident';
import { span, traceSignal } from '@midwatch/testkit';

const window = { startMs: Date.UTC(2026, 10, 1, 3), endMs: Date.UTC(2026, 10, 1, 3, 30) };
const baseline = { startMs: Date.UTC(2026, 10, 1, 2), endMs: Date.UTC(2026, 10, 1, 2, 30) };

export function logFinding(id: string, service: string, given: Partial<LogPatternFinding> = {}): Finding {
  return {
    kind: 'log-pattern',
    id,
    service,
    statement: `"connection refused by <*>" 40 times in ${service}, never before`,
    strength: 0.5,
    signalIds: ['s'],
    signalCount: 40,
    queryIds: ['q'],
    template: 'connection refused by <*>',
    example: 'connection refused by 10.0.0.1:5432 while reading the next page of results',
    change: 'new',
    level: 'error',
    window: { count: 40, coveredMs: 1_800_000, ratePerMinute: 1.333 },
    baseline: { count: 0, coveredMs: 1_800_000, ratePerMinute: 0 },
    traceIds: [],
    ...given,
  };
}

export function traceFinding(id: string, service: string, exampleTraceIds: readonly string[]): Finding {
  return {
    kind: 'trace-fault',
    id,
    service,
    operation: 'GET /items',
    fault: 'slow-self-time',
    statement: `${service} GET /items spends 4 s of its own, 20 ms before`,
    strength: 0.9,
    signalIds: ['t'],
    signalCount: 1,
    queryIds: ['q'],
    window: { calls: 20, faulty: 19, p50Ms: 4000, p99Ms: 4400 },
    baseline: { calls: 30, faulty: 0, p50Ms: 20, p99Ms: 31 },
    exampleTraceIds,
  };
}

export const trace = traceSignal('a'.repeat(32), [
  span('1', 'web', 'GET /', window.startMs, 4100),
  span('2', 'items', 'GET /items', window.startMs + 20, 4000, { parent: '1', status: 'error' }),
]);

export function suspect(service: string, findingIds: readonly string[]): Suspect {
  return { service, score: 1, findingIds, victims: ['web'], reason: `${service} is where it starts (${findingIds[0]})` };
}

export function formatInput(findings: readonly Finding[], suspects: readonly Suspect[]): FormatInput {
  return {
    nowMs: window.endMs,
    fence: 'k3j9x0q2m5v8b1n4z7w6',
    alert: {
      source: 'alertmanager',
      fingerprint: 'f',
      status: 'firing',
      name: 'ErrorsHigh',
      severity: 'page',
      summary: 'errors on items',
      startsAtMs: window.startMs + 600_000,
      target: { service: 'web', namespace: 'shop' },
      labels: {},
      annotations: {},
    },
    evidence: {
      window,
      baseline,
      baselineName: 'the 30 min before',
      onsetMs: window.startMs + 540_000,
      findings,
      suspects,
      callGraph: [],
      ceiling: { confidence: 'MEDIUM', reasons: ['one source did not answer'] },
      read: { logs: 1000, metrics: 4, traces: 2, deploys: 0, incidents: 0 },
    },
    collection: {
      window,
      baseline,
      baselineName: 'the 30 min before',
      signals: { logs: [], metrics: [], traces: [trace], deploys: [], incidents: [] },
      sources: [
        {
          connectorId: 'loki',
          kind: 'logs',
          purpose: 'window',
          wave: 1,
          state: 'partial',
          window,
          target: 'web in shop',
          signalCount: 1000,
          gaps: [{ reason: 'row-limit', missing: { count: 5000, exact: false } }],
          provenance: [{ queryId: 'q', language: 'logql', text: '{service="web"}', window }],
          startedMs: 0,
          durationMs: 100,
        },
        {
          connectorId: 'jaeger',
          kind: 'traces',
          purpose: 'window',
          wave: 1,
          state: 'failed',
          window,
          target: 'web in shop',
          signalCount: 0,
          gaps: [],
          provenance: [],
          error: { code: 'timeout', message: '[jaeger] timeout: no answer in time' },
          startedMs: 0,
          durationMs: 3000,
        },
      ],
      durationMs: 3000,
      withheld: 0,
    },
  };
}
