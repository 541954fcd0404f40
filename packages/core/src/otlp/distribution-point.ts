import { isJsonObject, type JsonObject, listOf } from './any-value.js';
import type { BucketLayout, DistributionPoint } from './distribution.js';
import { nanosecondsToMs, toNanoseconds } from './nanoseconds.js';

/**
 * A data point of a `histogram` or an `exponentialHistogram`; undefined when it is none. The point itself does not tell
 * which: a scale of 0 is left out by those who leave zeros out.
 */
export function toDistributionPoint(
  item: JsonObject,
  layout: BucketLayout['type'],
): DistributionPoint | undefined {
  const timeNs = toNanoseconds(item['timeUnixNano']);
  const count = toCount(item['count'] ?? 0);
  if (timeNs === undefined || count === undefined) return undefined;
  const startNs = toNanoseconds(item['startTimeUnixNano']);
  const common = {
    timeMs: nanosecondsToMs(timeNs),
    startMs: startNs === undefined ? 0 : nanosecondsToMs(startNs),
    count,
    sum: typeof item['sum'] === 'number' && Number.isFinite(item['sum']) ? item['sum'] : undefined,
  };
  return { ...common, ...(layout === 'explicit' ? explicitBuckets(item) : exponentialBuckets(item)) };
}

function explicitBuckets(item: JsonObject): Pick<DistributionPoint, 'layout' | 'buckets'> {
  const bounds = listOf(item['explicitBounds']).filter((bound): bound is number => typeof bound === 'number');
  const buckets = new Map<number, number>();
  for (const [index, value] of listOf(item['bucketCounts']).entries()) {
    const count = toCount(value);
    if (count !== undefined && count > 0) buckets.set(index, count);
  }
  return { layout: { type: 'explicit', bounds }, buckets };
}

/** https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram: bucket i is (base^i, base^(i+1)]. */
function exponentialBuckets(item: JsonObject): Pick<DistributionPoint, 'layout' | 'buckets'> {
  const scale = typeof item['scale'] === 'number' ? item['scale'] : 0;
  const buckets = new Map<number, number>();
  let notPositive = toCount(item['zeroCount'] ?? 0) ?? 0;
  if (isJsonObject(item['negative'])) {
    for (const value of listOf(item['negative']['bucketCounts'])) notPositive += toCount(value) ?? 0;
  }
  if (notPositive > 0) buckets.set(-Infinity, notPositive);
  if (isJsonObject(item['positive'])) {
    const offset = typeof item['positive']['offset'] === 'number' ? item['positive']['offset'] : 0;
    for (const [index, value] of listOf(item['positive']['bucketCounts']).entries()) {
      const count = toCount(value);
      if (count !== undefined && count > 0) buckets.set(offset + index, count);
    }
  }
  return { layout: { type: 'exponential', scale }, buckets };
}

/** 64-bit counts are texts in protobuf's JSON, and numbers by some writers. */
export function toCount(value: unknown): number | undefined {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof count === 'number' && Number.isFinite(count) && count >= 0 ? count : undefined;
}
