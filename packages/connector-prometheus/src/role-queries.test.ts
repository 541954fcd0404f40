import { describe, expect, test } from 'vitest';
import { connect, isDiscovery, isProbe, type Labels, matrix, store } from './__fixtures__/connect.js';

/** The queries for roles that a service with these metrics leads to. */
async function queriesFor(
  names: Readonly<Record<string, Labels | readonly Labels[]>>,
  target: object = { service: 'orders' },
) {
  const { metrics, queries } = connect(store(names));
  await metrics({ target });
  return queries().filter((query) => !isDiscovery(query) && !isProbe(query));
}

const bucket = { le: '+Inf' };

describe('one service', () => {
  test('OpenTelemetry: one histogram brings rate, errors and quantiles', async () => {
    const one = { service_name: 'orders', http_response_status_code: '200' };
    const names = {
      http_server_request_duration_seconds_bucket: one,
      http_server_request_duration_seconds_count: one,
      http_server_request_duration_seconds_sum: one,
    };
    expect(await queriesFor(names)).toMatchInlineSnapshot(`
      [
        "sum by (service_name) (rate(http_server_request_duration_seconds_count{service_name="orders"}[60s]))",
        "(sum by (service_name) (rate(http_server_request_duration_seconds_count{service_name="orders",http_response_status_code=~"5..|5XX"}[60s])) or sum by (service_name) (rate(http_server_request_duration_seconds_count{service_name="orders"}[60s])) * 0) / sum by (service_name) (rate(http_server_request_duration_seconds_count{service_name="orders"}[60s]))",
        "label_replace(histogram_quantile(0.5, sum by (le, service_name) (rate(http_server_request_duration_seconds_bucket{service_name="orders"}[60s]))), "quantile", "0.5", "", "") or label_replace(histogram_quantile(0.95, sum by (le, service_name) (rate(http_server_request_duration_seconds_bucket{service_name="orders"}[60s]))), "quantile", "0.95", "", "") or label_replace(histogram_quantile(0.99, sum by (le, service_name) (rate(http_server_request_duration_seconds_bucket{service_name="orders"}[60s]))), "quantile", "0.99", "", "")",
      ]
    `);
  });

  test('everywhere, too, a histogram of several parts is asked for once', async () => {
    const one = { service_name: 'orders', namespace: 'shop' };
    const names = {
      http_server_request_duration_seconds_bucket: one,
      http_server_request_duration_seconds_count: one,
    };
    const queries = (await queriesFor(names, { namespace: 'shop' })).filter((text) => text.includes('0.99'));
    expect(queries.map((text) => text.split('histogram_quantile(0.99').length - 1)).toEqual([1]);
  });

  test('client libraries: a counter with the status, a histogram without it', async () => {
    const names = {
      http_requests_total: [
        { service: 'orders', status: '200' },
        { service: 'orders', status: '404' },
      ],
      http_request_duration_seconds_bucket: { service: 'orders', ...bucket },
      http_request_duration_seconds_count: { service: 'orders' },
    };
    const queries = await queriesFor(names);
    expect(queries[0]).toBe('sum by (service) (rate(http_requests_total{service="orders"}[60s]))');
    expect(queries[1]).toContain('http_requests_total{service="orders",status=~"5..|5XX"}');
    expect(queries[2]).toContain('rate(http_request_duration_seconds_bucket{service="orders"}[60s])');
  });

  test('older OpenTelemetry in milliseconds comes out in seconds', async () => {
    const one = { service_name: 'orders', http_status_code: '200' };
    const queries = await queriesFor({
      http_server_duration_milliseconds_bucket: one,
      http_server_duration_milliseconds_count: one,
    });
    expect(queries.at(-1)).toContain(
      '(rate(http_server_duration_milliseconds_bucket{service_name="orders"}[60s]))) / 1000',
    );
  });

  test('native histograms have neither buckets nor a count of their own', async () => {
    const queries = await queriesFor({
      http_server_request_duration_seconds: { service: 'orders', http_response_status_code: '200' },
    });
    expect(queries).toMatchInlineSnapshot(`
      [
        "sum by (service) (histogram_count(rate(http_server_request_duration_seconds{service="orders"}[60s])))",
        "(sum by (service) (histogram_count(rate(http_server_request_duration_seconds{service="orders",http_response_status_code=~"5..|5XX"}[60s]))) or sum by (service) (histogram_count(rate(http_server_request_duration_seconds{service="orders"}[60s]))) * 0) / sum by (service) (histogram_count(rate(http_server_request_duration_seconds{service="orders"}[60s])))",
        "label_replace(histogram_quantile(0.5, sum by (service) (rate(http_server_request_duration_seconds{service="orders"}[60s]))), "quantile", "0.5", "", "") or label_replace(histogram_quantile(0.95, sum by (service) (rate(http_server_request_duration_seconds{service="orders"}[60s]))), "quantile", "0.95", "", "") or label_replace(histogram_quantile(0.99, sum by (service) (rate(http_server_request_duration_seconds{service="orders"}[60s]))), "quantile", "0.99", "", "")",
      ]
    `);
  });

  test('summaries: the worst pod, where its quantile is told', async () => {
    const names = {
      http_request_duration_seconds: [
        { service: 'orders', quantile: '0.5' },
        { service: 'orders', quantile: '0.99' },
      ],
      http_request_duration_seconds_count: { service: 'orders' },
      http_request_duration_seconds_sum: { service: 'orders' },
    };
    const queries = await queriesFor(names);
    expect(queries.at(-1)).toMatchInlineSnapshot(
      `"label_replace(max by (service) (http_request_duration_seconds{service="orders",quantile=~"0\\\\.50*"}), "quantile", "0.5", "", "") or label_replace(max by (service) (http_request_duration_seconds{service="orders",quantile=~"0\\\\.990*"}), "quantile", "0.99", "", "")"`,
    );
  });

  test.each([
    [
      'gRPC words',
      { grpc_server_handled_total: { app: 'orders', grpc_code: 'OK' } },
      'grpc_code=~"Unknown|DeadlineExceeded|ResourceExhausted|Internal|Unavailable|DataLoss"',
    ],
    [
      'gRPC numbers',
      { rpc_server_duration_milliseconds_count: { app: 'orders', rpc_grpc_status_code: '0' } },
      'rpc_grpc_status_code=~"2|4|8|13|14|15"',
    ],
    [
      'span metrics',
      { traces_spanmetrics_calls_total: { service: 'orders', status_code: 'STATUS_CODE_UNSET' } },
      'span_kind="SPAN_KIND_SERVER",status_code=~"STATUS_CODE_ERROR"',
    ],
    [
      'jobs',
      { worker_jobs_total: { app: 'orders', outcome: 'done' } },
      'outcome=~"(?i)(?:server_)?errors?|fail|failed|failures?|exception|timeout|timed_?out|rejected"',
    ],
    [
      'a mesh',
      { istio_requests_total: { destination_workload: 'orders', response_code: '200' } },
      'istio_requests_total{destination_workload="orders",reporter="destination",response_code=~"5..|5XX"}',
    ],
  ])('failed requests by %s', async (_, names, condition) => {
    const queries = await queriesFor(names);
    expect(queries.find((query) => query.includes(' or '))).toContain(condition);
  });

  test('traffic to others is not its own', async () => {
    const names = {
      http_client_requests_total: { service: 'orders', status: '200' },
      promhttp_metric_handler_requests_total: { service: 'orders', code: '200' },
      payments_upstream_requests_total: { service: 'orders', code: '200' },
    };
    const { metrics, queries } = connect(store(names));
    const { gaps } = await metrics();
    expect(queries()).toHaveLength(1);
    expect(gaps).toMatchObject([{ reason: 'unmapped-target' }]);
  });

  test('pools, memory and queues share one query; throttling, CPU and restarts are rates', async () => {
    const container = { container: 'orders' };
    const names = {
      db_client_connections_usage: [
        { service: 'orders', state: 'used', pool_name: 'main' },
        { service: 'orders', state: 'idle', pool_name: 'main' },
      ],
      db_client_connections_max: { service: 'orders', pool_name: 'main' },
      orders_queue_depth: { service: 'orders' },
      db_pool_timeouts_total: { service: 'orders' },
      container_memory_working_set_bytes: container,
      container_cpu_usage_seconds_total: container,
      container_cpu_cfs_throttled_periods_total: container,
      container_cpu_cfs_periods_total: container,
      kube_pod_container_status_restarts_total: container,
    };
    expect(await queriesFor(names)).toMatchInlineSnapshot(`
      [
        "max by (__name__, container) ({__name__="container_memory_working_set_bytes",container="orders"})",
        "max by (__name__, service, state, pool_name) ({__name__=~"db_client_connections_usage|db_client_connections_max|orders_queue_depth",service="orders"})",
        "sum by (container) (rate(container_cpu_usage_seconds_total{container="orders"}[60s]))",
        "sum by (container) (increase(kube_pod_container_status_restarts_total{container="orders"}[60s]))",
        "sum by (service) (rate(db_pool_timeouts_total{service="orders"}[60s]))",
        "sum by (container) (rate(container_cpu_cfs_throttled_periods_total{container="orders"}[60s])) / sum by (container) (rate(container_cpu_cfs_periods_total{container="orders"}[60s]))",
      ]
    `);
  });

  test("a service that only the pods' names tell", async () => {
    const queries = await queriesFor({ container_memory_working_set_bytes: { container: 'server' } });
    expect(queries[0]).toMatchInlineSnapshot(
      `"max by (__name__) ({__name__="container_memory_working_set_bytes",pod=~"orders-(?:[0-9]{1,4}|(?:(?:[0-9a-f]{5,10}|[0-9b-df-hj-np-tv-xz]{5,10})-)?[0-9a-z]{5})",container!="",container!="POD"})"`,
    );
  });

  test('namespace and labels narrow by the names that the series have', async () => {
    const one = { service: 'orders', k8s_namespace_name: 'shop', version: 'v2' };
    const queries = await queriesFor(
      { process_resident_memory_bytes: one },
      { service: 'orders', namespace: 'shop', labels: { version: 'v2' } },
    );
    expect(queries).toEqual([
      'max by (__name__, service) ({__name__="process_resident_memory_bytes",service="orders",k8s_namespace_name="shop",version="v2"})',
    ]);
  });

  test('a service of the same name in another namespace is another service', async () => {
    const { metrics, queries } = connect(
      store({ process_resident_memory_bytes: { service: 'orders', namespace: 'test' } }),
    );
    const batch = await metrics({ target: { service: 'orders', namespace: 'shop' } });
    expect(queries()).toHaveLength(1);
    expect(batch.signals).toEqual([]);
  });

  test('what no label expresses is told, and the rest is asked all the same', async () => {
    const { metrics, queries } = connect(store({ process_resident_memory_bytes: { service: 'orders' } }));
    const { gaps } = await metrics({
      target: { service: 'orders', cluster: 'eu', operation: 'GET /', labels: { 'a b': 'c' } },
    });
    expect(queries()).toHaveLength(2);
    expect(gaps.map(({ reason }) => reason)).toEqual([
      'unsupported-filter',
      'unmapped-target',
      'unmapped-target',
    ]);
  });
});

describe('no service', () => {
  test('services of other conventions share a query; of two that one service follows, the first counts', async () => {
    const names = {
      http_server_request_duration_seconds_count: { service: 'a', http_response_status_code: '200' },
      http_requests_total: [{ service: 'b', status: '200' }, { service: 'c', code: '500' }, { service: 'd' }],
      http_server_requests_seconds_count: { application: 'e', status: '200' },
    };
    expect(await queriesFor(names, {})).toMatchInlineSnapshot(`
      [
        "sum by (service) (rate(http_server_request_duration_seconds_count[60s])) or sum by (service) (rate(http_requests_total[60s]))",
        "sum by (application) (rate(http_server_requests_seconds_count[60s]))",
        "(sum by (service) (rate(http_server_request_duration_seconds_count{http_response_status_code=~"5..|5XX"}[60s])) or sum by (service) (rate(http_server_request_duration_seconds_count[60s])) * 0) / sum by (service) (rate(http_server_request_duration_seconds_count[60s])) or (sum by (service) (rate(http_requests_total{status=~"5..|5XX"}[60s])) or sum by (service) (rate(http_requests_total{status!=""}[60s])) * 0) / sum by (service) (rate(http_requests_total{status!=""}[60s])) or (sum by (service) (rate(http_requests_total{code=~"5..|5XX"}[60s])) or sum by (service) (rate(http_requests_total{code!=""}[60s])) * 0) / sum by (service) (rate(http_requests_total{code!=""}[60s]))",
        "(sum by (application) (rate(http_server_requests_seconds_count{status=~"5..|5XX"}[60s])) or sum by (application) (rate(http_server_requests_seconds_count[60s])) * 0) / sum by (application) (rate(http_server_requests_seconds_count[60s]))",
      ]
    `);
  });

  test('is looked up by the known names only, in less than the 16 KB that some stores take', async () => {
    const { metrics, queries } = connect(store({}));
    const batch = await metrics({ target: {} });
    expect(batch).toMatchObject({ signals: [], gaps: [] });
    const [query = ''] = queries();
    expect(query).toContain('{__name__=~"http_server_request_duration_seconds_count|');
    expect(query.length).toBeLessThan(8000);
  });
});

test('only the roles asked for', async () => {
  const one = { service: 'orders', status: '200' };
  const { metrics, queries } = connect(
    store({ http_requests_total: one, process_resident_memory_bytes: one }),
  );
  await metrics({ roles: ['memory.usage'] });
  expect(queries().filter((query) => !isDiscovery(query) && !isProbe(query))).toEqual([
    'max by (__name__, service) ({__name__="process_resident_memory_bytes",service="orders"})',
  ]);
});

test('a day of history at five minutes needs no scrape interval', async () => {
  const { metrics, queries } = connect(store({ http_requests_total: { service: 'orders' } }));
  await metrics({ stepMs: 300_000 });
  expect(queries().some(isProbe)).toBe(false);
  expect(queries().at(-1)).toContain('[300s]');
});

test('names: stored series in one query, since `or` takes series of the same labels for one', async () => {
  const names = { a_total: { service: 'orders' }, 'b.c': { service: 'orders' }, other: { app: 'orders' } };
  const { metrics, queries } = connect(
    store(names, (query) =>
      query.startsWith('{__name__=~')
        ? matrix([{ metric: { __name__: 'a_total', service: 'orders' } }])
        : undefined,
    ),
  );
  const batch = await metrics({ names: ['a_total', 'b.c', 'other', 'absent'] });
  expect(queries().slice(1)).toEqual([
    '{__name__=~"a_total|b\\\\.c",service="orders"}',
    'other{app="orders"}',
  ]);
  expect(batch.signals).toMatchObject([{ name: 'a_total', type: 'counter', service: 'orders' }]);
  expect(batch.signals[0]).not.toHaveProperty('role');
});

test.each(['x"} or {y="', 'a\\', 'line\nbreak', '`', '(.*)'])(
  'hostile service %j stays a value',
  async (service) => {
    const { metrics, queries } = connect(store({ http_requests_total: { job: `shop/${service}` } }));
    await metrics({ target: { service, namespace: service, pod: service, labels: { x: service } } });
    for (const query of queries()) {
      const outside = query.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""');
      expect(outside).not.toContain('y=');
      expect(outside).not.toContain('\n');
      expect(outside.split('"').length % 2).toBe(1);
    }
  },
);
