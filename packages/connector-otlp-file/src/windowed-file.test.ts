import type { SignalKind, SignalQueryByKind } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import { ask, lines, startMs } from './__fixtures__/files.js';

const minuteMs = 60_000;
const window = { startMs: startMs + 60 * minuteMs, endMs: startMs + 70 * minuteMs };
const nanos = (minute: number) => `${startMs + minute * minuteMs}000000`;
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] };
/** Nothing of the window, and more than the small connector may keep. */
const elsewhere = Array.from({ length: 100 }, (_, index) => ({
  ...{ name: 'x'.repeat(200), timeUnixNano: nanos(500), startTimeUnixNano: nanos(500), asInt: '1' },
  ...{ traceId: `${index + 1}`.padStart(32, '0'), spanId: `${index + 1}`.padStart(16, '0') },
}));
const otherSpans = { resourceSpans: [{ resource, scopeSpans: [{ spans: elsewhere }] }] };
const otherPoints = {
  resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'x', gauge: { dataPoints: elsewhere } }] }] }],
};

/** The same question to a connector that keeps the whole file, and to one that keeps windows of it. */
async function askBoth<K extends 'metrics' | 'traces'>(
  kind: K,
  items: readonly object[],
  query: Partial<SignalQueryByKind[K]> = {},
) {
  const open = lines(...items);
  const asked = { window, ...query } as Partial<SignalQueryByKind[K]>;
  const whole = await ask<SignalKind>(kind, { [kind]: open }, asked);
  const part = await ask<SignalKind>(kind, { [kind]: open, maxHeldBytes: 10_000 }, asked);
  return { whole, part };
}

describe('a file that is read window by window', () => {
  const span = (spanId: string, minute: number, parentSpanId?: string) => ({
    resourceSpans: [
      {
        resource,
        scopeSpans: [
          {
            spans: [
              {
                ...{ traceId: 'a1'.repeat(16), spanId, name: 'GET /', startTimeUnixNano: nanos(minute) },
                ...{ endTimeUnixNano: nanos(minute + 1), ...(parentSpanId && { parentSpanId }) },
              },
            ],
          },
        ],
      },
    ],
  });

  it('keeps traces whole that go on after it', async () => {
    const spans = [span('00000000000000a1', 69), span('00000000000000a2', 75, '00000000000000a1')];
    const { whole, part } = await askBoth('traces', [otherSpans, ...spans]);
    expect(part.signals).toMatchObject([{ complete: true, spans: [{}, {}] }]);
    expect(part.signals).toEqual(whole.signals);
  });

  it('does not take a trace for its own that began before it', async () => {
    const spans = [span('00000000000000a1', 55), span('00000000000000a2', 61, '00000000000000a1')];
    const { whole, part } = await askBoth('traces', [otherSpans, ...spans]);
    expect([part.signals, whole.signals]).toEqual([[], []]);
  });

  it('measures a cumulative histogram from the last point before it', async () => {
    const dataPoints = [0, 58, 62, 64].map((minute) => ({
      ...{ startTimeUnixNano: nanos(-10), timeUnixNano: nanos(minute) },
      ...{ count: minute * 60, sum: minute, bucketCounts: [minute * 60, 0], explicitBounds: [1] },
    }));
    const histogram = { aggregationTemporality: 2, dataPoints };
    const metrics = [{ name: 'http.server.request.duration', unit: 's', histogram }];
    const { whole, part } = await askBoth(
      'metrics',
      [otherPoints, { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }],
      { roles: ['request.rate'] },
    );
    const points = [62, 64].map((minute) => [startMs + minute * minuteMs, 1]);
    expect([part, whole].map(({ signals }) => signals)).toMatchObject([[{ points }], [{ points }]]);
  });
});
