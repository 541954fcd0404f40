import type { MetricRole, MetricSignal, SignalSourceV1 } from '@midwatch/core';
import * as z from 'zod';
import { askTarget } from './ask-target.js';
import { createListSource, type SourceInput } from './list-source.js';

const seriesSchema = z.object({
  id: z.string(),
  name: z.string(),
  service: z.string().nullish(),
  points: z.array(z.tuple([z.number(), z.number().nullable()])),
});

interface KnownSeries {
  readonly role: MetricRole;
  readonly unit: string;
  readonly type: MetricSignal['type'];
  /** What the vendor's values are multiplied by: latencies are seconds, ratios 0 to 1. */
  readonly scale: number;
}

const knownSeries: ReadonlyMap<string, KnownSeries> = new Map([
  ['requests_per_second', { role: 'request.rate', unit: '{request}/s', type: 'gauge', scale: 1 }],
  ['error_percent', { role: 'error.ratio', unit: '1', type: 'gauge', scale: 0.01 }],
  ['latency_p99_ms', { role: 'latency.p99', unit: 's', type: 'quantile', scale: 0.001 }],
]);

/** Series by what they measure, and by the vendor's own names where a query gives `names`. */
export function createMetricSource(input: SourceInput): SignalSourceV1<'metrics'> {
  return createListSource<'metrics', z.infer<typeof seriesSchema>>({
    ...input,
    kind: 'metrics',
    path: '/api/v1/series',
    schema: seriesSchema,
    ask({ names = [], roles, stepMs, target }) {
      const everything = roles === undefined && names.length === 0;
      const known = [...knownSeries].filter(([, { role }]) => everything || roles?.includes(role));
      const asked = [...known.map(([name]) => name), ...names];
      const { parameters, unsupported } = askTarget(target);
      if (asked.length === 0) return { parameters: undefined, unsupported: [...unsupported, 'roles'] };
      return { parameters: { ...parameters, names: asked.join(','), step_ms: stepMs }, unsupported };
    },
    // A missing sample is an absent point; a series without points is none.
    place(item, { startMs, endMs }) {
      const points = item.points.filter(
        ([atMs, value]) => value !== null && Number.isFinite(value) && atMs >= startMs && atMs < endMs,
      );
      const [first] = points;
      return first === undefined ? undefined : { item: { ...item, points }, atMs: first[0] };
    },
    toSignal({ name, points, service }, origin): MetricSignal {
      const { role, scale = 1, type = 'gauge', unit = '' } = knownSeries.get(name) ?? {};
      return {
        ...origin,
        name,
        ...(role === undefined ? {} : { role }),
        ...(service ? { service } : {}),
        unit,
        type,
        attributes: {},
        points: points.flatMap(([atMs, value]) => (value === null ? [] : [[atMs, value * scale]])),
      };
    },
  });
}
