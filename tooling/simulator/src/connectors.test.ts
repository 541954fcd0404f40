import { parseAlertmanager } from '@midwatch/alerts';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { querySignals } from '@midwatch/core';
import { describe, expect, test } from 'vitest';
import { createScenario } from './scenario.js';
import { createSimulatorFetch } from './simulator-fetch.js';

const MINUTE_MS = 60_000;

describe.each([undefined, 2, 8])('the real connectors read seed %s', (seed) => {
  const scenario = createScenario({ name: 'pool-exhaustion', ...(seed !== undefined && { seed }) });
  const { truth, nowMs, expectations } = scenario;
  const fetch = createSimulatorFetch(scenario);
  const namespace = scenario.alert.commonLabels['namespace'] ?? '';
  const window = { startMs: nowMs - 20 * MINUTE_MS, endMs: nowMs };
  const options = { redact: 'none', fetch } as const;

  test('metrics: roles are found, and the faulty pool is full', async () => {
    const connector = createPrometheusConnector({ baseUrl: 'http://simulator/prometheus' });
    const target = { service: truth.service, namespace };
    const { signals } = await querySignals(
      connector,
      'metrics',
      { window, target, limit: 200, stepMs: 15_000 },
      options,
    );
    const last = (role: string): number =>
      Math.max(
        ...signals.filter((one) => one.role === role).map((one) => one.points.at(-1)?.[1] ?? Number.NaN),
      );
    for (const role of [
      'request.rate',
      'error.ratio',
      'latency.p99',
      'cpu.usage',
      'memory.usage',
      'restarts',
    ]) {
      expect(last(role), role).toBeGreaterThanOrEqual(0);
    }
    expect(last('connections.waiting')).toBeGreaterThan(20);
    const limits = signals
      .filter((one) => one.role === 'connections.max')
      .map((one) => one.points.at(-1)?.[1]);
    expect(limits).toContain(Number(truth.change.after));
  });

  test('logs: the failure stands there as often as told', async () => {
    const connector = createLokiConnector({ baseUrl: 'http://simulator/loki' });
    const request = {
      window,
      target: { service: truth.service, namespace },
      limit: 1000,
      contains: [expectations.failureText],
    };
    const { signals, gaps } = await querySignals(connector, 'logs', request, options);
    expect(gaps).toEqual([]);
    expect(signals).toHaveLength(expectations.failureLines);
    expect(signals.every(({ level }) => level === 'error')).toBe(true);
  });

  test('deploys: the planted change with key, values, person and change request', async () => {
    const connector = createArgoCdConnector({
      baseUrl: 'http://simulator/argocd',
      token: scenario.argocdToken,
    });
    const day = { startMs: nowMs - 24 * 60 * MINUTE_MS, endMs: nowMs };
    const { signals } = await querySignals(
      connector,
      'deploys',
      { window: day, target: { namespace }, limit: 50 },
      options,
    );
    expect(signals).toHaveLength(3);
    const planted = signals.find(({ service }) => service === truth.service);
    expect(planted).toMatchObject({
      version: truth.change.to,
      previousVersion: truth.change.from,
      actor: truth.change.actor,
    });
    expect(planted?.changeRequest).toContain(String(truth.change.changeRequest));
    const change = planted?.changes.find(({ path }) => path.includes(truth.change.key));
    expect([change?.before, change?.after].map(String)).toEqual([truth.change.before, truth.change.after]);
  });

  test('traces: whole requests of the service at fault', async () => {
    const connector = createJaegerConnector({ baseUrl: 'http://simulator/jaeger' });
    const request = { window, target: { service: truth.service }, limit: 20, onlyErrors: true };
    const { signals } = await querySignals(connector, 'traces', request, options);
    const failed = signals.filter(({ spans }) =>
      spans.some((span) => span.service === truth.service && span.status === 'error'),
    );
    expect(failed.length).toBeGreaterThan(1);
  });

  test('the alert is understood', () => {
    const { alerts, problems } = parseAlertmanager(JSON.stringify(scenario.alert));
    expect(problems).toEqual([]);
    const service = scenario.alert.commonLabels['service'];
    expect(alerts).toMatchObject([{ target: { service, namespace }, severity: 'critical' }]);
  });
});
