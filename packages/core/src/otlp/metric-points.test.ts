import { describe, expect, it } from 'vitest';
import { metricSignalSchema } from '../connector/v1/signal.js';
import { createMetricDecoder } from './metric-decoder.js';

/** Point by point what the data model allows: https://opentelemetry.io/docs/specs/otel/metrics/data-model/ */
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] };
const second = (seconds: number) => `${1_724_500_000 + seconds}000000000`;
const ms = (seconds: number) => (1_724_500_000 + seconds) * 1000;

function decode(...metrics: readonly object[]) {
  const decoder = createMetricDecoder({ connectorId: 'files', queryId: 'q-1' });
  decoder.add({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
  const decoded = decoder.decoded();
  for (const signal of decoded.signals) expect(metricSignalSchema.safeParse(signal).success).toBe(true);
  return decoded;
}
const series = (...metrics: readonly object[]) =>
  Object.fromEntries(decode(...metrics).signals.map(({ name, points }) => [name, points]));
const types = (...metrics: readonly object[]) => decode(...metrics).signals.map(({ type }) => type);

describe('sum', () => {
  const dataPoints = [0, 10, 20].map((at) => ({
    startTimeUnixNano: second(at - 10),
    timeUnixNano: second(at),
    asDouble: 2.5,
  }));

  it.each([
    [{ aggregationTemporality: 2, isMonotonic: true }, 'counter', [2.5, 2.5, 2.5]],
    [{ aggregationTemporality: 2 }, 'gauge', [2.5, 2.5, 2.5]],
    [{ aggregationTemporality: 1, isMonotonic: true }, 'counter', [2.5, 5, 7.5]],
    [{ aggregationTemporality: 1 }, 'gauge', [2.5, 5, 7.5]],
    [{ aggregationTemporality: 0, isMonotonic: true }, 'counter', [2.5, 2.5, 2.5]],
  ])('%j is a %s', (sum, type, values) => {
    const metric = { name: 'hits', sum: { ...sum, dataPoints } };
    expect(types(metric)).toEqual([type]);
    expect(series(metric)['hits']?.map(([, value]) => value)).toEqual(values);
  });

  it('of deltas counts a point once that was delivered twice', () => {
    const sum = { aggregationTemporality: 1, dataPoints: [...dataPoints, ...dataPoints] };
    expect(series({ name: 'hits', sum })['hits']?.at(-1)?.[1]).toBe(7.5);
  });

  it('of deltas counts each, also two in one millisecond', () => {
    const twice = [0, 400_000, 10_000_000].map((nanoseconds) => ({
      timeUnixNano: String(BigInt(second(0)) + BigInt(nanoseconds)),
      asInt: '3',
    }));
    const sum = { aggregationTemporality: 1, isMonotonic: true, dataPoints: twice };
    expect(series({ name: 'hits', sum })['hits']).toEqual([
      [ms(0), 6],
      [ms(0) + 10, 9],
    ]);
  });
});

describe('histogram', () => {
  const point = (at: number, count: number, more: object = {}) => ({
    ...{ startTimeUnixNano: second(-100), timeUnixNano: second(at) },
    ...{ count: String(count), sum: count / 10, bucketCounts: [String(count), '0'], explicitBounds: [1] },
    ...more,
  });
  const rates = (temporality: number, ...dataPoints: readonly object[]) =>
    series({ name: 'd', unit: 's', histogram: { aggregationTemporality: temporality, dataPoints } })[
      'd.rate'
    ];

  it('that began anew at the very time of the point before is a restart', () => {
    const again = point(10, 30, { startTimeUnixNano: second(0) });
    expect(rates(2, point(0, 20), again)).toEqual([[ms(10), 3]]);
  });

  it('whose start is the time of its first point has not begun anew', () => {
    const started = { startTimeUnixNano: second(0) };
    expect(rates(2, point(0, 20, started), point(10, 50, started))).toEqual([[ms(10), 3]]);
  });

  it('a point that recorded no value is left out, and what follows is measured from the last that did', () => {
    const none = { ...point(10, 0), flags: 1 };
    expect(rates(2, point(0, 20), none, point(20, 60))).toEqual([[ms(20), 2]]);
  });

  it('without buckets has a rate and no quantiles', () => {
    const bare = { bucketCounts: [], explicitBounds: [] };
    const dataPoints = [point(0, 20, bare), point(10, 40, bare)];
    const all = series({ name: 'd', unit: 's', histogram: { aggregationTemporality: 2, dataPoints } });
    expect(Object.keys(all)).toEqual(['d.rate', 'd.sum.rate']);
  });

  it('with negative values has no sum', () => {
    const dataPoints = [point(0, 20, { sum: undefined }), point(10, 40, { sum: undefined })];
    const all = series({ name: 'd', unit: 's', histogram: { aggregationTemporality: 2, dataPoints } });
    expect(all).not.toHaveProperty(['d.sum.rate']);
    expect(all['d.rate']).toEqual([[ms(10), 2]]);
  });

  it('min, max and exemplars change nothing', () => {
    const more = { min: 0.01, max: 9, exemplars: [{ traceId: 'ab'.repeat(16), timeUnixNano: second(3) }] };
    expect(rates(2, point(0, 20, more), point(10, 40, more))).toEqual([[ms(10), 2]]);
  });
});

describe('exponential histogram', () => {
  const point = (more: object) => ({
    ...{ startTimeUnixNano: second(-10), timeUnixNano: second(0), count: '10', sum: 60 },
    ...more,
  });
  const median = (more: object) => {
    const exponentialHistogram = { aggregationTemporality: 1, dataPoints: [point(more)] };
    return series({ name: 'size', exponentialHistogram })['size.p50']?.[0]?.[1];
  };

  it('of scale 0 has no `scale` in the JSON of those who leave zeros out', () => {
    expect(median({ positive: { offset: 2, bucketCounts: ['10'] } })).toBeCloseTo(4 * Math.SQRT2, 9);
  });

  it('of offset 0 has no `offset` either', () => {
    expect(median({ scale: 1, positive: { bucketCounts: ['10'] } })).toBeCloseTo(2 ** 0.25, 9);
  });

  it('with negative values counts them as zero', () => {
    const halves = { positive: { offset: 2, bucketCounts: [4] }, negative: { offset: 0, bucketCounts: [6] } };
    expect(median({ scale: 0, ...halves })).toBe(0);
  });

  it('of nothing but zeros is zero', () => {
    expect(median({ scale: 3, zeroCount: '10', zeroThreshold: 0.001 })).toBe(0);
  });
});

describe('summary', () => {
  const point = (at: number, count: number, quantileValues: readonly object[] = []) => ({
    ...{ timeUnixNano: second(at), startTimeUnixNano: second(-100), count, sum: count / 2, quantileValues },
  });

  it('without quantiles has its rates', () => {
    const all = series({ name: 'gc', summary: { dataPoints: [point(0, 10), point(10, 30)] } });
    expect(all).toEqual({ 'gc.rate': [[ms(10), 2]], 'gc.sum.rate': [[ms(10), 1]] });
  });

  it('whose quantiles were not measured has none', () => {
    const quantileValues = [{ quantile: 0.5, value: 'NaN' }, { quantile: 0.99 }];
    const all = series({ name: 'gc', summary: { dataPoints: [point(0, 10, quantileValues)] } });
    // A value that is left out is zero.
    expect(all).toEqual({ 'gc.p99': [[ms(0), 0]] });
  });

  it('that recorded no value is left out', () => {
    const none = { ...point(10, 0), flags: 1 };
    expect(
      series({ name: 'gc', summary: { dataPoints: [point(0, 10), none, point(20, 30)] } }),
    ).toMatchObject({ 'gc.rate': [[ms(20), 1]] });
  });
});

describe('the identity of a series', () => {
  const gauge = (value: number) => ({ dataPoints: [{ timeUnixNano: second(value), asDouble: value }] });

  it('holds the instrumentation scope: two libraries may count under one name', () => {
    const decoder = createMetricDecoder({ connectorId: 'files', queryId: 'q-1' });
    const scoped = (name: string, value: number) => ({
      scope: { name },
      metrics: [{ name: 'queue.size', gauge: gauge(value) }],
    });
    decoder.add({ resourceMetrics: [{ resource, scopeMetrics: [scoped('a', 1), scoped('b', 2)] }] });
    decoder.add({ resourceMetrics: [{ resource, scopeMetrics: [scoped('a', 3)] }] });
    const { signals } = decoder.decoded();
    expect(signals.map(({ points }) => points.map(([, value]) => value))).toEqual([[1, 3], [2]]);
    expect(new Set(signals.map(({ id }) => id)).size).toBe(2);
  });

  it('holds the temporality: deltas and totals of one name do not mix', () => {
    const sum = (aggregationTemporality: number, value: number) => ({
      name: 'hits',
      sum: {
        ...{ aggregationTemporality, isMonotonic: true },
        dataPoints: [{ timeUnixNano: second(value), asInt: String(value) }],
      },
    });
    const { signals } = decode(sum(1, 4), sum(2, 500), sum(1, 6));
    expect(signals.map(({ points }) => points.map(([, value]) => value))).toEqual([[4, 10], [500]]);
  });
});
