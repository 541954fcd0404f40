import { describe, expect, it } from 'vitest';
import { always, at, connect, window } from './__fixtures__/connect.js';
import {
  createFakeDatadog,
  type TimeseriesAnswer,
  type TimeseriesBody,
} from './__fixtures__/fake-datadog.js';

const apm = ['trace.web.request', 'trace.web.request.hits', 'trace.web.request.errors'];
const times = [at(0), at(60), at(120)];

/** A series for each formula whose query holds the text. */
function answering(
  given: readonly {
    readonly holds: string;
    readonly values: readonly (number | null)[];
    readonly tags?: readonly string[];
    readonly unit?: unknown;
  }[],
) {
  return ({ formulas, queries }: TimeseriesBody): TimeseriesAnswer => {
    const found = given.flatMap(({ holds, tags = ['service:checkout'], unit = null, values }) =>
      formulas.flatMap(({ formula }, index) =>
        queries.some(({ name, query }) => formula.includes(name) && query.includes(holds))
          ? [{ series: { group_tags: tags, query_index: index, unit }, values }]
          : [],
      ),
    );
    return { series: found.map(({ series }) => series), times, values: found.map(({ values }) => values) };
  };
}

const asked = (bodies: readonly { readonly body: Record<string, unknown> }[]) =>
  bodies.flatMap(({ body }) => {
    const { data } = body as { data?: { type?: string; attributes: TimeseriesBody } };
    return data?.type === 'timeseries_request' ? [data.attributes] : [];
  });

describe('metrics by role', () => {
  it('are found by the names of the metrics that the service has, and asked for together, in milliseconds', async () => {
    const { metrics, sent } = connect(createFakeDatadog({ metrics: [...apm, 'kubernetes.memory.usage'] }));
    await metrics({
      target: { service: 'Check Out', environment: 'prod', namespace: 'shop' },
      stepMs: 30_000,
    });
    expect(sent.slice(0, 2).map(({ url }) => url.searchParams.get('filter[tags]'))).toEqual([
      'service:check_out',
      'kube_deployment:check_out',
    ]);
    const [first] = asked(sent);
    expect(first).toMatchObject({ from: window.startMs, to: window.endMs, interval: 30_000 });
    expect(first?.queries.map(({ data_source, query }) => `${data_source} ${query}`)).toEqual([
      'metrics sum:trace.web.request.hits{service:check_out,env:prod} by {service}.as_rate()',
      'metrics sum:trace.web.request.errors{service:check_out,env:prod} by {service}.as_count()',
      'metrics sum:trace.web.request.hits{service:check_out,env:prod} by {service}.as_count()',
      'metrics p50:trace.web.request{service:check_out,env:prod} by {service}',
      'metrics p95:trace.web.request{service:check_out,env:prod} by {service}',
      'metrics p99:trace.web.request{service:check_out,env:prod} by {service}',
      'metrics max:kubernetes.memory.usage{service:check_out,env:prod,kube_namespace:shop} by {service}',
    ]);
    expect(first?.formulas[1]).toEqual({ formula: 'default_zero(q1_a) / q1_b' });
  });

  it('leave out null points, which are no zeros', async () => {
    const series = answering([{ holds: '.as_rate()', values: [12.5, null, 3] }]);
    const { signals } = await connect(createFakeDatadog({ metrics: apm, series })).metrics({
      roles: ['request.rate'],
    });
    expect(signals).toMatchObject([
      {
        role: 'request.rate',
        service: 'checkout',
        unit: '{request}/s',
        points: [
          [at(0), 12.5],
          [at(120), 3],
        ],
        timestampMs: at(0),
      },
    ]);
  });

  it('a service that has never failed has an error ratio of zero, not an unknown one', async () => {
    const { metrics, sent } = connect(createFakeDatadog({ metrics: apm.slice(0, 2) }));
    await metrics({ roles: ['error.ratio'] });
    expect(asked(sent)[0]?.formulas).toEqual([{ formula: '0 * q0_b / q0_b' }]);
  });

  it.each([
    ['what Datadog tells', [{ family: 'time', name: 'millisecond' }, null], 0.25],
    ['seconds where it tells nothing', null, 250],
    ['seconds where the unit is unknown', [{ family: 'money', name: 'dollar' }, null], 250],
  ])('latency is in seconds, by %s', async (_, unit, seconds) => {
    const series = answering([{ holds: 'p99:', values: [250], unit }]);
    const { signals } = await connect(createFakeDatadog({ metrics: apm, series })).metrics({
      roles: ['latency.p99'],
    });
    expect(signals).toMatchObject([{ unit: 's', type: 'quantile', points: [[at(0), seconds]] }]);
  });

  it('cores, bytes and shares are converted, with and without a told unit', async () => {
    const series = answering([
      { holds: 'cpu.usage.total', values: [250_000_000] },
      { holds: 'memory.working_set', values: [3], unit: [{ family: 'bytes', name: 'mebibyte' }, null] },
      { holds: 'throttled', values: [0.5] },
    ]);
    const names = [
      'kubernetes.cpu.usage.total',
      'kubernetes.memory.working_set',
      'kubernetes.cpu.cfs.throttled.periods',
      'kubernetes.cpu.cfs.periods',
    ];
    const { signals } = await connect(createFakeDatadog({ metrics: names, series })).metrics();
    expect(
      Object.fromEntries(signals.map(({ points, role, unit }) => [role, [points[0]?.[1], unit]])),
    ).toEqual({
      'cpu.usage': [0.25, '{cpu}'],
      'cpu.throttling': [0.5, '1'],
      'memory.usage': [3 * 2 ** 20, 'By'],
    });
  });

  it('of containers are found by the workload where they are not tagged with the service', async () => {
    const { metrics, sent } = connect((request) => {
      const tags = new URL(request.url).searchParams.get('filter[tags]');
      if (tags === null) return createFakeDatadog({})(request);
      const data = tags.startsWith('kube_deployment')
        ? [{ id: 'container.memory.usage' }]
        : [{ id: 'trace.web.request.hits' }];
      return Response.json({ data });
    });
    await metrics({ target: { service: 'checkout', environment: 'prod' }, roles: ['memory.usage'] });
    expect(asked(sent)[0]?.queries[0]?.query).toBe(
      'max:container.memory.usage{kube_deployment:checkout} by {kube_deployment}',
    );
  });

  it('of the entry spans count, not of the calls that a service makes, and of two the one that has points', async () => {
    const names = ['http.client.request', 'postgres.query', 'flask.request', 'web.request'].map(
      (name) => `trace.${name}.hits`,
    );
    const series = answering([
      { holds: 'trace.flask.request.hits', values: [1] },
      { holds: 'trace.web.request.hits', values: [null] },
    ]);
    const { metrics, sent } = connect(createFakeDatadog({ metrics: names, series }));
    const { signals } = await metrics({ roles: ['request.rate'] });
    expect(asked(sent)[0]?.queries).toHaveLength(2);
    expect(signals.map(({ name }) => name)).toEqual(['trace.flask.request']);
  });

  it('`operationName` names the entry spans', async () => {
    const { metrics, sent } = connect(createFakeDatadog({ metrics: apm }), { operationName: 'acme.handle' });
    await metrics({ roles: ['request.rate'] });
    expect(asked(sent)[0]?.queries[0]?.query).toContain('sum:trace.acme.handle.hits{');
  });

  it('`roleQueries` come before conventions, with the tags of the target', async () => {
    const series = answering([{ holds: 'acme.pool', values: [0.9] }]);
    const roleQueries = {
      'saturation.other': {
        queries: {
          used: 'max:acme.pool.used{$scope} by {service}',
          all: 'max:acme.pool.max{$scope} by {service}',
        },
        formula: 'used / all',
        unit: '1',
      },
    };
    const { metrics, sent } = connect(createFakeDatadog({ series }), { roleQueries });
    const { signals, provenance } = await metrics({ roles: ['saturation.other'] });
    expect(asked(sent)).toMatchObject([{ formulas: [{ formula: 'q0_used / q0_all' }] }]);
    expect(provenance[0]?.text).toBe(
      'max:acme.pool.used{service:checkout} by {service} / max:acme.pool.max{service:checkout} by {service}',
    );
    expect(signals).toMatchObject([{ role: 'saturation.other', unit: '1', points: [[at(0), 0.9]] }]);
  });

  it('one request that fails beside others is a gap that names the roles', async () => {
    const names = [
      ...apm,
      'kubernetes.memory.usage',
      'kubernetes.cpu.usage.total',
      'rabbitmq.queue.messages',
    ];
    const answer = createFakeDatadog({
      metrics: names,
      series: answering([{ holds: '.as_rate()', values: [1] }]),
    });
    const { metrics, sent } = connect((request) =>
      asked(sent).length === 2 ? always(400)() : answer(request),
    );
    const { signals, gaps } = await metrics();
    expect(signals).toHaveLength(1);
    expect(gaps).toEqual([
      { reason: 'page-failure', window, detail: 'memory.usage, queue.depth: bad-query' },
    ]);
  });

  it('of a service without any known metric are no answer about it; nor are none with the tags of its place', async () => {
    expect((await connect(createFakeDatadog({ metrics: ['acme.x'] })).metrics()).gaps).toMatchObject([
      { reason: 'unmapped-target' },
    ]);
    const { metrics } = connect(createFakeDatadog({ metrics: apm }));
    expect((await metrics({ target: { service: 'checkout', environment: 'staging' } })).gaps).toMatchObject([
      { reason: 'unmapped-target' },
    ]);
    expect((await metrics()).gaps).toEqual([]);
  });
});

describe('metrics by name', () => {
  it('are series as they are stored, in a unit that is told, without a tag that is not there', async () => {
    const series = answering([
      {
        holds: 'jobs.age',
        values: [1500],
        tags: ['service:checkout', 'pod_name:N/A'],
        unit: [{ name: 'millisecond' }, null],
      },
    ]);
    const { metrics, paths } = connect(createFakeDatadog({ series }));
    const { signals } = await metrics({ names: ['jobs.age', 'jobs{x} by {y}'] });
    expect(paths()).toEqual(['/api/v2/query/timeseries']);
    expect(signals).toMatchObject([
      { name: 'jobs.age', unit: 's', attributes: { service: 'checkout' }, points: [[at(0), 1.5]] },
    ]);
    expect(signals[0]?.role).toBeUndefined();
  });

  it('times are shared by all series, and a missing value is no shift', async () => {
    const series = answering([
      { holds: 'one.metric', values: [null, 2], tags: ['service:a'] },
      { holds: 'one.metric', values: [1, null, 3], tags: ['service:b'] },
    ]);
    const { signals } = await connect(createFakeDatadog({ series })).metrics({
      names: ['one.metric'],
      target: {},
    });
    expect(Object.fromEntries(signals.map(({ points, service }) => [service, points]))).toEqual({
      a: [[at(60), 2]],
      b: [
        [at(0), 1],
        [at(120), 3],
      ],
    });
  });
});
