import { type MetricRole, metricRoles, type Target } from '@midwatch/core';
import type { FoundMetrics } from './metric-discovery.js';
import { metricName, type ServiceTag, toScope } from './metric-scope.js';
import { toRequestQueries } from './request-queries.js';
import { type RoleConvention, roleConventions } from './role-conventions.js';
import type { DatadogRoleQuery, RoleQuery } from './role-query.js';

export interface RoleContext {
  readonly target: Target;
  readonly found: FoundMetrics;
  readonly roles: ReadonlySet<MetricRole>;
  /** Name of the entry spans. */
  readonly operation: string | undefined;
}

/** What is asked for each role: the surest convention that the target has; of `saturation.other` all. */
export function toRoleQueries(context: RoleContext): readonly RoleQuery[] {
  const { found, roles } = context;
  const taken = new Set<MetricRole>();
  const own = roleConventions.flatMap((convention) => {
    const { metrics, role } = convention;
    const [tag] = metrics.flatMap((name) => found.tagOf.get(name) ?? []);
    const isThere = tag !== undefined && metrics.every((name) => found.tagOf.has(name));
    if (!isThere || !roles.has(role) || taken.has(role)) return [];
    if (role !== 'saturation.other') taken.add(role);
    return [toConventionQuery(convention, tag, context)];
  });
  return [...toRequestQueries(context), ...own];
}

function toConventionQuery(
  convention: RoleConvention,
  serviceTag: ServiceTag,
  { target }: RoleContext,
): RoleQuery {
  const { aggregator = 'max', by = [], metrics, role, tag, unit, storedIn } = convention;
  const scope = toScope(target, serviceTag, false);
  const all = tag === undefined ? scope : scope === '*' ? tag : `${scope},${tag}`;
  const names = ['a', 'b'];
  const entries = metrics.map((metric, index) => [
    names[index] ?? 'a',
    `${aggregator}:${metric}{${all}} by {${[serviceTag, ...by].join(',')}}${convention.function ?? ''}`,
  ]);
  const formula = (convention.formula ?? '$1').replace('$1', 'a').replace('$2', 'b');
  return {
    name: metrics.join(' / '),
    role,
    queries: Object.fromEntries(entries) as Record<string, string>,
    formula,
    unit,
    storedIn,
    type: 'gauge',
  };
}

/** What a team has set for its roles comes before any convention. */
export function toOwnQueries(
  configured: Readonly<Partial<Record<MetricRole, DatadogRoleQuery>>>,
  { target, roles }: Pick<RoleContext, 'target' | 'roles'>,
): readonly RoleQuery[] {
  return metricRoles.flatMap((role) => {
    const own = roles.has(role) ? configured[role] : undefined;
    if (own === undefined) return [];
    const scope = toScope(target, 'service', false);
    const queries = Object.fromEntries(
      Object.entries(own.queries).map(([name, text]) => [name, text.replaceAll('$scope', () => scope)]),
    );
    const formula = own.formula ?? Object.keys(queries)[0] ?? '';
    return [{ name: role, role, queries, formula, unit: own.unit, type: 'gauge' as const }];
  });
}

/** Metrics as they are stored, by service and pod. */
export function toRawQueries(names: readonly string[], target: Target): readonly RoleQuery[] {
  return [...new Set(names)]
    .filter((name) => metricName.test(name))
    .map((name) => {
      const scope = toScope(target, 'service', name.startsWith('trace.'));
      const queries = { a: `avg:${name}{${scope}} by {service,pod_name}` };
      return { name, role: undefined, queries, formula: 'a', unit: '', type: 'gauge' };
    });
}
