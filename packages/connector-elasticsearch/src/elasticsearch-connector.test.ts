import { querySignals } from '@midwatch/core';
import { expect, test } from 'vitest';
import { connect, fake, records, window } from './__fixtures__/connect.js';
import { createElasticsearchConnector, type ElasticsearchConnectorOptions } from './index.js';

const authorization = async (options: Partial<ElasticsearchConnectorOptions>) => {
  const { ask, sent } = fake(records(1), { options });
  await ask();
  return sent[0]?.headers.get('authorization');
};

test('an API key is sent as Elastic shows it, or encoded from its two parts; others as bearer or basic', async () => {
  expect(await authorization({ token: 'aWQ6a2V5' })).toBe('ApiKey aWQ6a2V5');
  expect(await authorization({ token: async () => 'id:key' })).toBe('ApiKey aWQ6a2V5');
  expect(await authorization({ token: 'jwt', tokenType: 'bearer' })).toBe('Bearer jwt');
  expect(await authorization({ basicAuth: { username: 'u', password: 'p' } })).toBe('Basic dTpw');
  expect(await authorization({ token: 'k', headers: { 'x-tenant': 'a' } })).toBe('ApiKey k');
  await expect(fake([], { options: { token: () => '' } }).ask()).rejects.toMatchObject({ code: 'config' });
});

test.each<[string, Partial<ElasticsearchConnectorOptions>]>([
  ['`token` or `basicAuth`', { token: 'a', basicAuth: { username: 'u', password: 'p' } }],
  ['`index`', { index: 'logs/../_all' }],
  ['`index`', { index: ' ' }],
  ['`webUrl`', { webUrl: 'javascript:alert(1)' }],
  ['`fields`', { fields: { service: 'a,*' } }],
  ['`maxEntriesPerRequest`', { maxEntriesPerRequest: 1 }],
])('refuses a wrong %s at once', (message, options) => {
  expect(() => createElasticsearchConnector({ baseUrl: 'http://es:9200', ...options })).toThrow(message);
});

test('health tells the version, and each field that a target is asked for by', async () => {
  const { connector, toCall } = fake(records(1));
  expect(await connector.checkHealth(toCall())).toMatchObject({
    state: 'healthy',
    version: '9.1.0',
    labels: [
      { field: 'service', label: 'service.name', chosenBy: 'discovered' },
      { field: 'namespace', label: 'kubernetes.namespace', chosenBy: 'discovered' },
      { field: 'pod', label: 'kubernetes.pod.name', chosenBy: 'discovered' },
      { field: 'level', label: 'log.level', chosenBy: 'discovered' },
    ],
  });
});

test.each([
  ['no index', { indices: [], mapping: {} }, 'no index matches'],
  ['no time', { mapping: { message: 'text' } }, '`fields.timestamp`'],
  ['no service', { mapping: { '@timestamp': 'date', message: 'text' } }, '`fields.service`'],
  ['no lines', { mapping: { '@timestamp': 'date', 'service.name': 'keyword' } }, '`fields.message`'],
])('health without %s is degraded, with what to do', async (_, options, detail) => {
  const { connector, toCall } = fake([], options);
  expect(await connector.checkHealth(toCall())).toMatchObject({
    state: 'degraded',
    detail: expect.stringContaining(detail),
  });
});

test('health needs no privilege of the cluster, but one to read', async () => {
  const refuse = (path: string) => (request: Request) =>
    new URL(request.url).pathname.endsWith(path) ? new Response('', { status: 403 }) : undefined;
  const hidden = fake(records(1), {
    instead: (request) =>
      new URL(request.url).pathname === '/' ? new Response('', { status: 403 }) : undefined,
  });
  expect(await hidden.connector.checkHealth(hidden.toCall())).toMatchObject({ state: 'healthy' });
  const blind = fake(records(1), { instead: refuse('/_field_caps') });
  expect(await blind.connector.checkHealth(blind.toCall())).toMatchObject({
    state: 'unhealthy',
    version: '9.1.0',
    detail: expect.stringContaining('`token`'),
  });
});

test('links open Discover with what a person would type', async () => {
  const options = { webUrl: 'https://kibana.example.com/s/sre/', dataView: "it's!" };
  const { ask } = fake(records(1), { options });
  const { provenance } = await ask({ target: { service: 'a "b"\n\\' }, contains: ['x'] });
  const url = new URL(provenance[0]?.url ?? '');
  expect(`${url.origin}${url.pathname}`).toBe('https://kibana.example.com/s/sre/app/discover');
  expect(decodeURIComponent(url.hash)).toBe(
    "#/?_g=(time:(from:'2026-08-24T10:00:00.000Z',to:'2026-08-24T11:00:00.000Z'))" +
      `&_a=(index:'it!'s!!',query:(language:kuery,query:'service.name: "a \\"b\\" \\\\" and message: "x"'))`,
  );
  expect(provenance[0]?.text).toContain('POST /logs-*,filebeat-*,logstash-*,ss4o_logs-*/_search {"query":');
});

test('through core: the same lines have the same ids, and a login page in between is no answer', async () => {
  const { connector } = fake(records(3));
  const ask = () =>
    querySignals(
      connector,
      'logs',
      { target: { service: 'checkout' }, window, limit: 10 },
      { redact: 'none' },
    );
  const [first, second] = [await ask(), await ask()];
  expect(first.signals).toHaveLength(3);
  expect(first.signals.map(({ id }) => id)).toEqual(second.signals.map(({ id }) => id));
  const page = connect(() => new Response('<html>', { headers: { 'content-type': 'text/html' } }));
  await expect(page.ask()).rejects.toMatchObject({ code: 'bad-response' });
});
