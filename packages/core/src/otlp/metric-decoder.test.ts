import { describe, expect, it } from 'vitest';
import { metricSignalSchema } from '../connector/v1/signal.js';
import { createMetricDecoder } from './metric-decoder.js';

const scope = { connectorId: 'files', queryId: 'q-1' };
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] };
const second = (seconds: number) => `${1_724_500_000 + seconds}000000000`;
const ms = (seconds: number) => (1_724_500_000 + seconds) * 1000;

function decode(...metrics: unknown[]) {
  const decoder = createMetricDecoder(scope);
  decoder.add({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
  const decoded = decoder.decoded();
  for (const signal of decoded.signals) expect(metricSignalSchema.safeParse(signal).success).toBe(true);
  return decoded;
}

function pointsOf(decoded: ReturnType<typeof decode>) {
  return Object.fromEntries(decoded.signals.map(({ name, points }) => [name, points]));
}

describe('gauge', () => {
  it('reads doubles and integers, in order, and leaves out what is no number', () => {
    const dataPoints = [
      { timeUnixNano: second(30), asInt: '7' },
      { timeUnixNano: second(0), asDouble: 1.5 },
      { timeUnixNano: second(15), asDouble: 'NaN' },
      { timeUnixNano: second(45), asDouble: 'Infinity' },
      { timeUnixNano: second(60), flags: 1 },
    ];
    const { signals, invalidItems } = decode({
      name: 'queue.depth',
      unit: '{message}',
      gauge: { dataPoints },
    });
    expect(invalidItems).toBe(0);
    expect(signals).toEqual([
      {
        kind: 'metrics',
        id: signals[0]!.id,
        timestampMs: ms(0),
        timeUnixNano: second(0),
        ...scope,
        service: 'checkout',
        name: 'queue.depth',
        role: 'queue.depth',
        unit: '{message}',
        type: 'gauge',
        attributes: {},
        points: [
          [ms(0), 1.5],
          [ms(30), 7],
        ],
      },
    ]);
  });

  it('tells series apart by their attributes, in any order, over many messages', () => {
    const decoder = createMetricDecoder(scope);
    const a = { key: 'a', value: { stringValue: '1' } };
    const b = { key: 'b', value: { stringValue: '2' } };
    for (const [index, attributes] of [[a, b], [b, a], [a]].entries()) {
      const gauge = { dataPoints: [{ timeUnixNano: second(index), asDouble: index, attributes }] };
      decoder.add({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'x', gauge }] }] }] });
    }
    expect(decoder.decoded().signals.map(({ attributes, points }) => [attributes, points.length])).toEqual([
      [{ a: '1', b: '2' }, 2],
      [{ a: '1' }, 1],
    ]);
  });
});

describe('sum', () => {
  const dataPoints = [0, 10, 20].map((at) => ({ timeUnixNano: second(at), asInt: String(5 + at) }));

  it('monotonic and cumulative is a counter', () => {
    const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
    const [signal] = decode({ name: 'hits', sum }).signals;
    expect(signal).toMatchObject({ type: 'counter' });
    expect(signal!.points.map(([, value]) => value)).toEqual([5, 15, 25]);
  });

  it('deltas add up to a counter', () => {
    const sum = { aggregationTemporality: 'AGGREGATION_TEMPORALITY_DELTA', isMonotonic: true, dataPoints };
    expect(decode({ name: 'hits', sum }).signals[0]!.points.map(([, value]) => value)).toEqual([5, 20, 45]);
  });

  it('without a temporality is what Prometheus has: cumulative', () => {
    expect(decode({ name: 'hits', sum: { dataPoints } }).signals[0]).toMatchObject({
      type: 'gauge',
      points: [
        [ms(0), 5],
        [ms(10), 15],
        [ms(20), 25],
      ],
    });
  });
});

describe('histogram', () => {
  const explicitBounds = [0.1, 0.5, 1];
  const point = (at: number, count: number, sum: number, bucketCounts: number[]) => ({
    startTimeUnixNano: second(-100),
    timeUnixNano: second(at),
    count: String(count),
    sum,
    bucketCounts: bucketCounts.map(String),
    explicitBounds,
  });
  const name = 'http.server.request.duration';

  it('cumulative: rates and quantiles of what lies between two points', () => {
    const dataPoints = [point(0, 100, 5, [100, 0, 0, 0]), point(10, 200, 45, [100, 100, 0, 0])];
    const points = pointsOf(
      decode({ name, unit: 's', histogram: { aggregationTemporality: 2, dataPoints } }),
    );
    expect(points).toEqual({
      [`${name}.rate`]: [[ms(10), 10]],
      [`${name}.sum.rate`]: [[ms(10), 4]],
      // All 100 lie between 0.1 and 0.5: the median is half way.
      [`${name}.p50`]: [[ms(10), expect.closeTo(0.3, 9)]],
      [`${name}.p95`]: [[ms(10), expect.closeTo(0.48, 9)]],
      [`${name}.p99`]: [[ms(10), expect.closeTo(0.496, 9)]],
    });
  });

  it('a restart in between is no negative rate', () => {
    const dataPoints = [
      point(0, 100, 5, [100, 0, 0, 0]),
      { ...point(10, 20, 1, [20, 0, 0, 0]), startTimeUnixNano: second(6) },
    ];
    const points = pointsOf(
      decode({ name, unit: 's', histogram: { aggregationTemporality: 2, dataPoints } }),
    );
    expect(points[`${name}.rate`]).toEqual([[ms(10), 5]]);
  });

  it('delta: every point stands for itself', () => {
    const dataPoints = [{ ...point(0, 4, 8, [0, 0, 0, 4]), startTimeUnixNano: second(-2) }];
    const points = pointsOf(
      decode({ name, unit: 's', histogram: { aggregationTemporality: 1, dataPoints } }),
    );
    expect(points[`${name}.rate`]).toEqual([[ms(0), 2]]);
    // The last bucket is open: its lower bound is all that is known.
    expect(points[`${name}.p99`]).toEqual([[ms(0), 1]]);
  });

  it('nothing observed is no quantile, and a rate of 0', () => {
    const dataPoints = [point(0, 7, 1, [7, 0, 0, 0]), point(10, 7, 1, [7, 0, 0, 0])];
    const points = pointsOf(
      decode({ name, unit: 's', histogram: { aggregationTemporality: 2, dataPoints } }),
    );
    expect(points[`${name}.rate`]).toEqual([[ms(10), 0]]);
    expect(points).not.toHaveProperty(`${name}.p99`);
  });

  it('bounds that changed cannot be compared', () => {
    const dataPoints = [point(0, 1, 1, [1, 0, 0, 0]), { ...point(10, 2, 1, [1, 1]), explicitBounds: [3] }];
    expect(decode({ name, histogram: { aggregationTemporality: 2, dataPoints } }).signals).toEqual([]);
  });
});

describe('exponential histogram', () => {
  const point = (at: number, scale: number, offset: number, bucketCounts: number[], zeroCount = 0) => ({
    startTimeUnixNano: second(at - 10),
    timeUnixNano: second(at),
    count: bucketCounts.reduce((left, right) => left + right, zeroCount),
    sum: 1,
    scale,
    zeroCount,
    positive: { offset, bucketCounts },
  });

  it('reads quantiles between powers of its base', () => {
    // Scale 0: bucket i is (2^i, 2^(i+1)]; all of them between 4 and 8.
    const exponentialHistogram = { aggregationTemporality: 1, dataPoints: [point(0, 0, 2, [10])] };
    const points = pointsOf(decode({ name: 'size', unit: 'By', exponentialHistogram }));
    expect(points['size.p50']).toEqual([[ms(0), expect.closeTo(4 * Math.SQRT2, 9)]]);
  });

  it('values at zero count as zero', () => {
    const exponentialHistogram = { aggregationTemporality: 1, dataPoints: [point(0, 0, 2, [1], 9)] };
    expect(pointsOf(decode({ name: 'size', exponentialHistogram }))['size.p50']).toEqual([[ms(0), 0]]);
  });

  it('compares cumulative points of different scale at the lower one', () => {
    const dataPoints = [
      { ...point(0, 1, 4, [3, 3]), startTimeUnixNano: second(-100) },
      { ...point(10, 0, 2, [6, 10]), startTimeUnixNano: second(-100) },
    ];
    const exponentialHistogram = { aggregationTemporality: 2, dataPoints };
    const points = pointsOf(decode({ name: 'size', exponentialHistogram }));
    // The ten new ones lie in (8, 16]; the old six in (4, 8] are subtracted.
    expect(points['size.p50']).toEqual([[ms(10), expect.closeTo(8 * Math.SQRT2, 9)]]);
    expect(points['size.rate']).toEqual([[ms(10), 1]]);
  });
});

describe('summary', () => {
  it('takes its quantiles as they are, and rates of its counts', () => {
    const dataPoints = [0, 10].map((at) => ({
      timeUnixNano: second(at),
      count: 10 + at,
      sum: 2 + at,
      quantileValues: [
        { quantile: 0.5, value: 0.1 },
        { quantile: 0.99, value: 0.9 },
      ],
    }));
    const points = pointsOf(decode({ name: 'rpc', summary: { dataPoints } }));
    expect(points).toEqual({
      'rpc.rate': [[ms(10), 1]],
      'rpc.sum.rate': [[ms(10), 1]],
      'rpc.p50': [
        [ms(0), 0.1],
        [ms(10), 0.1],
      ],
      'rpc.p99': [
        [ms(0), 0.9],
        [ms(10), 0.9],
      ],
    });
  });
});

describe('broken input', () => {
  const gauge = { dataPoints: [{ timeUnixNano: second(0), asDouble: 1 }] };

  it.each([
    ['no name', { gauge }],
    ['no points of a known type', { name: 'x', candlestick: {} }],
    ['null', null],
  ])('counts a metric with %s as invalid', (_, metric) => {
    expect(decode(metric, { name: 'good', gauge })).toMatchObject({
      signals: [{ name: 'good' }],
      invalidItems: 1,
    });
  });

  it.each([
    [null],
    [{ asDouble: 1 }],
    [{ timeUnixNano: second(0) }],
    [{ timeUnixNano: second(0), asDouble: {} }],
  ])('counts the point %j as invalid', (point) => {
    expect(decode({ name: 'x', gauge: { dataPoints: [point] } })).toEqual({ signals: [], invalidItems: 1 });
  });
});

it('gives a series another id over another stretch of time', () => {
  const at = (start: number) =>
    decode({ name: 'x', gauge: { dataPoints: [{ timeUnixNano: second(start), asDouble: 1 }] } }).signals[0]!
      .id;
  expect(at(0)).toBe(at(0));
  expect(at(0)).not.toBe(at(1));
});
