import {
  faultPattern,
  isOwnTraffic,
  outcomeLabels,
  requestCounters,
  requestDurations,
} from './metric-conventions.js';
import { aggregate, type Matcher, perSecond, toSelector } from './promql.js';
import {
  firstOf,
  fixed,
  isNative,
  matchWhole,
  pick,
  type RoleContext,
  type RoleQuery,
} from './role-query.js';
import type { FoundSeries, NameScope } from './series-discovery.js';

export function requestRateQueries(context: RoleContext, rateSeconds: number): readonly RoleQuery[] {
  if (!context.roles.has('request.rate')) return [];
  const role = 'request.rate' as const;
  const unit = '{request}/s';
  const counted = pick(context, requestCounters, isOwnTraffic).flatMap((group) => firstOf(group));
  if (counted.length > 0) {
    return counted.map(({ name, scope }) => {
      const text = aggregate('sum', scope.groupBy, perSecond(toSelector(name, scope.matchers), rateSeconds));
      return fixed({ subject: role, text, name, role, unit, scope });
    });
  }
  return pick(context, requestDurations, (name) => isNative(context.found, name) && isOwnTraffic(name))
    .flatMap((group) => firstOf(group))
    .map(({ name, scope }) => {
      const rate = `histogram_count(${perSecond(toSelector(name, scope.matchers), rateSeconds)})`;
      return fixed({ subject: role, text: aggregate('sum', scope.groupBy, rate), name, role, unit, scope });
    });
}

/** No failed request is a ratio of 0, not an absent one; no request at all is none. */
export function errorRatioQueries(context: RoleContext, rateSeconds: number): readonly RoleQuery[] {
  if (!context.roles.has('error.ratio')) return [];
  const { found } = context;
  const role = 'error.ratio' as const;
  const native = requestDurations.map((pattern) => `(?:${pattern})`);
  const telling = (name: string) => isOwnTraffic(name) && outcomeOf(found, name) !== undefined;
  const accepts = (name: string) => telling(name) && (!matchAny(native, name) || isNative(found, name));
  return pick(context, [...requestCounters, ...native], accepts)
    .flatMap((group) => firstOf(group))
    .flatMap(({ name, scope }) => {
      const outcome = outcomeOf(found, name);
      if (outcome === undefined) return [];
      const count = (matchers: readonly Matcher[]) => {
        const rate = perSecond(toSelector(name, matchers), rateSeconds);
        return aggregate('sum', scope.groupBy, matchAny(native, name) ? `histogram_count(${rate})` : rate);
      };
      const all = count(scope.matchers);
      const failed = count([...scope.matchers, outcome]);
      return [
        fixed({ subject: role, text: `(${failed} or ${all} * 0) / ${all}`, name, role, unit: '1', scope }),
      ];
    });
}

function outcomeOf(found: FoundSeries, name: string): Matcher | undefined {
  const rows = found.get(name) ?? [];
  const label = outcomeLabels.find((one) => rows.some((row) => Object.hasOwn(row, one)));
  if (label === undefined) return undefined;
  const seen = rows.flatMap((row) => row[label] ?? []);
  return { label, operator: '=~', value: faultPattern(label, seen) };
}

const quantiles = [
  ['latency.p50', 0.5],
  ['latency.p95', 0.95],
  ['latency.p99', 0.99],
] as const;

export function latencyQueries(context: RoleContext, rateSeconds: number): readonly RoleQuery[] {
  const { found, roles } = context;
  const bases = requestDurations.map((pattern) => `(?:${pattern})(?:_bucket|_count)?`);
  const picked = new Map<string, NameScope>();
  for (const group of pick(context, bases, isOwnTraffic)) {
    const [first] = group;
    if (first !== undefined) picked.set(first.name.replace(/_(?:bucket|count)$/, ''), first.scope);
  }
  return [...picked].flatMap(([base, scope]) => {
    const scale = /(?:milliseconds|_ms|^http_server_duration)$/.test(base) ? ' / 1000' : '';
    const asked = quantiles.filter(([role]) => roles.has(role));
    const common = { name: base, unit: 's', scope };
    if (found.has(`${base}_bucket`) || isNative(found, base)) {
      const classic = found.has(`${base}_bucket`);
      const buckets = perSecond(toSelector(classic ? `${base}_bucket` : base, scope.matchers), rateSeconds);
      const by = classic ? ['le', ...scope.groupBy] : scope.groupBy;
      return asked.map(([role, quantile]) => {
        const text = `histogram_quantile(${quantile}, ${aggregate('sum', by, buckets)})${scale}`;
        return fixed({ ...common, subject: role, text, role, type: 'quantile' });
      });
    }
    const told = new Set((found.get(base) ?? []).map((row) => Number(row['quantile'])));
    const summaries = asked.filter(([, quantile]) => told.has(quantile));
    if (summaries.length > 0) {
      return summaries.map(([role, quantile]) => {
        // 3.x stores 0.5 as "0.5" but 1 as "1.0"; a summary of another origin may write 0.50.
        const matcher: Matcher = { label: 'quantile', operator: '=~', value: `${quantile}0*` };
        const selector = toSelector(base, [...scope.matchers, matcher]);
        const text = `${aggregate('max', scope.groupBy, selector)}${scale}`;
        return fixed({ ...common, subject: role, text, role, type: 'quantile' });
      });
    }
    if (!roles.has('latency.p50') || !found.has(`${base}_sum`)) return [];
    // Only a mean can be had: it stands for the median, under a name that says so.
    const mean = ['_sum', '_count']
      .map((suffix) =>
        aggregate('sum', scope.groupBy, perSecond(toSelector(base + suffix, scope.matchers), rateSeconds)),
      )
      .join(' / ');
    const role = 'latency.p50' as const;
    return [fixed({ ...common, subject: role, text: `${mean}${scale}`, role, name: `${base} mean` })];
  });
}

function matchAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchWhole(pattern)(name));
}
