import { describe, expect, it } from 'vitest';
import { always, at, connect, window } from './__fixtures__/connect.js';
import { createFakeDatadog, eventItem, logItem, spanItem } from './__fixtures__/fake-datadog.js';
import { createDatadogConnector } from './index.js';

const keys = { token: 'api-key', applicationKey: 'app-key' };

describe('sites', () => {
  it.each([
    [undefined, 'api.datadoghq.com', 'https://app.datadoghq.com'],
    ['datadoghq.eu', 'api.datadoghq.eu', 'https://app.datadoghq.eu'],
    ['us3.datadoghq.com', 'api.us3.datadoghq.com', 'https://us3.datadoghq.com'],
    ['us5.datadoghq.com', 'api.us5.datadoghq.com', 'https://us5.datadoghq.com'],
    ['ap1.datadoghq.com', 'api.ap1.datadoghq.com', 'https://ap1.datadoghq.com'],
    ['ap2.datadoghq.com', 'api.ap2.datadoghq.com', 'https://ap2.datadoghq.com'],
    ['uk1.datadoghq.com', 'api.uk1.datadoghq.com', 'https://uk1.datadoghq.com'],
    ['ddog-gov.com', 'api.ddog-gov.com', 'https://app.ddog-gov.com'],
    ['us2.ddog-gov.com', 'api.us2.ddog-gov.com', 'https://us2.ddog-gov.com'],
  ])('%s is asked at %s and opened at %s', async (site, host, page) => {
    const { logs, sent } = connect(createFakeDatadog({ logs: [logItem('a', at(1))] }), { site });
    const { provenance } = await logs();
    expect(sent[0]?.url.host).toBe(host);
    expect(provenance[0]?.url?.startsWith(`${page}/logs?query=service`)).toBe(true);
  });

  it('one that does not exist is refused at once, with the list', () => {
    expect(() => createDatadogConnector({ ...keys, site: 'app.datadoghq.com' })).toThrow(
      /\[datadog\] config: `site` must be one of datadoghq\.com, us3\.datadoghq\.com, .*us2\.ddog-gov\.com/,
    );
  });

  it('`baseUrl` is a gateway in front, `webUrl` the address of an organisation of its own', async () => {
    const options = { baseUrl: 'https://gateway.example/datadog/', webUrl: 'https://acme.datadoghq.com/' };
    const { logs, sent } = connect(createFakeDatadog({ logs: [logItem('a', at(1))] }), options);
    const { signals } = await logs();
    expect(sent[0]?.url.href).toBe('https://gateway.example/datadog/api/v2/logs/events/search');
    expect(signals[0]?.url?.startsWith('https://acme.datadoghq.com/logs?event=a&')).toBe(true);
  });

  it('a `webUrl` that is none is refused at once', () => {
    expect(() => createDatadogConnector({ ...keys, webUrl: 'javascript:alert(1)' })).toThrow(/webUrl/);
  });
});

describe('keys', () => {
  it('are asked for on every request where they are functions, beside other headers', async () => {
    let asked = 0;
    const { logs, sent } = connect(createFakeDatadog({ logs: [] }), {
      token: async () => `api-${++asked}`,
      applicationKey: () => `app-${asked}`,
      headers: () => ({ 'x-gateway': 'g' }),
    });
    await logs();
    expect(
      sent.map(({ headers }) => [
        headers.get('dd-api-key'),
        headers.get('dd-application-key'),
        headers.get('x-gateway'),
      ]),
    ).toEqual([
      ['api-1', 'app-1', 'g'],
      ['api-2', 'app-2', 'g'],
    ]);
    expect(sent.every(({ headers }) => headers.get('authorization') === null)).toBe(true);
  });

  it.each([
    ['an empty API key', { token: '' }, 'dd-api-key'],
    ['one that fails to come', { token: () => Promise.reject(new Error('SECRET vault')) }, 'dd-api-key'],
    ['an application key with a line break', { applicationKey: 'SECRET\nkey' }, 'dd-application-key'],
  ])('%s is named and not shown', async (_, options, header) => {
    const { logs, sent } = connect(always(200), options);
    const failure = await logs().then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure?.message).toMatch(/^\[datadog\] config: /);
    expect(failure?.message).toContain(header);
    expect(`${failure?.message}${JSON.stringify(failure)}${failure?.stack}`).not.toContain('SECRET');
    expect(sent).toEqual([]);
  });

  it('stand in no answer, no link and no error', async () => {
    const options = { token: 'SECRET-api', applicationKey: 'SECRET-app' };
    const { logs, traces, deploys, connector, call } = connect(
      createFakeDatadog({
        logs: [logItem('a', at(1))],
        spans: [spanItem('1', '1', at(1))],
        events: [eventItem('e', at(1), ['service:checkout', 'version:v1'])],
      }),
      options,
    );
    const answers = [await logs(), await traces(), await deploys(), await connector.checkHealth(call)];
    expect(JSON.stringify(answers)).not.toContain('SECRET');
    const refused = connect(always(403, { errors: ['Forbidden SECRET-app'] }), options);
    const failure = await refused.logs().then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ code: 'auth', status: 403 });
    expect(`${failure?.message}${JSON.stringify(failure)}${failure?.stack}`).not.toContain('SECRET');
  });
});

describe('rate limits', () => {
  it.each([
    ['seconds until the reset', { 'x-ratelimit-reset': '7', 'x-ratelimit-period': '3600' }, 7000],
    ['the period where the reset is missing', { 'x-ratelimit-period': '10' }, 10_000],
    ['retry-after, where a gateway tells it', { 'retry-after': '3', 'x-ratelimit-reset': '7' }, 3000],
    ['nothing', {}, undefined],
  ])('a 429 tells the wait by %s', async (_, headers, retryAfterMs) => {
    const { logs, paths } = connect(always(429, { errors: ['Rate limited'] }, headers));
    const failure: unknown = await logs().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'rate-limited', status: 429 });
    expect((failure as { retryAfterMs?: number }).retryAfterMs).toBe(retryAfterMs);
    expect(paths()).toHaveLength(1);
  });
});

describe('errors', () => {
  it.each([
    ['texts', { errors: ['input_validation_error'] }],
    ['objects', { errors: [{ title: 'Bad', detail: 'SECRET', status: '400' }] }],
  ])('with a body of %s are told by their status alone', async (_, body) => {
    const failure: unknown = await connect(always(400, body))
      .traces()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'bad-query',
      message: '[datadog] bad-query: HTTP 400 for /api/v2/spans/events/search',
    });
  });
});

describe('health', () => {
  const scopeOf = (status: (path: string) => number) =>
    connect((request) => {
      const { pathname } = new URL(request.url);
      const code = status(pathname);
      return code === 200
        ? createFakeDatadog({})(request)
        : Response.json({ errors: ['Forbidden'] }, { status: code });
    });

  it('is well where each product answers, and tells by which tags targets are asked for', async () => {
    const { connector, call, paths } = scopeOf(() => 200);
    const health = await connector.checkHealth(call);
    expect(health).toMatchObject({ state: 'healthy' });
    expect(health.labels).toContainEqual({
      field: 'namespace',
      label: 'kube_namespace',
      chosenBy: 'convention',
    });
    expect(paths().sort()).toEqual([
      '/api/v1/validate',
      '/api/v2/events/search',
      '/api/v2/logs/events/search',
      '/api/v2/metrics',
      '/api/v2/query/timeseries',
      '/api/v2/spans/events/search',
    ]);
  });

  it.each([
    ['/api/v2/logs/events/search', 'logs', 'logs_read_data'],
    ['/api/v2/query/timeseries', 'metrics', 'timeseries_query'],
    ['/api/v2/metrics', 'names of metrics', 'metrics_read'],
    ['/api/v2/spans/events/search', 'traces', 'apm_read'],
    ['/api/v2/events/search', 'events', 'events_read'],
  ])('a 403 of %s names the scope that %s need', async (refused, product, scope) => {
    const { connector, call } = scopeOf((path) => (path === refused ? 403 : 200));
    const { detail, state } = await connector.checkHealth(call);
    expect(state).toBe('degraded');
    expect(detail).toMatch(new RegExp(`^${product}: HTTP 403, the application key lacks \`${scope}\``));
  });

  it('a valid API key with a wrong application key is told apart: /validate knows the API key only', async () => {
    const { connector, call } = scopeOf((path) => (path === '/api/v1/validate' ? 200 : 403));
    expect(await connector.checkHealth(call)).toMatchObject({
      state: 'unhealthy',
      detail: expect.stringMatching(/application key is none of datadoghq\.com.*`applicationKey`/),
    });
  });

  it.each([401, 403])(
    'an API key of another site (%i) is said, and nothing else is asked',
    async (status) => {
      const { connector, call, paths } = scopeOf(() => status);
      expect(await connector.checkHealth(call)).toMatchObject({
        state: 'unhealthy',
        detail: 'the API key is none of datadoghq.com: check `token` and `site`',
      });
      expect(paths()).toEqual(['/api/v1/validate']);
    },
  );

  it('a Datadog that is down is unhealthy by its status', async () => {
    const { connector, call } = scopeOf(() => 503);
    expect(await connector.checkHealth(call)).toMatchObject({
      state: 'unhealthy',
      detail: '[datadog] unavailable: HTTP 503 for /api/v1/validate',
    });
  });
});

it('links open the search, its times among them', async () => {
  const { deploys, traces, metrics } = connect(createFakeDatadog({ metrics: ['trace.web.request.hits'] }));
  const [one, two, three] = [await traces(), await deploys(), await metrics()].map(
    ({ provenance }) => new URL(provenance[0]?.url ?? ''),
  );
  expect([one?.pathname, two?.pathname, three?.pathname]).toEqual([
    '/apm/traces',
    '/event/explorer',
    '/metric/explorer',
  ]);
  expect(one?.searchParams.get('start')).toBe(String(window.startMs));
  expect(two?.searchParams.get('from_ts')).toBe(String(window.startMs));
  expect(three?.searchParams.get('exp_metric')).toBe('trace.web.request.hits');
});
