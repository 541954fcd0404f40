import { createSignalIds } from '../connector/signal-id.js';
import type { MetricSignal } from '../connector/v1/signal.js';
import { type Attributes, isJsonObject, type JsonObject, listOf, toAttributes } from './any-value.js';
import type { Decoded, DecodeScope, OtlpDecoder } from './decoded.js';
import type { BucketLayout } from './distribution.js';
import { toCount, toDistributionPoint } from './distribution-point.js';
import { withMetricRole } from './metric-role.js';
import { type RawSeries, type SummaryPoint, toPlainSeries } from './metric-series.js';
import { nanosecondsToMs, toNanoseconds } from './nanoseconds.js';
import { type Resource, toResource } from './resource.js';

interface Series {
  readonly key: string;
  readonly name: string;
  readonly unit: string;
  readonly service: string | undefined;
  readonly attributes: Attributes;
  readonly raw: RawSeries;
}

/**
 * Points to whole series, over all messages, of every OTLP point type. Series are told apart by resource, instrumentation
 * scope, name, unit, type, temporality and attributes. Exemplars are not read: traces come from where traces are.
 */
export function createMetricDecoder(scope: DecodeScope): OtlpDecoder<MetricSignal> {
  const seriesByKey = new Map<string, Series>();
  let invalidItems = 0;

  function add(message: unknown): void {
    if (!isJsonObject(message)) {
      invalidItems++;
      return;
    }
    for (const entry of listOf(message['resourceMetrics'])) {
      if (!isJsonObject(entry)) continue;
      const resource = toResource(entry['resource']);
      const resourceKey = `${resource.service ?? ''}\u0000${sortedText(resource.attributes)}`;
      for (const scoped of listOf(entry['scopeMetrics'])) {
        if (!isJsonObject(scoped)) continue;
        const scopeName = isJsonObject(scoped['scope']) ? scoped['scope']['name'] : undefined;
        const scopeKey =
          typeof scopeName === 'string' && scopeName !== ''
            ? `${resourceKey}\u0000${scopeName}`
            : resourceKey;
        for (const metric of listOf(scoped['metrics'])) addMetric(metric, resource, scopeKey);
      }
    }
  }

  function addMetric(metric: unknown, resource: Resource, scopeKey: string): void {
    const name = isJsonObject(metric) && typeof metric['name'] === 'string' ? metric['name'] : '';
    const kind = isJsonObject(metric) ? pointKindOf(metric) : undefined;
    if (!isJsonObject(metric) || name === '' || kind === undefined) {
      invalidItems++;
      return;
    }
    const unit = typeof metric['unit'] === 'string' ? metric['unit'] : '';
    for (const item of kind.dataPoints) {
      if (!isJsonObject(item)) {
        invalidItems++;
        continue;
      }
      const own = toAttributes(item['attributes']);
      const key = [scopeKey, name, unit, kind.key, sortedText(own)].join('\u0000');
      let series = seriesByKey.get(key);
      if (series === undefined) {
        const attributes = { ...resource.attributes, ...own };
        series = { key, name, unit, service: resource.service, attributes, raw: kind.begin() };
        seriesByKey.set(key, series);
      }
      if (!addPoint(series.raw, item, kind.layout)) invalidItems++;
    }
  }

  function decoded(): Decoded<MetricSignal> {
    const toId = createSignalIds(scope.connectorId, 'metrics');
    const signals = [...seriesByKey.values()].flatMap(({ key, name, unit, service, attributes, raw }) =>
      toPlainSeries(name, unit, raw).flatMap((plain): MetricSignal[] => {
        const series = withMetricRole({ ...plain, attributes });
        const [first] = series.points;
        const [lastMs] = series.points.at(-1) ?? [];
        if (first === undefined) return [];
        return [
          {
            kind: 'metrics',
            id: toId(key, series.name, String(first[0]), String(lastMs)),
            timestampMs: first[0],
            timeUnixNano: `${first[0]}000000`,
            ...scope,
            ...(service === undefined ? {} : { service }),
            ...series,
            points: series.points.map(([ms, value]) => [ms, value]),
          },
        ];
      }),
    );
    signals.sort((left, right) => left.timestampMs - right.timestampMs);
    return { signals, invalidItems };
  }
  return { add, decoded };
}

/** Which of the five point types a metric has, its points, and how to begin a series of that type. */
interface PointKind {
  /** Type and temporality: points of two kinds make two series. */
  readonly key: string;
  /** Of histograms. */
  readonly layout: BucketLayout['type'];
  readonly dataPoints: readonly unknown[];
  begin(): RawSeries;
}

function pointKindOf({
  gauge,
  sum,
  histogram,
  exponentialHistogram,
  summary,
}: JsonObject): PointKind | undefined {
  if (isJsonObject(gauge)) return toPointKind('gauge', gauge, () => ({ type: 'gauge', points: [] }));
  if (isJsonObject(sum)) {
    const monotonic = sum['isMonotonic'] === true;
    return isCumulative(sum)
      ? toPointKind('sum', sum, () => ({ type: 'sum', monotonic, points: [] }))
      : toPointKind('deltas', sum, () => ({ type: 'deltas', monotonic, valueByTime: new Map() }));
  }
  if (isJsonObject(histogram)) return distributionKind(histogram, 'explicit');
  if (isJsonObject(exponentialHistogram)) return distributionKind(exponentialHistogram, 'exponential');
  return isJsonObject(summary)
    ? toPointKind('summary', summary, () => ({ type: 'summary', points: [] }))
    : undefined;
}

/** Both kinds of histogram are one series: an SDK may change from one to the other. */
function distributionKind(histogram: JsonObject, layout: BucketLayout['type']): PointKind {
  const cumulative = isCumulative(histogram);
  const begin = (): RawSeries => ({ type: 'histogram', cumulative, points: [] });
  return { ...toPointKind(cumulative ? 'histogram' : 'histogram deltas', histogram, begin), layout };
}

function toPointKind(key: string, container: JsonObject, begin: () => RawSeries): PointKind {
  return { key, layout: 'explicit', dataPoints: listOf(container['dataPoints']), begin };
}

/** Whoever leaves the temporality out writes what Prometheus has: cumulative values. */
function isCumulative({ aggregationTemporality: temporality }: JsonObject): boolean {
  return temporality !== 1 && temporality !== 'AGGREGATION_TEMPORALITY_DELTA';
}

/** False when the item is no point. One that says "no value here" is a point, and adds none. */
function addPoint(raw: RawSeries, item: JsonObject, layout: BucketLayout['type']): boolean {
  // https://opentelemetry.io/docs/specs/otel/metrics/data-model/#no-recorded-value
  if (typeof item['flags'] === 'number' && (item['flags'] & 1) === 1) return true;
  if (raw.type === 'histogram') {
    const point = toDistributionPoint(item, layout);
    if (point !== undefined) raw.points.push(point);
    return point !== undefined;
  }
  const timeNs = toNanoseconds(item['timeUnixNano']);
  if (timeNs === undefined) return false;
  const timeMs = nanosecondsToMs(timeNs);
  if (raw.type === 'summary') {
    raw.points.push(toSummaryPoint(item, timeMs));
    return true;
  }
  const text = item['asDouble'] ?? item['asInt'];
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : text;
  if (typeof value !== 'number') return false;
  // NaN and the infinities are samples that say nothing: absent points.
  if (!Number.isFinite(value)) return true;
  if (raw.type === 'deltas') raw.valueByTime.set(timeNs, value);
  else raw.points.push([timeMs, value]);
  return true;
}

function toSummaryPoint(item: JsonObject, timeMs: number): SummaryPoint {
  const quantiles = listOf(item['quantileValues']).flatMap((entry): (readonly [number, number])[] => {
    // Zero-valued fields are left out: the quantile 0 is the minimum.
    const { quantile = 0, value = 0 } = isJsonObject(entry) ? entry : {};
    return typeof quantile === 'number' && typeof value === 'number' ? [[quantile, value]] : [];
  });
  const sum = typeof item['sum'] === 'number' ? item['sum'] : 0;
  return { timeMs, count: toCount(item['count'] ?? 0) ?? 0, sum, quantiles };
}

function sortedText(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).sort(([left], [right]) => (left < right ? -1 : 1)));
}
