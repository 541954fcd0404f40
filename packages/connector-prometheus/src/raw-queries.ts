import type { Labels } from './labels.js';
import { escapePattern, type Matcher, toSelector } from './promql.js';
import type { RoleQuery, SeriesMeaning } from './role-query.js';
import type { NameScope, TargetScope } from './series-discovery.js';

const units: readonly (readonly [suffix: RegExp, unit: string])[] = [
  [/_(?:milliseconds|ms)$/, 'ms'],
  [/_seconds$/, 's'],
  [/_bytes$/, 'By'],
  [/_(?:ratio|utilization)$/, '1'],
];

/** What the name of a metric says about it, by the conventions of Prometheus and OpenMetrics. */
function meaningOf(labels: Labels, serviceLabel: string | undefined): SeriesMeaning {
  const name = labels['__name__'] ?? 'result';
  const stem = name.replace(/_(?:total|sum)$/, '');
  const counts = /_(?:count|bucket)$/.test(name);
  const unit = counts ? '1' : (units.find(([suffix]) => suffix.test(stem))?.[1] ?? '');
  const cumulative = /_(?:total|sum|count|bucket)$/.test(name);
  return {
    name,
    unit,
    type: cumulative ? 'counter' : 'quantile' in labels ? 'quantile' : 'gauge',
    serviceLabel,
    isStored: Object.hasOwn(labels, '__name__'),
  };
}

/** Series as they are stored; names that are narrowed alike share a query. */
export function toRawQueries(names: readonly string[], scope: TargetScope | undefined): readonly RoleQuery[] {
  const byScope = new Map<string, { readonly scope: NameScope | undefined; readonly names: string[] }>();
  for (const name of new Set(names)) {
    const nameScope = scope?.scopeOf(name);
    if (scope !== undefined && nameScope === undefined) continue;
    const key = JSON.stringify(nameScope ?? null);
    const group = byScope.get(key) ?? { scope: nameScope, names: [] };
    group.names.push(name);
    byScope.set(key, group);
  }
  return [...byScope.values()].map((group) => {
    const matchers = group.scope?.matchers ?? [];
    return {
      subject: group.names.join(', '),
      text: selectAll(group.names, matchers),
      meaningOf: (labels) => meaningOf(labels, group.scope?.serviceLabel),
    };
  });
}

/** `or` would not do: it takes series of two names with the same labels for one. */
function selectAll(names: readonly string[], matchers: readonly Matcher[]): string {
  const [name] = names;
  if (names.length === 1) return toSelector(name, matchers);
  const value = names.map(escapePattern).join('|');
  return toSelector(undefined, [{ label: '__name__', operator: '=~', value }, ...matchers]);
}

/** A query of a person's own, through the escape hatch. */
export function toNativeQuery(text: string): RoleQuery {
  return { subject: 'the native query', text, meaningOf: (labels) => meaningOf(labels, undefined) };
}
