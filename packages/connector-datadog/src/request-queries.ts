import type { MetricRole } from '@midwatch/core';
import { metricName, toScope } from './metric-scope.js';
import { clientOperations, entryOperations } from './role-conventions.js';
import type { RoleContext } from './role-queries.js';
import type { RoleQuery } from './role-query.js';

const percentiles: readonly (readonly [MetricRole, string])[] = [
  ['latency.p50', 'p50'],
  ['latency.p95', 'p95'],
  ['latency.p99', 'p99'],
];
/** Services are entered by spans of one name, seldom of two; without a service each may be another's. */
const MAX_OPERATIONS = 2;
const MAX_OPERATIONS_OF_ALL = 6;

/**
 * Requests, errors and latency from the trace metrics, which count all requests, sampled or not: `trace.NAME.hits`,
 * `.errors`, and the distribution `trace.NAME`. https://docs.datadoghq.com/tracing/metrics/metrics_namespace/
 */
export function toRequestQueries(context: RoleContext): readonly RoleQuery[] {
  const { found, operation: given, roles, target } = context;
  const scope = toScope(target, 'service', true);
  const most = target.service === undefined ? MAX_OPERATIONS_OF_ALL : MAX_OPERATIONS;
  return entriesOf(found.tagOf.keys(), given)
    .slice(0, most)
    .flatMap((operation): RoleQuery[] => {
      const base = `trace.${operation}`;
      const ask = (aggregator: string, metric: string, suffix = '') =>
        `${aggregator}:${metric}{${scope}} by {service}${suffix}`;
      const of = (
        role: MetricRole,
        rest: Pick<RoleQuery, 'queries' | 'formula' | 'unit' | 'type'>,
        storedIn?: string,
      ) =>
        roles.has(role)
          ? [{ name: base, role, choice: target.service === undefined ? undefined : role, storedIn, ...rest }]
          : [];
      // A service without errors has no such metric: that is a ratio of zero, not an unknown one.
      const errors = found.tagOf.has(`${base}.errors`);
      const hits = ask('sum', `${base}.hits`, '.as_count()');
      const ratio = errors
        ? {
            queries: { a: ask('sum', `${base}.errors`, '.as_count()'), b: hits },
            formula: 'default_zero(a) / b',
          }
        : { queries: { b: hits }, formula: '0 * b / b' };
      return [
        ...of('request.rate', {
          queries: { a: ask('sum', `${base}.hits`, '.as_rate()') },
          formula: 'a',
          unit: '{request}/s',
          type: 'gauge',
        }),
        ...of('error.ratio', { ...ratio, unit: '1', type: 'gauge' }),
        ...percentiles.flatMap(([role, percentile]) =>
          of(
            role,
            { queries: { a: ask(percentile, base) }, formula: 'a', unit: 's', type: 'quantile' },
            'second',
          ),
        ),
      ];
    });
}

/** Names of the spans by which services are entered, among names of metrics, the surest first. */
export function entriesOf(names: Iterable<string>, operation: string | undefined): readonly string[] {
  if (operation !== undefined) return [operation];
  const all = [...names]
    .filter((name) => name.startsWith('trace.') && name.endsWith('.hits') && metricName.test(name))
    .map((name) => name.slice('trace.'.length, -'.hits'.length))
    .filter((name) => !clientOperations.test(name))
    .sort();
  const ranked = all.map((name) => {
    const rank = entryOperations.findIndex((pattern) => pattern.test(name));
    return { name, rank: rank < 0 ? entryOperations.length : rank };
  });
  return ranked.sort((one, other) => one.rank - other.rank).map(({ name }) => name);
}
