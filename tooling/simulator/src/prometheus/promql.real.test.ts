import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@midwatch/vitest-preset/free-port';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { toQuery } from '../__fixtures__/query-text.js';
import type { MetricStore } from '../metrics/metric-store.js';
import type { Series } from '../metrics/series.js';
import { createScenario } from '../scenario.js';
import { createPrometheusApi } from './prometheus-api.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const { onsetMs } = scenario.truth;

/** A small part of the shop's series, so that writing them down takes no time. */
const PARTS: readonly (readonly [string, (series: Series) => boolean])[] = [
  [
    'http_server_request_duration_seconds_bucket',
    ({ labels }) => labels.get('http_route') === '/api/users/{id}',
  ],
  [
    'http_server_request_duration_seconds_count',
    ({ labels }) => labels.get('service') === scenario.truth.service,
  ],
  ['http_requests_total', () => true],
  ['container_cpu_usage_seconds_total', () => true],
  ['container_memory_working_set_bytes', () => true],
  ['db_client_connections_usage', () => true],
  ['db_client_connections_max', () => true],
  ['worker_queue_depth', () => true],
];

function partOfTheStore(): MetricStore {
  const byName = new Map(
    PARTS.map(([name, wanted]) => [name, (scenario.metrics.byName.get(name) ?? []).filter(wanted)]),
  );
  return { ...scenario.metrics, byName };
}

/** Samples from a quarter of an hour before the onset until now, for `promtool tsdb create-blocks-from openmetrics`. */
function openMetrics(store: MetricStore): string {
  const lines: string[] = [];
  const firstTick = (onsetMs - 900_000 - store.startMs) / store.tickMs;
  const lastTick = (store.nowMs - store.startMs) / store.tickMs;
  for (const series of [...store.byName.values()].flat()) {
    const labels = [...series.labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',');
    for (
      let tick = Math.max(firstTick, series.fromTick);
      tick <= Math.min(lastTick, series.toTick - 1);
      tick += 1
    ) {
      lines.push(
        `${series.name}{${labels}} ${series.valueAt(tick)} ${(store.startMs + tick * store.tickMs) / 1000}`,
      );
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

// Off the scrape times: there the window of 2.x holds a sample more than that of 3.x, which the simulator follows.
const range = { start: onsetMs / 1000 - 240 + 7, end: scenario.nowMs / 1000 - 8, step: 30 };

const QUERIES = [
  'histogram_quantile(0.99, sum by (le, service) (rate(http_server_request_duration_seconds_bucket[5m])))',
  'histogram_quantile(0.5, sum by (le) (rate(http_server_request_duration_seconds_bucket[1m])))',
  'sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count[2m]))',
  'sum(rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[5m])) / sum(rate(http_server_request_duration_seconds_count[5m]))',
  'sum by (service) (increase(http_requests_total[5m]))',
  'sum without (pod, instance) (irate(http_requests_total{status!="200"}[1m]))',
  'topk(3, sum by (pod) (rate(container_cpu_usage_seconds_total[3m])))',
  'max_over_time(db_client_connections_usage{state="used"}[2m]) / on (pod, pool_name) db_client_connections_max',
  'db_client_connections_usage{state="used"} >= on (pod, pool_name) group_left () db_client_connections_max',
  'avg by (service) (container_memory_working_set_bytes) / 2 ^ 20',
  'quantile by (namespace) (0.75, container_memory_working_set_bytes)',
  'quantile_over_time(0.9, worker_queue_depth[4m]) - min_over_time(worker_queue_depth[4m])',
  'stddev_over_time(worker_queue_depth[4m]) + delta(worker_queue_depth[4m])',
  'deriv(container_memory_working_set_bytes[5m])',
  'changes(worker_queue_depth[5m])',
  'count by (pool_name) (db_client_connections_max == 10) or vector(0)',
  'clamp_max(worker_queue_depth, 5) + clamp_min(worker_queue_depth offset 1m, 6)',
  'label_replace(sum by (pod) (db_client_connections_max), "app", "$1", "pod", "(.+)-[a-z0-9]+-[a-z0-9]+")',
  '-worker_queue_depth % 4 * time() / 1e9',
  'db_client_connections_max unless on (pod) (db_client_connections_max == 10)',
];

realComponent('prometheus', (binary) => {
  let folder = '';
  let prometheus: ChildProcess | undefined;
  let baseUrl = '';
  const store = partOfTheStore();
  const api = createPrometheusApi(store, { rules: [], states: () => [] });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'midwatch-simulator-'));
    writeFileSync(join(folder, 'samples.txt'), openMetrics(store));
    writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n');
    const promtool = binary.replace(/prometheus$/, 'promtool');
    execFileSync(
      promtool,
      ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'samples.txt'), join(folder, 'data')],
      { stdio: 'ignore' },
    );
    const port = await findFreePort();
    baseUrl = `http://127.0.0.1:${port}`;
    prometheus = spawn(
      binary,
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    const ready = async (): Promise<void> => {
      const response = await fetch(`${baseUrl}/-/ready`);
      expect(response.status).toBe(200);
    };
    await vi.waitFor(ready, { timeout: 30_000, interval: 100 });
  });

  afterAll(async () => {
    const ended = new Promise((resolve) => {
      prometheus?.once('exit', resolve);
    });
    prometheus?.kill();
    if (prometheus !== undefined) await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Points by label set; values rounded to ten digits, since sums may be taken in another order. */
  async function points(answer: Response): Promise<ReadonlyMap<string, readonly string[]>> {
    const body = (await answer.json()) as {
      data: { result: { metric: Record<string, string>; values: [number, string][] }[] };
    };
    const series = body.data.result.map(({ metric, values }): [string, string[]] => {
      const labels = Object.entries(metric).sort(([left], [right]) => (left < right ? -1 : 1));
      return [
        JSON.stringify(labels),
        values.map(([time, value]) => `${time} ${Number(value).toPrecision(10)}`),
      ];
    });
    return new Map(series.sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  test.each(QUERIES)('%s', async (query) => {
    const path = `/api/v1/query_range?${toQuery({ query, ...range })}`;
    const [own, real] = [await api(new Request(`http://simulator${path}`)), await fetch(baseUrl + path)];
    expect([own.status, real.status]).toEqual([200, 200]);
    const expected = await points(real);
    expect(expected.size).toBeGreaterThan(0);
    expect(await points(own)).toEqual(expected);
  });
});
