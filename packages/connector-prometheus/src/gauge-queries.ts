import { counters, cpuGauges, type GaugeConvention, gauges, shares } from './metric-conventions.js';
import { aggregate, type Matcher, toSelector } from './promql.js';
import {
  combine,
  matchWhole,
  pick,
  type RoleContext,
  type RoleQuery,
  someOf,
  type Term,
} from './role-query.js';
import type { NameScope } from './series-discovery.js';

const MAX_GAUGES_PER_CONVENTION = 4;

interface KnownGauge {
  readonly name: string;
  readonly partBy: readonly string[];
  readonly convention: GaugeConvention;
}

/** Gauges need no rate window; those of the same labels share one query. */
export function toGaugeQueries(context: RoleContext): readonly RoleQuery[] {
  const taken = new Set<string>();
  const byScope = new Map<string, { readonly scope: NameScope; readonly gauges: KnownGauge[] }>();
  const wanted = [...gauges, ...(hasCpuCounter(context) ? [] : cpuGauges)];
  for (const role of context.roles) {
    const ofRole = wanted.filter((convention) => convention.role === role);
    const most = role === 'saturation.other' ? ofRole.length : context.maxConventions;
    for (const group of pick(
      { ...context, maxConventions: most },
      ofRole.map(({ pattern }) => pattern),
    )) {
      for (const { name, scope } of group.slice(0, MAX_GAUGES_PER_CONVENTION)) {
        const convention = ofRole.find(({ pattern }) => matchWhole(pattern)(name));
        if (convention === undefined || taken.has(name)) continue;
        taken.add(name);
        const { partBy, ...sharing } = scope;
        const key = JSON.stringify(sharing);
        const shared = byScope.get(key) ?? { scope, gauges: [] };
        shared.gauges.push({ name, partBy, convention });
        byScope.set(key, shared);
      }
    }
  }
  return [...byScope.values()].map(({ gauges: own, scope }) => toSharedQuery(own, scope));
}

/** One query for all; each series leads to the query that gives it alone. */
function toSharedQuery(
  own: readonly KnownGauge[],
  { groupBy, matchers, serviceLabel }: NameScope,
): RoleQuery {
  const byName: Matcher = {
    label: '__name__',
    operator: own.length === 1 ? '=' : '=~',
    value: own.map(({ name }) => name).join('|'),
  };
  const partBy = own.flatMap((gauge) => gauge.partBy);
  return {
    subject: [...new Set(own.map(({ convention }) => convention.role))].join(', '),
    text: aggregate(
      'max',
      [...new Set(['__name__', ...groupBy, ...partBy])],
      toSelector(undefined, [byName, ...matchers]),
    ),
    meaningOf: (labels) => {
      const gauge = own.find(({ name }) => name === labels['__name__']);
      if (gauge === undefined) return undefined;
      const { name, convention } = gauge;
      const { role, state, unit } = convention;
      if (state !== undefined && (labels['state'] ?? state) !== state) return undefined;
      const one: readonly Matcher[] =
        labels['state'] === undefined ? [] : [{ label: 'state', operator: '=', value: labels['state'] }];
      const text = aggregate('max', [...groupBy, ...gauge.partBy], toSelector(name, [...matchers, ...one]));
      return { name, role, unit, type: 'gauge', serviceLabel, text };
    },
  };
}

/** Shares of a capacity, element by element. */
export function toShareQueries(context: RoleContext): readonly RoleQuery[] {
  const present = shares.filter(({ role, whole }) => context.roles.has(role) && context.found.has(whole));
  const terms = present.flatMap(({ part, partIs, whole }) =>
    pick({ ...context, maxConventions: 1 }, [part]).flatMap((group) =>
      someOf(group, context).map(({ name, scope }): Term => {
        const ratio = `${toSelector(part, scope.matchers)} / ${toSelector(whole, scope.matchers)}`;
        const by = [...scope.groupBy, ...scope.partBy];
        return { name, scope, expression: aggregate('max', by, partIs === 'free' ? `1 - ${ratio}` : ratio) };
      }),
    ),
  );
  return combine(terms, { role: 'disk.usage', unit: '1' });
}

function hasCpuCounter(context: RoleContext): boolean {
  return (
    pick(
      context,
      counters.filter(({ role }) => role === 'cpu.usage').map(({ pattern }) => pattern),
    ).length > 0
  );
}
