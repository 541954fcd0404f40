import {
  counters,
  cpuGauges,
  gauges,
  requestCounters,
  requestDurations,
  shares,
  throttling,
} from './metric-conventions.js';
import { aggregate, perSecond, toSelector } from './promql.js';
import { errorRatioQueries, latencyQueries, pickCounts, requestRateQueries } from './request-queries.js';
import {
  combine,
  matchWhole,
  pick,
  type RoleContext,
  type RoleQuery,
  someOf,
  type Term,
} from './role-query.js';

/** A metric to measure the scrape interval by: one whose rate will be asked for. */
export function toProbe(context: RoleContext): string | undefined {
  if (context.roles.size === 0) return undefined;
  const patterns = counters.map(({ pattern }) => pattern);
  const [picked] = [...pickCounts(context, () => true), ...pick(context, patterns).flat()];
  return picked === undefined
    ? undefined
    : `max(count_over_time(${toSelector(picked.name, picked.scope.matchers)}[300s]))`;
}

export function toRateQueries(context: RoleContext, rateSeconds: number): readonly RoleQuery[] {
  return [
    ...requestRateQueries(context, rateSeconds),
    ...errorRatioQueries(context, rateSeconds),
    ...latencyQueries(context, rateSeconds),
    ...counterQueries(context, rateSeconds),
    ...throttlingQueries(context, rateSeconds),
  ];
}

function counterQueries(context: RoleContext, rateSeconds: number): readonly RoleQuery[] {
  return [...context.roles].flatMap((role) => {
    const ofRole = counters.filter((convention) => convention.role === role);
    const patterns = ofRole.map(({ pattern }) => pattern);
    const unit = ofRole[0]?.unit ?? '';
    const terms = pick(context, patterns).flatMap((group) =>
      someOf(group, context).flatMap(({ name, scope }): readonly Term[] => {
        const convention = ofRole.find(({ pattern }) => matchWhole(pattern)(name));
        if (convention === undefined) return [];
        const growth = `${convention.as}(${toSelector(name, scope.matchers)}[${rateSeconds}s])`;
        return [{ name, scope, expression: aggregate('sum', scope.groupBy, growth) }];
      }),
    );
    return combine(terms, { role, unit });
  });
}

function throttlingQueries(context: RoleContext, rateSeconds: number): readonly RoleQuery[] {
  const role = 'cpu.throttling' as const;
  if (!context.roles.has(role) || !context.found.has(throttling.whole)) return [];
  const terms = pick(context, [throttling.part]).flatMap((group) =>
    someOf(group, context).map(({ name, scope }): Term => {
      const [part, whole] = [throttling.part, throttling.whole].map((metric) =>
        aggregate('sum', scope.groupBy, perSecond(toSelector(metric, scope.matchers), rateSeconds)),
      );
      return { name, scope, expression: `${part} / ${whole}` };
    }),
  );
  return combine(terms, { role, unit: '1' });
}

/** All names that any convention knows, for a look at a whole store. */
export function knownNames(): readonly string[] {
  return [
    ...requestCounters,
    ...requestDurations.map((pattern) => `(?:${pattern})(?:_bucket|_count|_sum)?`),
    ...[...gauges, ...cpuGauges, ...counters].map(({ pattern }) => pattern),
    ...shares.flatMap(({ part, whole }) => [part, whole]),
    throttling.part,
    throttling.whole,
  ];
}
