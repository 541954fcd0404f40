import { parseAlertmanager } from '@midwatch/alerts';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { type CloudWatchMetric, createCloudWatchConnector } from '@midwatch/connector-cloudwatch';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { ConnectorV1 } from '@midwatch/core';
import { createScenario, createSimulatorFetch, type Scenario } from '@midwatch/simulator';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { investigate, redactor } from './investigation-parts.js';

/** What the shop's programs write themselves, beside what AWS writes about them. */
const own = (role: CloudWatchMetric['role'], name: string, dimensions: Record<string, string> = {}) => ({
  ...{ role, namespace: 'Shop', name, statistic: 'Maximum' },
  dimensions: { service: '{service}', ...dimensions },
});
const metrics: readonly CloudWatchMetric[] = [
  own('connections.used', 'pool_used', { pool: '*' }),
  own('connections.max', 'pool_max', { pool: '*' }),
  own('connections.waiting', 'pool_waiting', { pool: '*' }),
  own('cpu.throttling', 'cpu_throttled_share'),
  own('disk.usage', 'volume_used_share'),
  own('queue.depth', 'queue_depth'),
];

async function judge(scenario: Scenario, vendor: 'cloudwatch' | 'grafana') {
  const fetch = createSimulatorFetch(scenario);
  const at = (source: string) => ({ baseUrl: `http://simulator/${source}`, fetch });
  const logsAndMetrics: readonly ConnectorV1[] =
    vendor === 'grafana'
      ? [createLokiConnector(at('loki')), createPrometheusConnector(at('prometheus'))]
      : [
          createCloudWatchConnector({
            ...at('cloudwatch'),
            ...{ region: 'eu-west-1', metrics },
            credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
          }),
        ];
  const [alert] = parseAlertmanager(JSON.stringify(scenario.alert)).alerts;
  if (alert === undefined) throw new Error('the scenario fires no alert');
  const { analysis, brief } = await investigate({
    alert,
    nowMs: scenario.nowMs,
    redact: redactor,
    collectDeadlineMs: 20_000,
    connectors: [
      ...logsAndMetrics,
      createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
      createJaegerConnector(at('jaeger')),
    ],
  });
  const suspect = brief.suspects[0]?.service;
  return { suspect, change: brief.change?.version, confidence: analysis.confidence, calls: fetch.calls };
}

afterEach(() => void vi.useRealTimers());

describe.each([
  ['pool-exhaustion', undefined],
  ['oom-kills', 1],
  ['faulty-release', 2],
] as const)('%s, seed %s', (name, seed) => {
  it('behind CloudWatch the first suspect is the one behind Loki and Prometheus, and the one at fault', async () => {
    const scenario = createScenario({ name, ...(seed === undefined ? {} : { seed }) });
    // CloudWatch has no fine points of what is old.
    vi.useFakeTimers({ now: scenario.nowMs, toFake: ['Date'] });
    const behindGrafana = await judge(scenario, 'grafana');
    const behindCloudWatch = await judge(scenario, 'cloudwatch');
    expect(behindCloudWatch.calls.loki + behindCloudWatch.calls.prometheus).toBe(0);
    expect(behindCloudWatch.calls.cloudwatch).toBeGreaterThan(0);
    expect(behindCloudWatch).toMatchObject({
      suspect: scenario.truth.service,
      change: scenario.truth.change?.to,
    });
    expect(behindCloudWatch.suspect).toBe(behindGrafana.suspect);
    expect(behindCloudWatch.confidence).toBe(behindGrafana.confidence);
  });
});
