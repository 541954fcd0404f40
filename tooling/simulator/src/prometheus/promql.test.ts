import { describe, expect, test } from 'vitest';
import { sampleStore } from '../__fixtures__/sample-store.js';
import type { MetricStore } from '../metrics/metric-store.js';
import { evaluateScalar, evaluateVector } from './promql-evaluate.js';
import { parsePromql } from './promql-parser.js';
import { labelText } from './promql-value.js';

/** Values of a query at one moment, by label set. */
function at(store: MetricStore, query: string, seconds: number): Record<string, number> {
  const steps = { startMs: seconds * 1000, stepMs: 1, count: 1 };
  const result: Record<string, number> = {};
  for (const series of evaluateVector(parsePromql(query), { store, steps })) {
    if (series.present[0] === 1) result[labelText(series.labels)] = series.values[0] ?? Number.NaN;
  }
  return result;
}

describe('selectors', () => {
  const store = sampleStore([
    'up{job="a",pod="a-1"} 1 1 1 1 _',
    'up{job="a",pod="a-2"} x x x x 1 1 1',
    'up{job="b"} 0 0 0 0 0 0 0',
  ]);

  test('match by equality, inequality and anchored regular expressions', () => {
    expect(at(store, 'up{job="b"}', 0)).toEqual({ '{__name__="up", job="b"}': 0 });
    expect(Object.keys(at(store, 'up{job!="b"}', 0))).toEqual(['{__name__="up", job="a", pod="a-1"}']);
    expect(at(store, 'up{job=~"[ab]x?"}', 0)).toHaveProperty(['{__name__="up", job="b"}']);
    expect(at(store, 'up{pod=~"a"}', 0)).toEqual({});
    expect(Object.keys(at(store, '{__name__=~"u.", pod!~".+"}', 0))).toEqual(['{__name__="up", job="b"}']);
  });

  test('a target that went away is stale at once; one that still lives is current for five minutes', () => {
    expect(at(store, 'up{pod="a-1"}', 45)).toEqual({ '{__name__="up", job="a", pod="a-1"}': 1 });
    expect(at(store, 'up{pod="a-1"}', 60)).toEqual({});
    expect(at(store, 'up{pod="a-2"}', 59)).toEqual({});
    expect(at(store, 'up{job="b"}', 90 + 299)).toEqual({});
  });

  test('offset looks into the past', () => {
    const counter = sampleStore(['c 1 2 3 4 5 6 7']);
    expect(at(counter, 'c offset 30s', 90)).toEqual({ '{__name__="c"}': 5 });
  });
});

describe('functions over a range', () => {
  // 10 a scrape, a reset at tick 4.
  const store = sampleStore(['c_total{pod="p"} 100 110 120 130 5 15 25', 'g{pod="p"} 1 4 2 8 5 7 3']);

  test('windows are open on the left: 60 s hold four samples', () => {
    expect(at(store, 'count_over_time(g[1m])', 90)).toEqual({ '{pod="p"}': 4 });
  });

  test('rate puts a counter together over its reset and extrapolates to the borders', () => {
    // Ticks 3..6: 130 -> 5 -> 15 -> 25 grows by 25 over 45 s; the window's start lies 15 s before, its end on a sample.
    expect(at(store, 'increase(c_total[1m])', 90)['{pod="p"}']).toBeCloseTo((25 * 60) / 45, 10);
    expect(at(store, 'rate(c_total[1m])', 90)['{pod="p"}']).toBeCloseTo(25 / 45, 10);
  });

  test('a counter is not extrapolated below zero', () => {
    const young = sampleStore(['y_total 1 11 21 31']);
    // The first sample is 1: zero was 1.5 s before it, not 15 s.
    expect(at(young, 'increase(y_total[2m])', 45)['{}']).toBeCloseTo(30 * ((45 + 1.5) / 45), 10);
  });

  test('irate reads the last two samples, delta the whole range of a gauge', () => {
    expect(at(store, 'irate(c_total[1m])', 60)).toEqual({ '{pod="p"}': 5 / 15 });
    expect(at(store, 'delta(g[1m])', 90)['{pod="p"}']).toBeCloseTo(((3 - 8) * 60) / 45, 10);
  });

  test.each([
    ['avg', 5.75],
    ['max', 8],
    ['min', 3],
    ['sum', 23],
    ['last', 3],
  ])('%s_over_time', (name, value) => {
    expect(Object.values(at(store, `${name}_over_time(g[1m])`, 90))).toEqual([value]);
  });

  test('quantile_over_time draws straight lines between values', () => {
    expect(at(store, 'quantile_over_time(0.5, g[1m])', 90)).toEqual({ '{pod="p"}': 6 });
  });

  test('one sample is too few for a rate', () => {
    expect(at(store, 'rate(c_total[15s])', 90)).toEqual({});
  });
});

describe('aggregation', () => {
  const store = sampleStore(['m{pod="1",zone="a"} 1', 'm{pod="2",zone="a"} 3', 'm{pod="3",zone="b"} 10']);

  test.each([
    ['sum(m)', { '{}': 14 }],
    ['sum by (zone) (m)', { '{zone="a"}': 4, '{zone="b"}': 10 }],
    ['sum without (pod) (m)', { '{zone="a"}': 4, '{zone="b"}': 10 }],
    ['avg(m) by (zone)', { '{zone="a"}': 2, '{zone="b"}': 10 }],
    ['max(m)', { '{}': 10 }],
    ['min by (zone) (m)', { '{zone="a"}': 1, '{zone="b"}': 10 }],
    ['count(m)', { '{}': 3 }],
    ['quantile(0.5, m)', { '{}': 3 }],
    ['topk(1, m)', { '{__name__="m", pod="3", zone="b"}': 10 }],
    [
      'bottomk(1, m) by (zone)',
      { '{__name__="m", pod="1", zone="a"}': 1, '{__name__="m", pod="3", zone="b"}': 10 },
    ],
    ['count(m > 2)', { '{}': 2 }],
  ])('%s', (query, expected) => {
    expect(at(store, query, 0)).toEqual(expected);
  });
});

describe('histograms', () => {
  const store = sampleStore([
    'h_bucket{le="0.1"} 0 10',
    'h_bucket{le="0.5"} 0 18',
    'h_bucket{le="1.0"} 0 20',
    'h_bucket{le="+Inf"} 0 20',
  ]);

  test('a quantile lies on a straight line inside its bucket', () => {
    // Rank 15 of 20: 5 of the 8 in (0.1, 0.5].
    expect(at(store, 'histogram_quantile(0.75, h_bucket)', 15)['{}']).toBeCloseTo(0.1 + 0.4 * (5 / 8), 12);
    expect(at(store, 'histogram_quantile(0.25, h_bucket)', 15)['{}']).toBeCloseTo(0.05, 12);
  });

  test('beyond the last bound the last bound is all that is known; of nothing the quantile is NaN', () => {
    const open = sampleStore(['h_bucket{le="1.0"} 5', 'h_bucket{le="+Inf"} 10', 'n_bucket{le="+Inf"} 0']);
    expect(at(open, 'histogram_quantile(0.99, h_bucket)', 0)).toEqual({ '{}': 1 });
    expect(at(store, 'histogram_quantile(0.5, h_bucket)', 0)).toEqual({ '{}': Number.NaN });
  });
});

describe('operators', () => {
  const store = sampleStore([
    'errors{service="a",code="500"} 2',
    'errors{service="b",code="500"} 0',
    'requests{service="a"} 8',
    'requests{service="b"} 4',
    'info{service="a",version="v1"} 1',
    'odd{service="c"} 1',
  ]);

  test.each([
    ['1 + 2 * 3 ^ 2', 19],
    ['-2 ^ 2', -4],
    ['(1 + 2) * 3', 9],
    ['2 ^ 3 ^ 2', 512],
    ['10 % 4 - 1', 1],
    ['1 > bool 2', 0],
  ])('%s', (query, expected) => {
    const steps = { startMs: 0, stepMs: 1, count: 1 };
    expect(evaluateScalar(parsePromql(query), { store, steps })[0]).toBe(expected);
  });

  test.each([
    [
      'sum by (service) (errors) / sum by (service) (requests)',
      { '{service="a"}': 0.25, '{service="b"}': 0 },
    ],
    ['errors / on (service) requests', { '{service="a"}': 0.25, '{service="b"}': 0 }],
    ['errors / ignoring (code) requests', { '{service="a"}': 0.25, '{service="b"}': 0 }],
    ['requests * on (service) group_left (version) info', { '{service="a", version="v1"}': 8 }],
    ['requests > 5', { '{__name__="requests", service="a"}': 8 }],
    ['requests > bool 5', { '{service="a"}': 1, '{service="b"}': 0 }],
    ['5 < requests', { '{__name__="requests", service="a"}': 8 }],
    ['2 * requests', { '{service="a"}': 16, '{service="b"}': 8 }],
    ['-requests{service="a"}', { '{service="a"}': -8 }],
    [
      'odd or on (service) info',
      { '{__name__="odd", service="c"}': 1, '{__name__="info", service="a", version="v1"}': 1 },
    ],
    ['requests and on (service) info', { '{__name__="requests", service="a"}': 8 }],
    ['requests unless on (service) info', { '{__name__="requests", service="b"}': 4 }],
    ['clamp_max(requests, 5)', { '{service="a"}': 5, '{service="b"}': 4 }],
    ['clamp_min(requests, 5)', { '{service="a"}': 8, '{service="b"}': 5 }],
    ['vector(3)', { '{}': 3 }],
    ['absent(nothing{job="x"})', { '{job="x"}': 1 }],
    ['sum(nothing) or vector(0)', { '{}': 0 }],
    [
      'label_replace(info, "v", "$1", "version", "v(.*)")',
      { '{__name__="info", service="a", v="1", version="v1"}': 1 },
    ],
  ])('%s', (query, expected) => {
    expect(at(store, query, 0)).toEqual(expected);
  });

  test('division by zero is infinite, of zero by zero not a number', () => {
    const zero = sampleStore(['a 1', 'b 0']);
    expect(at(zero, 'a / b', 0)).toEqual({ '{}': Number.POSITIVE_INFINITY });
    expect(at(zero, 'b / b', 0)).toEqual({ '{}': Number.NaN });
  });

  test('two series that match one are an error in words', () => {
    const twice = sampleStore(['a{s="x",p="1"} 1', 'b{s="x",p="1"} 1', 'b{s="x",p="2"} 1']);
    expect(() => at(twice, 'a * on (s) b', 0)).toThrow(
      /found duplicate series for the match group \{s="x"\}/,
    );
  });
});

describe('what Prometheus refuses', () => {
  test.each([
    ['', 'unknown position: parse error: no expression found in input'],
    ['sum(rate(x_total[5m])', '1:22: parse error: unclosed left parenthesis'],
    ['foo(up)', '1:1: parse error: unknown function with name "foo"'],
    [
      'rate(up)',
      '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    ['{}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['up{job=~"(("}', '1:1: parse error: error parsing regexp: `((`'],
    ['1 > 2', '1:3: parse error: comparisons between scalars must use BOOL modifier'],
    ['up[5m:1m]', '1:3: parse error: subqueries are not simulated'],
    ['up @ 5', '1:4: parse error: the @ modifier is not simulated'],
    ['up and 1', '1:4: parse error: set operator "and" not allowed in binary scalar expression'],
    ['up{job="a" b="c"}', '1:12: parse error: unexpected "b"'],
    ['"x', '1:1: parse error: unterminated quoted string'],
  ])('%s', (query, message) => {
    expect(() => parsePromql(query)).toThrow(message);
  });
});
