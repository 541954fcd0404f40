import { describe, expect, it } from 'vitest';
import { at, connect, window } from './__fixtures__/connect.js';
import { createFakeDatadog, eventItem } from './__fixtures__/fake-datadog.js';

const DAY_MS = 86_400_000;
const tags = (version: string, ...more: readonly string[]) => [
  'service:checkout',
  `version:${version}`,
  ...more,
];

describe('deploys from events', () => {
  it('are found by version tags and change events of the service, and not by alerts', async () => {
    const { deploys, texts, sent } = connect(
      createFakeDatadog({ events: [eventItem('e', at(10), tags('v2', 'previous_version:v1'))] }),
    );
    await deploys({ target: { service: 'checkout', environment: 'prod' } });
    expect(texts()).toEqual([
      '(service:"checkout" OR @impacted_resources.name:"checkout") (env:"prod" OR -env:*) (version:* OR @evt.category:change) -source:(alert OR monitor OR kubernetes OR docker OR containerd)',
    ]);
    expect(sent.find(({ url }) => url.pathname.endsWith('/events/search'))?.body).toMatchObject({
      filter: { from: String(window.startMs) },
      sort: '-timestamp',
      page: { limit: 1000 },
    });
  });

  it('tell versions, commit, repository, person, change request and outcome by their tags', async () => {
    const more = [
      'previous_version:v1',
      'git.commit.sha:abc123',
      'git.repository_url:git@github.com:acme/shop.git',
      'pull_request:847',
      'author:dana',
      'kube_namespace:shop',
    ];
    const { deploys } = connect(
      createFakeDatadog({ events: [eventItem('e1', at(10), tags('v2', ...more), { status: 'success' })] }),
    );
    const { signals } = await deploys();
    expect(signals).toMatchObject([
      {
        service: 'checkout',
        namespace: 'shop',
        version: 'v2',
        previousVersion: 'v1',
        revision: 'abc123',
        repository: 'acme/shop',
        actor: 'dana',
        changeRequest: '#847',
        phase: 'succeeded',
        summary: 'event e1',
        timestampMs: at(10),
        url: 'https://app.datadoghq.com/event/explorer?event=e1',
      },
    ]);
  });

  it('a change event tells values before and after, for each service that it touches', async () => {
    const told = {
      author: { name: 'Dana Reyes', type: 'user' },
      changed_resource: { name: 'checkout-config', type: 'configuration' },
      impacted_resources: [
        { name: 'checkout', type: 'service' },
        { name: 'cart', type: 'service' },
      ],
      prev_value: { pool: { max: 100 }, region: 'eu' },
      new_value: { pool: { max: 10 }, region: 'eu' },
    };
    const { deploys } = connect(createFakeDatadog({ events: [eventItem('e', at(10), [], told)] }));
    const { signals } = await deploys({ target: {} });
    expect(signals.map(({ service }) => service)).toEqual(['checkout', 'cart']);
    expect(signals[0]).toMatchObject({
      actor: 'Dana Reyes',
      changes: [{ path: 'checkout-config: pool.max', before: '100', after: '10' }],
    });
    expect(new Set(signals.map(({ id }) => id)).size).toBe(2);
  });

  it('the version before is that of the event before, also of one before the window', async () => {
    const events = [
      eventItem('old', window.startMs - 5 * DAY_MS, tags('v1')),
      eventItem('a', at(10), tags('v2')),
      eventItem('again', at(20), tags('v2')),
      eventItem('b', at(30), tags('v3')),
    ];
    const { deploys, sent } = connect(createFakeDatadog({ events }));
    const { signals, gaps } = await deploys();
    expect(signals.map(({ version, previousVersion }) => [version, previousVersion])).toEqual([
      ['v2', 'v1'],
      ['v2', 'v1'],
      ['v3', 'v2'],
    ]);
    expect(gaps).toEqual([]);
    expect(sent.filter(({ url }) => url.pathname.endsWith('/events/search'))).toHaveLength(2);
  });

  it('events without a service, which Datadog calls `undefined`, are not told', async () => {
    const events = [eventItem('e', at(10), ['version:v2'], { service: 'undefined' })];
    expect((await connect(createFakeDatadog({ events })).deploys({ target: {} })).signals).toEqual([]);
  });

  it.each([
    ['error', 'failed'],
    ['success', 'succeeded'],
    ['info', 'unknown'],
  ])('status %s is phase %s', async (status, phase) => {
    const { deploys } = connect(
      createFakeDatadog({ events: [eventItem('e', at(10), tags('v2'), { status })] }),
    );
    expect((await deploys()).signals).toMatchObject([{ phase }]);
  });

  it('`deployEvents` says which events tell of a deploy', async () => {
    const { deploys, texts } = connect(createFakeDatadog({ events: [] }), { deployEvents: 'source:ship-it' });
    await deploys();
    expect(texts()[0]).toBe('(service:"checkout" OR @impacted_resources.name:"checkout") source:ship-it');
  });

  it('none are an answer only where deploys are told at all', async () => {
    expect((await connect(createFakeDatadog({ events: [] })).deploys()).gaps).toMatchObject([
      { reason: 'unmapped-target' },
    ]);
    const other = eventItem('other', window.startMs - DAY_MS, ['service:cart', 'version:v1']);
    const events = [{ ...other, matches: (query: string) => !query.includes('checkout') }];
    expect((await connect(createFakeDatadog({ events })).deploys()).gaps).toEqual([]);
  });
});

describe('deploys from version tags', () => {
  const times = [0, 1, 2, 3, 4, 5].map((minutes) => at(minutes * 60));
  const hits = (
    series: Record<string, readonly (number | null)[]>,
    events: Parameters<typeof createFakeDatadog>[0]['events'] = [],
  ) =>
    connect(
      createFakeDatadog({
        events,
        metrics: ['trace.web.request.hits'],
        series: () => ({
          series: Object.keys(series).map((tags) => ({
            group_tags: tags.split(','),
            query_index: 0,
            unit: null,
          })),
          times,
          values: Object.values(series),
        }),
      }),
    );

  it('are the first requests of a version where another answered before', async () => {
    const { deploys, sent } = hits({
      'service:checkout,version:v1': [50, 55, 60, 20, 0, 0],
      'service:checkout,version:v2': [null, null, null, 40, 60, 60],
      'service:cart,version:v7': [null, null, null, 5, 5, 5],
      // Which came first cannot be seen so near to the beginning.
      'service:pay,version:v1': [5, 5, 5, 5, 5, 5],
      'service:pay,version:v2': [null, 5, 5, 5, 5, 5],
      'service:old,version:N/A': [1, 1, 1, 1, 1, 1],
    });
    const { signals, gaps, provenance } = await deploys({ target: {} });
    expect(signals).toMatchObject([
      {
        service: 'checkout',
        version: 'v2',
        previousVersion: 'v1',
        timestampMs: at(180),
        summary: 'first requests of v2',
        phase: 'unknown',
      },
    ]);
    expect(provenance.map(({ queryId }) => queryId)).toContain(signals[0]?.queryId);
    expect(provenance[1]?.text).toBe('sum:trace.web.request.hits{*} by {service,version}.as_count()');
    expect(gaps).toEqual([]);
    expect(sent).toHaveLength(3);
  });

  it('are told once where an event tells the same', async () => {
    const { deploys } = hits(
      {
        'service:checkout,version:v1': [50, 55, 60, 20, 0, 0],
        'service:checkout,version:v2': [0, 0, 0, 40, 60, 60],
      },
      [eventItem('e', at(90), tags('v2', 'previous_version:v1'))],
    );
    expect((await deploys()).signals.map(({ summary }) => summary)).toEqual(['event e']);
  });

  it('that cannot be read are a gap beside the events', async () => {
    const answer = createFakeDatadog({ events: [eventItem('e', at(90), tags('v2', 'previous_version:v1'))] });
    const { deploys } = connect((request) =>
      request.url.includes('/metrics')
        ? Response.json({ errors: ['Forbidden'] }, { status: 403 })
        : answer(request),
    );
    const { signals, gaps } = await deploys();
    expect(signals).toHaveLength(1);
    expect(gaps).toEqual([
      { reason: 'page-failure', window, detail: 'versions in trace metrics were not read: auth' },
    ]);
  });
});
