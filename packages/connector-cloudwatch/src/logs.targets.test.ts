import { describe, expect, test } from 'vitest';
import { fake, storedEvents, window } from './__fixtures__/connect.js';
import { matchesPattern, namesService } from './log-group-names.js';
import { workloadOf } from './log-line.js';

const shared = '/aws/containerinsights/prod/application';
const line = (container: string, rest: object = {}) =>
  JSON.stringify({
    log: '{"level":"warn","msg":"slow"}\n',
    kubernetes: {
      container_name: container,
      pod_name: `${container}-5d4b9c7f6-9hjlc`,
      namespace_name: 'shop',
      ...rest,
    },
  });
const events = (messages: readonly string[], group = shared) =>
  messages.map((message, index) => ({ message, group, timestampMs: window.startMs + index * 1000 }));

describe('whose group it is', () => {
  test.each([
    ['/ecs/checkout', true],
    ['/aws/lambda/checkout', true],
    ['checkout', true],
    ['/ecs/prod-checkout', true],
    ['/copilot/shop-prod-checkout', true],
    ['/ecs/checkout-service', true],
    ['/ecs/checkout-worker', false],
    ['/ecs/precheckout', false],
    ['/aws/rds/instance/checkout/postgresql', false],
    ['/aws/containerinsights/checkout/application', false],
    ['/aws/codebuild/checkout', false],
  ])('%s: %s', (name, own) => {
    expect(namesService(name, 'checkout', { namespace: 'shop' })).toBe(own);
  });

  test.each([
    ['/ecs/checkout', '/ecs/checkout', true],
    ['/ecs/checkout', '/ecs/*', true],
    ['/ecs/a/b/app', '/ecs/*/app', true],
    ['/ecs/app', '/ecs/*/app', false],
    ['/ecs/aXb', '/ecs/a.b', false],
    ['/x/a', '*a*a', false],
  ])('%s fits %s: %s', (name, pattern, fits) => {
    expect(matchesPattern(name, pattern)).toBe(fits);
  });

  test.each([
    ['checkout-5d4b9c7f6-9hjlc', 'checkout'],
    ['checkout-0', 'checkout'],
    ['checkout-x2vkp', 'checkout'],
    ['checkout-worker-x2vkp', 'checkout-worker'],
  ])('the pod %s is of %s', (pod, workload) => {
    expect(workloadOf(pod)).toBe(workload);
  });
});

describe('which groups are read', () => {
  test('by default those that are named for the service, and the shared ones of Container Insights', async () => {
    const { logs, of } = fake({ events: storedEvents(1), groups: [shared, '/ecs/checkout-worker'] });
    await logs();
    expect(of('StartQuery')[0]!.body['logGroupNames']).toEqual(['/ecs/checkout', shared]);
    await logs();
    // Looked up once.
    expect(of('DescribeLogGroups')).toHaveLength(2);
  });

  test('by patterns: a service’s own by its name, others shared; only groups that are there', async () => {
    const options = { logGroups: ['/apps/{environment}/{service}', '/platform/{cluster}'] };
    const groups = ['/apps/prod/checkout', '/apps/dev/checkout', '/platform/eu', '/platform/us'];
    const { logs, of } = fake({ groups, options });
    await logs({ target: { service: 'checkout', environment: 'prod', cluster: 'eu' } });
    expect(of('StartQuery')[0]!.body['logGroupNames']).toEqual(['/apps/prod/checkout', '/platform/eu']);
  });

  test('given ones are not looked up; ARNs of other accounts go as identifiers', async () => {
    const arn = 'arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/checkout:*';
    const { logs, of } = fake({ options: { serviceLogGroups: { checkout: [arn] } } });
    await logs().catch(() => undefined);
    expect(of('DescribeLogGroups')).toEqual([]);
    expect(of('StartQuery')[0]!.body).toMatchObject({ logGroupIdentifiers: [arn.replace(/:\*$/, '')] });
    expect(of('StartQuery')[0]!.body).not.toHaveProperty('logGroupNames');
  });

  test('of many, fifty are read and the rest is a gap', async () => {
    const groups = Array.from({ length: 60 }, (_, index) => `/team-${index}/checkout`);
    const { logs, of } = fake({ groups });
    expect((await logs()).gaps).toMatchObject([{ reason: 'unmapped-target', missing: { count: 10 } }]);
    expect(of('StartQuery')[0]!.body['logGroupNames']).toHaveLength(50);
  });

  test.each(['nobody', 'x"} | delete', '__proto__'])(
    'a service without a group is no empty answer: %s',
    async (service) => {
      const { logs, of } = fake({ options: { serviceLogGroups: { other: ['/x'] } } });
      const batch = await logs({ target: { service } });
      expect(batch).toMatchObject({ signals: [], gaps: [{ reason: 'unmapped-target' }] });
      expect(batch.provenance).toHaveLength(1);
      expect(of('StartQuery')).toEqual([]);
    },
  );
});

describe('lines of shared groups', () => {
  test('are chosen by fields, pod name and place, in the query and again afterwards', async () => {
    const stored = events([line('checkout'), line('orders'), line('checkout', { namespace_name: 'other' })]);
    const { logs, queryText } = fake({ events: stored });
    const { gaps, signals } = await logs({ target: { service: 'checkout', namespace: 'shop' } });
    expect(queryText()).toContain('kubernetes.container_name = "checkout"');
    expect(queryText()).toContain('`kubernetes.labels.app.kubernetes.io/name` = "checkout"');
    expect(queryText()).toContain('kubernetes.pod_name like /^checkout(-[a-z0-9]{6,10})?-');
    expect(queryText()).toContain(
      'filter kubernetes.namespace_name = "shop" or not ispresent(kubernetes.namespace_name)',
    );
    expect(signals).toMatchObject([
      { service: 'checkout', level: 'warn', body: '{"level":"warn","msg":"slow"}' },
    ]);
    expect(gaps).toEqual([]);
  });

  test('name their services when none was asked for', async () => {
    const otlp =
      '{"body":"paid","severity_text":"ERROR","resource":{"service.name":"billing"},"trace_id":"1-5759e988-bd862e3fe1be46a994272793"}';
    const { logs } = fake({ events: events([line('checkout'), otlp]) });
    const { signals } = await logs({ target: { namespace: 'shop' } });
    expect(signals).toMatchObject([
      { service: 'checkout' },
      { service: 'billing', body: 'paid', level: 'error', traceId: '5759e988bd862e3fe1be46a994272793' },
    ]);
  });

  test('a cluster, environment or namespace that nothing tells is a gap; `covers` tells for all', async () => {
    const target = { service: 'checkout', environment: 'prod', namespace: 'shop' };
    const open = await fake({ events: storedEvents(1) }).logs({ target });
    expect(open.gaps.map(({ reason }) => reason)).toEqual(['unmapped-target', 'unmapped-target']);
    const covered = fake({ events: storedEvents(1), options: { covers: { environment: 'prod' } } });
    expect((await covered.logs({ target })).gaps).toHaveLength(1);
  });
});

describe('filters', () => {
  test('text stands between quotes that it cannot leave', async () => {
    const { logs, queryText } = fake({ events: storedEvents(1) });
    await logs({ contains: ['a" or 1=1 | delete "b\\', 'plain'] });
    expect(queryText()).toContain('| filter @message like "a"\n| filter @message like " or 1=1 | delete "\n');
    expect(queryText()).toContain('@message like "plain"');
  });

  test('text with quotes is found in an envelope, where it is escaped', async () => {
    const message = JSON.stringify({ log: 'pool "main" is full', stream: 'stderr' });
    const { logs } = fake({ events: events([message, 'pool main is full'], '/ecs/checkout') });
    expect((await logs({ contains: ['pool "main"'] })).signals).toHaveLength(1);
  });

  test('trace ids are hex digits, with X-Ray’s dash; what is none is a gap', async () => {
    const id = '5759e988bd862e3fe1be46a994272793';
    const { logs, queryText } = fake({
      events: events(['XRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793', 'else'], '/ecs/checkout'),
    });
    const { gaps, signals } = await logs({ traceIds: [id.toUpperCase(), 'x/ or 1'] });
    expect(queryText()).toContain('@message like /(?i)5759e988-?bd862e3fe1be46a994272793/');
    expect(signals).toMatchObject([{ traceId: id }]);
    expect(gaps).toMatchObject([{ reason: 'unsupported-filter', missing: { count: 1, exact: true } }]);
    expect((await logs({ traceIds: ['none'] })).signals).toEqual([]);
  });

  test('levels are read from JSON, numbers, logfmt and plain text; words choose where there is none', async () => {
    const messages = [
      '{"level":50,"msg":"pino"}',
      'level=error msg=x',
      '2026-11-23T03:00:00Z\t8f5c\tERROR\tfrom Lambda',
      '{"level":"info","msg":"error=0"}',
      'Unhandled exception in thread main',
      'all is well',
    ];
    const { logs } = fake({ events: events(messages, '/ecs/checkout') });
    const { gaps, signals } = await logs({ minLevel: 'error' });
    expect(signals.map(({ body }) => messages.indexOf(body))).toEqual([0, 1, 2, 4]);
    expect(gaps).toMatchObject([{ reason: 'unsupported-filter' }]);
  });

  test('native text is sent as it is, to the groups it names', async () => {
    const query = 'fields @timestamp, @message | filter status >= 500';
    const { logs, of } = fake({ events: storedEvents(2) });
    const native = { cloudwatch: { query, logGroups: ['/ecs/checkout'] } };
    expect((await logs({ native })).signals).toHaveLength(2);
    expect(of('StartQuery')[0]!.body).toMatchObject({ queryString: query });
    await expect(logs({ native: { cloudwatch: 'x' } })).rejects.toMatchObject({ code: 'bad-query' });
  });
});

test('a link opens the query in the console', async () => {
  const { logs } = fake({
    events: storedEvents(1),
    options: { webUrl: 'https://eu-west-1.console.aws.amazon.com/' },
  });
  const url = (await logs()).provenance[0]!.url!;
  expect(url).toContain(
    'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:logs-insights$3FqueryDetail$3D$257E$2528end$257E$2527',
  );
  expect(url).toContain('source$257E$2528$257E$2527*2fecs*2fcheckout$2529$2529');
});
