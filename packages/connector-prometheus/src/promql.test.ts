import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapePattern, toSelector } from './promql.js';
import { isPodOf, podMatcher, serviceMatcher } from './service-labels.js';

describe('toSelector', () => {
  test.each([
    ['a name alone', 'up', {}, 'up'],
    ['labels', 'up', { job: 'a', pod: 'b' }, 'up{job="a",pod="b"}'],
    ['a name with dots', 'http.server.duration', { job: 'a' }, '{__name__="http.server.duration",job="a"}'],
    ['a quote', 'up', { job: '"} or {x="' }, 'up{job="\\"} or {x=\\""}'],
    ['a backslash before the closing quote', 'up', { job: 'x\\' }, 'up{job="x\\\\"}'],
    ['a line break', 'up', { job: 'a\nb' }, 'up{job="a\\nb"}'],
    ['half a surrogate pair, which Go refuses', 'up', { job: 'a\ud800' }, 'up{job="a\ufffd"}'],
  ])('%s', (_, name, labels, text) => {
    const matchers = Object.entries(labels).map(([label, value]) => ({
      label,
      operator: '=' as const,
      value,
    }));
    expect(toSelector(name, matchers)).toBe(text);
  });

  test('any value comes back from its string unchanged, and no string ends early', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = toSelector('up', [{ label: 'job', operator: '=', value }]);
        const [, string = ''] = /^up\{job=("(?:[^"\\\n]|\\.)*")\}$/.exec(text) ?? [];
        expect(JSON.parse(string)).toBe(value.toWellFormed());
      }),
      { seed: 11 },
    );
  });

  test('refuses a label that is no label name', () => {
    expect(() => toSelector('up', [{ label: 'a="b"} or {c', operator: '=', value: 'x' }])).toThrow(TypeError);
  });
});

test('a service of regular-expression characters matches itself only', () => {
  const service = 'a.b|c(d)[e]*$^+?{1}\\';
  expect(new RegExp(`^(?:${escapePattern(service)})$`).test(service)).toBe(true);
  const { value } = serviceMatcher('job', service);
  expect(new RegExp(`^(?:${value})$`).test(`shop/${service}`)).toBe(true);
  expect(new RegExp(`^(?:${value})$`).test('c(d)[e]')).toBe(false);
});

describe('pods of a service', () => {
  test.each([
    ['orders-5d4b9c7f6-9hjlc', true],
    ['orders-7d9f8-x2vbn', true],
    ['orders-ab12cd-x2vbn', true],
    ['orders-0', true],
    ['orders-x2vbn', true],
    ['orders', false],
    ['orders-worker-5d4b9c7f6-9hjlc', false],
    ['orders-worker-0', false],
    ['orders2-5d4b9c7f6-9hjlc', false],
    ['x-orders-0', false],
  ])('%s: %s', (pod, expected) => {
    expect(isPodOf(pod, 'orders')).toBe(expected);
    expect(new RegExp(`^(?:${podMatcher('pod', 'orders').value})$`).test(pod)).toBe(expected);
  });
});
