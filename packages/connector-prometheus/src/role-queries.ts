import {
  counters,
  cpuGauges,
  gauges,
  isOwnTraffic,
  requestCounters,
  requestDurations,
  shares,
  throttling,
} from './metric-conventions.js';
import { aggregate, perSecond, toSelector } from './promql.js';
import { errorRatioQueries, latencyQueries, requestRateQueries } from './request-queries.js';
import { firstOf, fixed, matchWhole, pick, type RoleContext, type RoleQuery } from './role-query.js';

/** A metric to measure the scrape interval by: one whose rate will be asked for. */
export function toProbe(context: RoleContext): string | undefined {
  if (context.roles.size === 0) return undefined;
  const [group] = pick(
    context,
    [...requestCounters, ...counters.map(({ pattern }) => pattern)],
    isOwnTraffic,
  );
  const [picked] = group ?? [];
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
    return pick(
      context,
      ofRole.map(({ pattern }) => pattern),
    ).flatMap((group) =>
      firstOf(group).flatMap(({ name, scope }) => {
        const convention = ofRole.find(({ pattern }) => matchWhole(pattern)(name));
        if (convention === undefined) return [];
        const growth = `${convention.as}(${toSelector(name, scope.matchers)}[${rateSeconds}s])`;
        const text = aggregate('sum', scope.groupBy, growth);
        return [fixed({ subject: role, text, name, role, unit: convention.unit, scope })];
      }),
    );
  });
}

function throttlingQueries(context: RoleContext, rateSeconds: number): readonly RoleQuery[] {
  const role = 'cpu.throttling' as const;
  if (!context.roles.has(role) || !context.found.has(throttling.whole)) return [];
  return pick(context, [throttling.part]).flatMap((group) =>
    firstOf(group).map(({ name, scope }) => {
      const text = [throttling.part, throttling.whole]
        .map((metric) =>
          aggregate('sum', scope.groupBy, perSecond(toSelector(metric, scope.matchers), rateSeconds)),
        )
        .join(' / ');
      return fixed({ subject: role, text, name, role, unit: '1', scope });
    }),
  );
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
