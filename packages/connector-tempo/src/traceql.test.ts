import { describe, expect, it } from 'vitest';
import { toTraceQl } from './traceql.js';

const window = { startMs: 0, endMs: 1000 };
const base = { window, limit: 10, keep: 'newest' } as const;

describe('the TraceQL of a query', () => {
  it.each([
    ['everything', {}, {}, '{} with (most_recent=true)'],
    ['errors of everything', {}, { onlyErrors: true }, '{ status = error } with (most_recent=true)'],
    ['a service', { service: 'orders' }, {}, '{ resource.service.name = "orders" } with (most_recent=true)'],
    [
      'errors anywhere in traces through a service',
      { service: 'edge' },
      { onlyErrors: true },
      '{ resource.service.name = "edge" } && { status = error } with (most_recent=true)',
    ],
    [
      'one operation in one pod, from a duration on',
      { service: 'orders', operation: 'GET /orders/{id}', pod: 'orders-1' },
      { minDurationMs: 250.5 },
      '{ resource.service.name = "orders" && name = "GET /orders/{id}" && resource.k8s.pod.name = "orders-1" && duration >= 250500us } with (most_recent=true)',
    ],
  ])('%s', (_, target, filters, text) => {
    expect(toTraceQl({ ...base, target, ...filters })).toEqual([text]);
  });

  it('asks with the place first and without it afterwards, since spans may not tell it', () => {
    const target = { service: 'orders', namespace: 'shop', environment: 'prod', cluster: 'eu-1' };
    expect(toTraceQl({ ...base, target })).toEqual([
      '{ resource.service.name = "orders" && (resource.k8s.namespace.name = "shop" || resource.service.namespace = "shop") && ' +
        '(resource.deployment.environment.name = "prod" || resource.deployment.environment = "prod") && ' +
        'resource.k8s.cluster.name = "eu-1" } with (most_recent=true)',
      '{ resource.service.name = "orders" } with (most_recent=true)',
    ]);
  });

  it('compares a label that may be a number or a boolean as both: a text matches no number, without an error', () => {
    const labels = { 'http.response.status_code': '503', feature: 'true', 'service.version': 'v2.15.0' };
    expect(toTraceQl({ ...base, target: { labels } })).toEqual([
      '{ (.http.response.status_code = "503" || .http.response.status_code = 503) && (.feature = "true" || .feature = true) && ' +
        '.service.version = "v2.15.0" } with (most_recent=true)',
    ]);
  });

  it('lets no value leave its quotes', () => {
    const [text] = toTraceQl({ ...base, target: { service: 'x" } || { name != "\\', pod: 'a\nb`\ud800' } });
    expect(text).toBe(
      '{ resource.service.name = "x\\" } || { name != \\"\\\\" && resource.k8s.pod.name = "a\\nb`\ufffd" } with (most_recent=true)',
    );
  });

  it.each(['', '1st', 'a b', 'a" = "', 'a}', 'a\n', 'é', '__proto__ ', 'a||b', `a${'b'.repeat(300)}`])(
    'puts no label of the name %j into a query',
    (name) => {
      const labels = Object.fromEntries([[name, 'v']]);
      expect(toTraceQl({ ...base, target: { labels } })).toEqual(['{} with (most_recent=true)']);
    },
  );
});
