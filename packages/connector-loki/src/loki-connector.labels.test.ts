import { describe, expect, test } from 'vitest';
import { connect, fake, isSeries, seriesOf, storedLines } from './__fixtures__/connect.js';
import { recorded } from './__fixtures__/recorded.js';

describe('labels of the target', () => {
  test.each([
    ['app', { app: 'orders', pod: 'x' }, '{app="orders"}'],
    [
      'service_name where both are there',
      { app: 'orders', service_name: 'orders' },
      '{service_name="orders"}',
    ],
    ['job with a namespace in front', { job: 'shop/orders' }, '{job=~"(.+/)?orders"}'],
    ['k8s_deployment_name', { k8s_deployment_name: 'orders' }, '{k8s_deployment_name="orders"}'],
  ])('%s', async (_, stream, query) => {
    const { ask, queries } = connect((request) =>
      isSeries(request) ? seriesOf(stream as Record<string, string>) : recorded('query-range.empty'),
    );
    await ask();
    expect(queries()).toEqual([query]);
  });

  test('the label with more of the streams wins over the likelier one', async () => {
    const streams = [
      { service: 'orders', app: 'orders' },
      { app: 'orders', pod: 'b' },
      { app: 'orders', pod: 'c' },
    ];
    const { ask, queries } = connect((request) =>
      isSeries(request) ? seriesOf(...streams) : recorded('query-range.empty'),
    );
    await ask();
    expect(queries()).toEqual(['{app="orders"}']);
  });

  test('a service that no label carries is an unmapped-target gap, with what was tried', async () => {
    const { ask, queries } = connect(() => Response.json({ status: 'success' }));
    const batch = await ask({ target: { service: 'nobody' } });
    expect(batch.signals).toEqual([]);
    expect(batch.gaps).toMatchObject([{ reason: 'unmapped-target' }]);
    expect(batch.provenance).toMatchObject([{ language: 'http' }]);
    expect(batch.provenance[0]!.text).toContain('match[]=k8s_deployment_name');
    expect(queries()).toEqual([]);
  });

  test('OTLP streams name the namespace otherwise', async () => {
    const stream = { service_name: 'inventory', k8s_namespace_name: 'shop' };
    const { ask, queries } = connect((request) =>
      isSeries(request) ? seriesOf(stream) : recorded('query-range.otlp-three-tuples'),
    );
    const batch = await ask({ target: { service: 'inventory', namespace: 'shop' } });
    expect(queries()).toEqual(['{service_name="inventory", k8s_namespace_name="shop"}']);
    expect(batch.gaps).toEqual([]);
  });

  test('a namespace without a service: both names that the server knows, over all streams', async () => {
    const { ask, queries } = connect((request) =>
      recorded(request.url.includes('/labels') ? 'labels.all' : 'query-range.empty'),
    );
    const batch = await ask({ target: { namespace: 'shop' } });
    expect(queries()).toEqual(['{service_name=~".+"} | namespace="shop" or k8s_namespace_name="shop"']);
    expect(batch.gaps).toEqual([]);
  });

  test('an empty target asks for everything, since Loki refuses an empty selector', async () => {
    const { ask, queries } = connect((request) =>
      recorded(request.url.includes('/labels') ? 'labels.all' : 'query-range.empty'),
    );
    await ask({ target: {} });
    expect(queries()).toEqual(['{service_name=~".+"}']);
  });

  test('a server without any streams has nothing, and says so without `data`', async () => {
    const { ask, queries } = connect(() => recorded('labels.empty-without-data'));
    expect(await ask({ target: {} })).toMatchObject({ signals: [], gaps: [] });
    expect(queries()).toEqual([]);
  });

  test('what no label expresses is told, and the rest is asked all the same', async () => {
    const { ask, queries } = fake(storedLines(1));
    const target = {
      service: 'orders',
      cluster: 'eu',
      operation: 'GET /',
      labels: { version: 'v2', 'a b': 'c' },
    };
    const { gaps } = await ask({ target });
    expect(queries()).toEqual(['{app="orders"} | version="v2"']);
    expect(gaps.map((gap) => gap.reason)).toEqual([
      'unmapped-target',
      'unmapped-target',
      'unsupported-filter',
    ]);
  });

  test('a pod that only structured metadata tells: lines of other pods go, those that tell none stay, and that is a gap', async () => {
    const { ask, queries } = connect((request) =>
      isSeries(request) ? seriesOf({ service_name: 'orders' }) : recorded('query-range.empty'),
    );
    const { gaps } = await ask({ target: { service: 'orders', pod: 'orders-1' } });
    expect(queries()[0]).toContain(
      '{service_name="orders"} | pod="orders-1" or pod="" | k8s_pod_name="orders-1" or',
    );
    expect(gaps).toMatchObject([{ reason: 'unmapped-target' }]);
    expect(gaps[0]!.detail).toContain('lines that do not tell theirs are in');
  });

  test('given labels are used without a search', async () => {
    const { ask, queries } = connect(
      (request) => (isSeries(request) ? seriesOf({ team_service: 'orders' }) : recorded('query-range.empty')),
      { serviceLabel: 'team_service', namespaceLabel: 'ns' },
    );
    await ask({ target: { service: 'orders', namespace: 'shop' } });
    expect(queries()).toEqual(['{team_service="orders", ns="shop"}']);
  });

  test.each(['x"} or {y="', 'a\\', 'line\nbreak', '`', '$(x)', '(.*)'])(
    'hostile value %j stays a value',
    async (service) => {
      const { ask, sent } = connect((request) =>
        isSeries(request) ? seriesOf({ app: service }) : recorded('query-range.empty'),
      );
      await ask({ target: { service, pod: service, labels: { extra: service } }, contains: [service] });
      const selector = sent[0]!.parameters.getAll('match[]').find((text) => text.startsWith('{app='))!;
      expect(JSON.parse(selector.slice('{app='.length, -1))).toBe(service);
      const query = sent[1]!.parameters.get('query')!;
      const outside = query.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""');
      const pods = ['pod', 'k8s_pod_name', 'pod_name', 'kubernetes_pod_name'];
      const unlessOther = pods.map((label) => ` | ${label}="" or ${label}=""`).join('');
      expect(outside).toBe(`{app=""} |= ""${unlessOther} | extra=""`);
    },
  );
});
