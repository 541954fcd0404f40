import type { MetricRole, Target } from '@midwatch/core';
import type { Dimensions } from './metric-families.js';

/** A metric of the user's own, such as what the CloudWatch agent or an EMF log line writes. */
export interface CloudWatchMetric {
  readonly role: MetricRole;
  readonly namespace: string;
  readonly name: string;
  /** Values hold `{service}`, `{namespace}`, `{cluster}`, `{environment}`, or are `*`: a series for each that there is. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p99`. @default 'Average' */
  readonly statistic?: string | undefined;
  /** UCUM, of the values after `scale`. @default '' */
  readonly unit?: string | undefined;
  /** What values are multiplied by. @default 1 */
  readonly scale?: number | undefined;
  /** Makes a rate of a sum. */
  readonly per?: 'second' | undefined;
}

/** What each dimension must be; `undefined` is anything. */
export function fillDimensions(
  metric: CloudWatchMetric,
  target: Target,
): ReadonlyMap<string, string | undefined> {
  return new Map(
    Object.entries(metric.dimensions).map(([name, template]) => [name, fill(template, target)] as const),
  );
}

function fill(template: string, target: Target): string | undefined {
  if (template === '*') return undefined;
  let isWhole = true;
  const filled = template.replaceAll(/\{(service|namespace|cluster|environment)\}/g, (_, name: string) => {
    const value = target[name as 'service' | 'namespace' | 'cluster' | 'environment'];
    if (value === undefined) isWhole = false;
    return value ?? '';
  });
  return isWhole ? filled : undefined;
}

/** The service that the dimensions name, where one of them is the service and nothing else. */
export function serviceInDimensions(metric: CloudWatchMetric, dimensions: Dimensions): string | undefined {
  const named = Object.entries(metric.dimensions).find(([, template]) => template === '{service}');
  return named === undefined ? undefined : dimensions.get(named[0]);
}

export function matchesDimensions(
  dimensions: Dimensions,
  wanted: ReadonlyMap<string, string | undefined>,
): boolean {
  return (
    dimensions.size === wanted.size &&
    [...wanted].every(([name, value]) =>
      value === undefined ? dimensions.has(name) : dimensions.get(name) === value,
    )
  );
}
