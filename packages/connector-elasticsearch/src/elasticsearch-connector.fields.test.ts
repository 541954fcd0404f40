import { expect, test } from 'vitest';
import { connect, fake } from './__fixtures__/connect.js';
import { createFakeElasticsearch, ecsMapping, type FakeOptions } from './__fixtures__/fake-elasticsearch.js';
import type { Source } from './__fixtures__/match-clause.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const time = { '@timestamp': '2026-08-24T10:30:00.123Z' };
const words = { '@timestamp': 'date', message: 'text' } as const;

async function only(source: Source, mapping: FakeOptions['mapping'], target = { service: 'checkout' }) {
  const { gaps, signals } = await fake(
    [{ source: { ...time, ...source } }],
    mapping === undefined ? {} : { mapping },
  ).ask({
    target,
  });
  expect(gaps).toEqual([]);
  expect(signals).toHaveLength(1);
  return signals[0]!;
}

const told = {
  body: 'db timeout',
  level: 'error',
  service: 'checkout',
  traceId: TRACE,
  spanId: 'b7ad6b7169203331',
};

test.each<[string, Source, FakeOptions['mapping']]>([
  [
    'ECS, nested',
    {
      message: 'db timeout',
      log: { level: 'ERROR' },
      service: { name: 'checkout' },
      trace: { id: TRACE },
      span: { id: 'b7ad6b7169203331' },
    },
    ecsMapping,
  ],
  [
    'ECS, dotted',
    {
      message: 'db timeout',
      'log.level': 'error',
      'service.name': 'checkout',
      'trace.id': TRACE,
      'span.id': 'b7ad6b7169203331',
    },
    ecsMapping,
  ],
  [
    'ECS, mixed',
    {
      message: 'db timeout',
      log: { level: 'err' },
      'service.name': 'checkout',
      trace: { id: TRACE },
      'span.id': 'b7ad6b7169203331',
    },
    ecsMapping,
  ],
  [
    "OpenTelemetry, as the collector's exporter writes it",
    {
      body: { text: 'db timeout' },
      severity_text: 'ERROR',
      severity_number: 17,
      resource: { attributes: { 'service.name': 'checkout' } },
      trace_id: TRACE,
      span_id: 'b7ad6b7169203331',
    },
    {
      '@timestamp': 'date_nanos',
      'body.text': 'match_only_text',
      severity_text: 'keyword',
      severity_number: 'long',
      'resource.attributes.service.name': 'keyword',
      trace_id: 'keyword',
      span_id: 'keyword',
    },
  ],
  [
    'Data Prepper for OpenSearch, with @ for dots',
    {
      time: time['@timestamp'],
      body: 'db timeout',
      severityText: 'Error',
      'resource.attributes.service@name': 'checkout',
      traceId: TRACE,
      spanId: 'b7ad6b7169203331',
    },
    {
      time: 'date',
      body: 'text',
      severityText: 'keyword',
      'resource.attributes.service@name': 'keyword',
      traceId: 'keyword',
      spanId: 'keyword',
    },
  ],
  [
    'Fluent Bit, where the labels name the service and the line its trace',
    {
      log: `level=error trace_id=${TRACE} span_id=b7ad6b7169203331`,
      kubernetes: { labels: { 'app.kubernetes.io/name': 'checkout' }, container_name: 'main' },
    },
    {
      '@timestamp': 'date',
      log: 'text',
      'kubernetes.labels.app.kubernetes.io/name': ['text'],
      'kubernetes.labels.app.kubernetes.io/name.keyword': 'keyword',
      'kubernetes.container_name': 'keyword',
    },
  ],
  [
    'Filebeat, with the labels dedotted',
    {
      message: 'db timeout',
      level: 50,
      kubernetes: { labels: { app_kubernetes_io: { name: 'x' }, 'app_kubernetes_io/name': 'checkout' } },
      traceId: TRACE,
      spanId: 'b7ad6b7169203331',
    },
    {
      ...words,
      level: 'long',
      'kubernetes.labels.app_kubernetes_io/name': 'keyword',
      traceId: 'keyword',
      spanId: 'keyword',
    },
  ],
])('%s', async (name, source, mapping) => {
  const { body, ...rest } = await only(source, mapping);
  const { body: toldBody, ...toldRest } = told;
  expect(rest).toMatchObject(toldRest);
  expect(body).toBe(name.startsWith('Fluent Bit') ? source['log'] : toldBody);
  expect(rest.timeUnixNano).toBe('1787567400123000000');
});

test('alias fields, which stand in no `_source`, are read from `fields`', async () => {
  const answer = createFakeElasticsearch([], { mapping: { ...ecsMapping, 'body.text': 'text' } });
  const { ask, searches } = connect(async (request) => {
    if (!request.url.includes('/_search')) return answer(request);
    const fields = {
      '@timestamp': ['2026-08-24T10:30:00.000000001Z'],
      'log.level': ['ERROR'],
      'service.name': ['checkout'],
      'trace.id': [TRACE],
    };
    const hit = {
      _index: '.ds-logs-app.otel-default',
      _id: 'x',
      _source: { body: { text: 'db timeout' }, attributes: { 'http.route': '/pay' } },
      fields,
    };
    return Response.json({
      timed_out: false,
      _shards: { total: 1, successful: 1, failed: 0 },
      hits: { hits: [hit] },
    });
  });
  const { signals } = await ask();
  expect(signals).toMatchObject([
    { body: 'db timeout', level: 'error', service: 'checkout', traceId: TRACE },
  ]);
  expect(signals[0]?.timeUnixNano).toBe('1787567400000000001');
  expect(signals[0]?.attributes).toEqual({ 'http.route': '/pay' });
  expect(searches()[0]?.body['fields']).toEqual([
    { field: '@timestamp', format: 'strict_date_optional_time_nanos' },
    ...['service.name', 'kubernetes.namespace', 'kubernetes.pod.name', 'log.level', 'trace.id', 'span.id'],
  ]);
});

test('attributes have dotted names, without the line and its time, and places under the usual names', async () => {
  const source = {
    message: 'db timeout',
    service: { name: 'checkout' },
    kubernetes: { namespace: 'shop', pod: { name: 'checkout-1' } },
    tags: ['a', 'b'],
    resource: { attributes: { 'host.name': 'node-1' } },
    http: { response: { status_code: 503 } },
    empty: null,
  };
  const { attributes } = await only(source, ecsMapping);
  expect(attributes).toEqual({
    'service.name': 'checkout',
    'kubernetes.namespace': 'shop',
    'kubernetes.pod.name': 'checkout-1',
    'k8s.namespace.name': 'shop',
    'k8s.pod.name': 'checkout-1',
    tags: '["a","b"]',
    'host.name': 'node-1',
    'http.response.status_code': 503,
  });
});

test('a key of a record that is called like the prototype is left out, and changes nothing', async () => {
  const source = JSON.parse(
    '{"message":"m","service.name":"checkout","__proto__":{"polluted":"x"}}',
  ) as Source;
  const { attributes } = await only(source, ecsMapping);
  expect(attributes).toEqual({ 'service.name': 'checkout' });
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test.each<[string, Source, Source]>([
  ['a structured body', { body: { structured: { event: 'x' } } }, { body: '{"event":"x"}' }],
  [
    'no line at all',
    { code: 7 },
    { body: '{"@timestamp":"2026-08-24T10:30:00.123Z","code":7}', attributes: { code: 7 } },
  ],
  ['a level in the line alone', { message: 'WARN slow query' }, { level: 'warn' }],
  ['a level of pino', { level: 40, message: 'm' }, { level: 'warn' }],
  ['a level of syslog', { level: 3, message: 'm' }, { level: 'error' }],
  ['an unknown level', { level: 'loud', message: 'm' }, { level: undefined }],
  ['a number of OpenTelemetry', { severity_number: 14, message: 'm' }, { level: 'warn', severityNumber: 14 }],
  [
    'a trace of 64 bits',
    { 'trace.id': 'B7AD6B7169203331', message: 'm' },
    { traceId: '0000000000000000b7ad6b7169203331' },
  ],
  [
    'a service that is none, beside one that is',
    { app: 'checkout', 'service.name': 'unknown_service:java', message: 'm' },
    { service: 'checkout' },
  ],
])('%s', async (_, source, expected) => {
  const mapping = {
    ...words,
    app: 'keyword',
    'service.name': 'keyword',
    level: 'keyword',
    severity_number: 'long',
    'trace.id': 'keyword',
  };
  const { ask } = fake([{ source: { ...time, ...source } }], { mapping });
  const { signals } = await ask({ target: {} });
  expect(signals).toHaveLength(1);
  expect({ ...signals[0] }).toMatchObject(
    Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)),
  );
  if (Object.values(expected).includes(undefined)) expect(signals[0]?.level).toBeUndefined();
});

test('a named field is the only one for its role', async () => {
  const stored = [
    { source: { ...time, message: 'mine', team_service: 'checkout', 'service.name': 'other' } },
    { source: { ...time, message: 'not mine', 'service.name': 'checkout' } },
  ];
  const options = { fields: { service: 'team_service' } };
  const mapping = { ...ecsMapping, team_service: 'keyword' };
  const { ask, connector, toCall } = fake(stored, { mapping, options });
  expect((await ask()).signals).toMatchObject([{ body: 'mine', service: 'checkout' }]);
  expect((await connector.checkHealth(toCall())).labels).toContainEqual({
    field: 'service',
    label: 'team_service',
    chosenBy: 'option',
  });
});

test('an index without a time, and no index at all, are gaps and never nothing found', async () => {
  const timeless = await fake([], { mapping: { message: 'text', 'service.name': 'keyword' } }).ask();
  expect(timeless).toMatchObject({
    signals: [],
    gaps: [{ reason: 'unmapped-target' }],
    provenance: { length: 1 },
  });
  const none = await fake([], { indices: [], mapping: {} }).ask();
  expect(none.gaps).toMatchObject([
    { reason: 'unmapped-target', detail: expect.stringContaining('no index matches') },
  ]);
});
