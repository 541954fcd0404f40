import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MetricRole, type MetricSignal, querySignals } from '@midwatch/core';
import { findFreePort } from '@midwatch/vitest-preset/free-port';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startShopExporter } from './__fixtures__/shop-exporter.js';
import { createPrometheusConnector } from './index.js';

const rules = `groups:
- name: shop
  rules:
  - alert: PoolExhausted
    expr: db_client_connections_usage{state="used"} >= 10
    labels: { severity: critical }
    annotations: { summary: 'pool {{ $labels.pool_name }} is full' }
  - alert: Watchdog
    expr: vector(1)
`;

realComponent('prometheus', (binary) => {
  let folder = '';
  let exporter: Server | undefined;
  let prometheus: ChildProcess | undefined;
  let baseUrl = '';

  const connect = () => createPrometheusConnector({ baseUrl });
  const ask = (request: { service?: string; roles?: MetricRole[]; names?: string[] }) =>
    querySignals(
      connect(),
      'metrics',
      {
        last: '1m',
        target: request.service === undefined ? {} : { service: request.service },
        stepMs: 1000,
        ...(request.roles === undefined ? {} : { roles: request.roles }),
        ...(request.names === undefined ? {} : { names: request.names }),
      },
      { redact: 'none' },
    );
  const lastOf = (signals: readonly MetricSignal[], role: MetricRole) =>
    signals.find((signal) => signal.role === role)?.points.at(-1)?.[1];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'midwatch-prometheus-'));
    const shop = await startShopExporter();
    exporter = shop.server;
    const port = await findFreePort();
    baseUrl = `http://127.0.0.1:${port}`;
    writeFileSync(join(folder, 'rules.yml'), rules);
    writeFileSync(
      join(folder, 'prometheus.yml'),
      [
        'global: { scrape_interval: 1s, evaluation_interval: 1s }',
        `rule_files: [${join(folder, 'rules.yml')}]`,
        'scrape_configs:',
        `- { job_name: prometheus, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }`,
        `- { job_name: shop, static_configs: [{ targets: ['127.0.0.1:${shop.port}'] }] }`,
      ].join('\n'),
    );
    prometheus = spawn(
      binary,
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    const deadlineAtMs = Date.now() + 40_000;
    for (;;) {
      // Four scrapes make a rate steady; it is up when the connector itself can tell one.
      const seen = await ask({ service: 'checkout', roles: ['request.rate'] }).catch(() => undefined);
      if ((seen?.signals[0]?.points.length ?? 0) >= 4) return;
      if (Date.now() > deadlineAtMs) throw new Error('prometheus gave no rate within 40 s');
      await new Promise((resolve) => {
        setTimeout(resolve, 250);
      });
    }
  });

  afterAll(async () => {
    exporter?.close();
    if (prometheus !== undefined && prometheus.exitCode === null) {
      const gone = new Promise((resolve) => prometheus?.once('exit', resolve));
      prometheus.kill();
      await gone;
    }
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  test('all roles of a service that has them, with units and the service', async () => {
    const { gaps, provenance, signals } = await ask({ service: 'checkout' });
    expect(new Set(signals.map(({ role }) => role))).toEqual(
      new Set([
        'request.rate',
        'error.ratio',
        'latency.p50',
        'latency.p95',
        'latency.p99',
        'connections.used',
        'connections.max',
        'connections.waiting',
      ]),
    );
    expect(lastOf(signals, 'request.rate')).toBeGreaterThan(0);
    expect(lastOf(signals, 'error.ratio')).toBeCloseTo(0.1, 3);
    expect(lastOf(signals, 'latency.p50')).toBeCloseTo(0.1, 3);
    expect(lastOf(signals, 'latency.p99')).toBeCloseTo(0.492, 3);
    expect(lastOf(signals, 'connections.used')).toBe(10);
    expect(lastOf(signals, 'connections.max')).toBe(10);
    expect(signals.every(({ service }) => service === 'checkout')).toBe(true);
    expect(gaps).toEqual([]);
    expect(provenance.length).toBeLessThanOrEqual(8);
  });

  test('a service known by another label, with a mean for want of quantiles', async () => {
    const { signals } = await ask({ service: 'billing' });
    expect(signals.map(({ name, role }) => `${role} ${name}`).toSorted()).toEqual([
      'error.ratio http_server_requests_seconds_count',
      'latency.p50 http_server_requests_seconds mean',
      'request.rate http_server_requests_seconds_count',
    ]);
    expect(lastOf(signals, 'error.ratio')).toBe(0);
    expect(lastOf(signals, 'latency.p50')).toBeCloseTo(0.25, 6);
  });

  test('prometheus itself, by its job', async () => {
    const { signals } = await ask({ service: 'prometheus' });
    const roles = new Set(signals.map(({ role }) => role));
    for (const role of [
      'request.rate',
      'error.ratio',
      'latency.p99',
      'cpu.usage',
      'memory.usage',
      'restarts',
    ] as const) {
      expect(roles).toContain(role);
    }
  });

  test('without a service: one series for each service, whatever its conventions', async () => {
    const { gaps, signals } = await ask({ roles: ['request.rate', 'latency.p50'] });
    const rates = signals.filter(({ role }) => role === 'request.rate').map(({ service }) => service);
    expect(new Set(rates)).toEqual(new Set(['billing', 'checkout', 'prometheus']));
    expect(gaps).toEqual([]);
  });

  test('names bring the stored series, without points that are no number', async () => {
    const { gaps, signals } = await ask({
      service: 'checkout',
      names: ['http_requests_total', 'cache_hit_ratio'],
    });
    expect(new Map(signals.map(({ attributes, type }) => [attributes['status'], type]))).toEqual(
      new Map([
        ['200', 'counter'],
        ['503', 'counter'],
      ]),
    );
    // All of cache_hit_ratio is NaN.
    expect(gaps).toMatchObject([{ reason: 'invalid-item' }]);
  });

  test('a service that nobody knows is a gap', async () => {
    const { gaps, signals } = await ask({ service: 'x"} or {y="' });
    expect(signals).toEqual([]);
    expect(gaps).toMatchObject([{ reason: 'unmapped-target' }]);
  });

  test('alerts that fire now', async () => {
    const { signals } = await querySignals(connect(), 'incidents', { last: '1h' }, { redact: 'none' });
    expect(signals).toMatchObject([
      {
        reason: 'PoolExhausted',
        title: 'pool orders is full',
        severity: 'critical',
        service: 'checkout',
        state: 'firing',
      },
    ]);
  });

  describe('health and errors', () => {
    const call = () => ({
      signal: new AbortController().signal,
      deadlineAtMs: Date.now() + 5000,
      fetch: (input: string, init?: RequestInit) => fetch(input, init),
    });

    test('healthy with the version', async () => {
      const health = await connect().checkHealth(call());
      expect(health).toMatchObject({
        state: 'healthy',
        version: expect.stringMatching(/^\d+\.\d+/) as string,
      });
    });

    test('labels: what the store has, for the rest what is usual', async () => {
      const { labels } = await connect().checkHealth(call());
      expect(labels).toContainEqual({ field: 'service', label: 'service', chosenBy: 'discovered' });
      expect(labels).toContainEqual({ field: 'cluster', label: 'cluster', chosenBy: 'convention' });
    });

    test('a query that does not parse is a bad-query', async () => {
      const request = { last: '1m' as const, native: { prometheus: { query: 'sum(' } } };
      await expect(querySignals(connect(), 'metrics', request, { redact: 'none' })).rejects.toMatchObject({
        code: 'bad-query',
        status: 400,
      });
    });
  });
});
