import type { MetricRole } from '@midwatch/core';
import {
  faultPattern,
  isOwnTraffic,
  outcomeLabels,
  requestCounters,
  requestDurations,
} from './metric-conventions.js';
import { aggregate, type Matcher, perSecond, toSelector } from './promql.js';
import {
  combine,
  groupTerms,
  isNative,
  matchWhole,
  type Picked,
  pick,
  type RoleContext,
  type RoleQuery,
  someOf,
  type Term,
} from './role-query.js';
import type { FoundSeries } from './series-discovery.js';

/** Metrics that count requests: counters before native histograms, which have no `_count`. */
export function pickCounts(context: RoleContext, accepts: (name: string) => boolean): readonly Picked[] {
  const { found } = context;
  const counted = pick(context, requestCounters, (name) => isOwnTraffic(name) && accepts(name));
  const native = pick(context, requestDurations, (name) => isCountedNatively(found, name) && accepts(name));
  const picked = [...counted, ...native].flatMap((group) => someOf(group, context));
  return context.maxConventions === 1 ? picked.slice(0, 1) : picked;
}

function isCountedNatively(found: FoundSeries, name: string): boolean {
  return (
    isNative(found, name) &&
    isOwnTraffic(name) &&
    requestDurations.some((pattern) => matchWhole(pattern)(name))
  );
}

function countPerSecond(
  { found }: RoleContext,
  { name, scope }: Picked,
  more: readonly Matcher[],
  rateSeconds: number,
): string {
  const rate = perSecond(toSelector(name, [...scope.matchers, ...more]), rateSeconds);
  return aggregate('sum', scope.groupBy, isCountedNatively(found, name) ? `histogram_count(${rate})` : rate);
}

export function requestRateQueries(context: RoleContext, rateSeconds: number): readonly RoleQuery[] {
  if (!context.roles.has('request.rate')) return [];
  const terms = pickCounts(context, () => true).map(
    (picked): Term => ({ ...picked, expression: countPerSecond(context, picked, [], rateSeconds) }),
  );
  return combine(terms, { role: 'request.rate', unit: '{request}/s' });
}

/** No failed request is a ratio of 0, not an absent one; no request at all is none. */
export function errorRatioQueries(context: RoleContext, rateSeconds: number): readonly RoleQuery[] {
  if (!context.roles.has('error.ratio')) return [];
  const { found } = context;
  const terms = pickCounts(context, (name) => outcomesOf(found, name).length > 0).flatMap((picked) => {
    const outcomes = outcomesOf(found, picked.name);
    const rows = found.get(picked.name) ?? [];
    return outcomes.map(({ label, pattern }): Term => {
      // Of series that tell no outcome nothing is known, not that all went well.
      const telling: readonly Matcher[] = rows.every((row) => Object.hasOwn(row, label))
        ? []
        : [{ label, operator: '!=', value: '' }];
      const all = countPerSecond(context, picked, telling, rateSeconds);
      const failed = countPerSecond(
        context,
        picked,
        [{ label, operator: '=~', value: pattern }],
        rateSeconds,
      );
      return { ...picked, expression: `(${failed} or ${all} * 0) / ${all}` };
    });
  });
  return combine(terms, { role: 'error.ratio', unit: '1' });
}

/** Services may tell the outcome of one metric by different labels. */
function outcomesOf(
  found: FoundSeries,
  name: string,
): readonly { readonly label: string; readonly pattern: string }[] {
  const rows = found.get(name) ?? [];
  const labelOf = (row: (typeof rows)[number]) => outcomeLabels.find((label) => Object.hasOwn(row, label));
  const labels = new Set(rows.flatMap((row) => labelOf(row) ?? []));
  return [...labels].map((label) => ({
    label,
    pattern: faultPattern(
      label,
      rows.flatMap((row) => row[label] ?? []),
    ),
  }));
}

const quantileRoles: readonly (readonly [role: MetricRole, quantile: number])[] = [
  ['latency.p50', 0.5],
  ['latency.p95', 0.95],
  ['latency.p99', 0.99],
];

/** All quantiles in one query, told apart by a label `quantile`; where only a mean can be had, it says `mean`. */
export function latencyQueries(context: RoleContext, rateSeconds: number): readonly RoleQuery[] {
  const asked = quantileRoles.filter(([role]) => context.roles.has(role));
  const bases = pickDurations(context);
  const terms = asked.flatMap(([role, quantile]) =>
    bases.flatMap((base): readonly (Term & { readonly mark: string })[] => {
      const expression = quantileOf(context, base, quantile, rateSeconds);
      if (expression !== undefined) return [{ ...base, expression, mark: String(quantile) }];
      const mean = role === 'latency.p50' ? meanOf(context, base, rateSeconds) : undefined;
      return mean === undefined ? [] : [{ ...base, expression: mean, mark: 'mean' }];
    }),
  );
  return groupTerms(terms).map((group) => {
    const marks = new Map<string, string[]>();
    for (const { expression, mark } of group.terms as typeof terms) {
      marks.set(mark, [...(marks.get(mark) ?? []), expression]);
    }
    return {
      subject: asked.map(([role]) => role).join(', '),
      text: [...marks]
        .map(([mark, parts]) => `label_replace(${parts.join(' or ')}, "quantile", "${mark}", "", "")`)
        .join(' or '),
      meaningOf: (labels) => {
        const mark = labels['quantile'] ?? '';
        const isMean = mark === 'mean';
        const role = isMean ? 'latency.p50' : quantileRoles.find(([, one]) => String(one) === mark)?.[0];
        if (role === undefined) return undefined;
        const { names, serviceLabel } = group;
        const text = marks.get(mark)?.join(' or ') ?? '';
        const name = isMean ? `${names} mean` : names;
        return { name, role, unit: 's', type: isMean ? 'gauge' : 'quantile', serviceLabel, text };
      },
    };
  });
}

/** Histograms and summaries of durations, under their bare names. */
function pickDurations(context: RoleContext): readonly Picked[] {
  const patterns = requestDurations.map((pattern) => `(?:${pattern})(?:_bucket|_count)?`);
  const picked = pick(context, patterns, isOwnTraffic).flatMap((group) =>
    someOf(group, context).map(({ name, scope }) => ({
      name: name.replace(/_(?:bucket|count)$/, ''),
      scope,
    })),
  );
  // Both parts of one histogram have its name.
  return [...new Map(picked.toReversed().map((one) => [one.name, one])).values()].toReversed();
}

/** Seconds, whatever the metric counts in. */
function scaleOf(base: string): string {
  return /(?:milliseconds|_ms|^http_server_duration)$/.test(base) ? ' / 1000' : '';
}

function quantileOf(
  { found }: RoleContext,
  { name, scope }: Picked,
  quantile: number,
  rateSeconds: number,
): string | undefined {
  const isClassic = found.has(`${name}_bucket`);
  if (isClassic || isNative(found, name)) {
    const buckets = perSecond(toSelector(isClassic ? `${name}_bucket` : name, scope.matchers), rateSeconds);
    const by = isClassic ? ['le', ...scope.groupBy] : scope.groupBy;
    return `histogram_quantile(${quantile}, ${aggregate('sum', by, buckets)})${scaleOf(name)}`;
  }
  const isTold = (found.get(name) ?? []).some((row) => Number(row['quantile']) === quantile);
  if (!isTold) return undefined;
  // Quantiles of several pods cannot be merged: the worst stands for them. Some clients write 0.50.
  const matcher: Matcher = { label: 'quantile', operator: '=~', value: `${quantile}0*`.replace('.', '\\.') };
  return `${aggregate('max', scope.groupBy, toSelector(name, [...scope.matchers, matcher]))}${scaleOf(name)}`;
}

function meanOf({ found }: RoleContext, { name, scope }: Picked, rateSeconds: number): string | undefined {
  if (!found.has(`${name}_sum`) || !found.has(`${name}_count`)) return undefined;
  const [sum, count] = ['_sum', '_count'].map((suffix) =>
    aggregate('sum', scope.groupBy, perSecond(toSelector(name + suffix, scope.matchers), rateSeconds)),
  );
  return `${sum} / ${count}${scaleOf(name)}`;
}
