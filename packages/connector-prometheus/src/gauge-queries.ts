import { counters, cpuGauges, type GaugeConvention, gauges, shares } from './metric-conventions.js';
import { aggregate, type Matcher, toSelector } from './promql.js';
import {
  firstOf,
  fixed,
  matchWhole,
  partLabels,
  pick,
  type RoleContext,
  type RoleQuery,
} from './role-query.js';
import type { NameScope } from './series-discovery.js';

const MAX_GAUGES_PER_CONVENTION = 4;

/** Gauges need no rate window; those of the same labels share one query. */
export function toGaugeQueries(context: RoleContext): readonly RoleQuery[] {
  const conventions = new Map<string, GaugeConvention>();
  const byScope = new Map<string, { readonly scope: NameScope; readonly names: string[] }>();
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
        if (convention === undefined || conventions.has(name)) continue;
        conventions.set(name, convention);
        const key = JSON.stringify(scope);
        const shared = byScope.get(key) ?? { scope, names: [] };
        shared.names.push(name);
        byScope.set(key, shared);
      }
    }
  }
  return [...byScope.values()].map(({ names, scope }) => {
    const byName: Matcher = {
      label: '__name__',
      operator: names.length === 1 ? '=' : '=~',
      value: names.join('|'),
    };
    const by = [
      '__name__',
      ...scope.groupBy,
      ...partLabels.filter((label) => !scope.groupBy.includes(label)),
    ];
    return {
      subject: [...new Set(names.map((name) => conventions.get(name)?.role))].join(', '),
      text: aggregate('max', by, toSelector(undefined, [byName, ...scope.matchers])),
      meaningOf: (labels) => {
        const name = labels['__name__'] ?? '';
        const convention = conventions.get(name);
        if (convention === undefined) return undefined;
        const { role, state, unit } = convention;
        if (state !== undefined && (labels['state'] ?? state) !== state) return undefined;
        return { name, role, unit, type: 'gauge', serviceLabel: scope.serviceLabel };
      },
    };
  });
}

/** Shares of a capacity, element by element. */
export function toShareQueries(context: RoleContext): readonly RoleQuery[] {
  return shares
    .filter(({ role, whole }) => context.roles.has(role) && context.found.has(whole))
    .flatMap(({ part, partIs, role, whole }) =>
      pick({ ...context, maxConventions: 1 }, [part])
        .flatMap((group) => firstOf(group))
        .map(({ scope }) => {
          const ratio = `${toSelector(part, scope.matchers)} / ${toSelector(whole, scope.matchers)}`;
          const by = [...scope.groupBy, ...partLabels.filter((label) => !scope.groupBy.includes(label))];
          const text = aggregate('max', by, partIs === 'free' ? `1 - ${ratio}` : ratio);
          return fixed({ subject: role, text, name: part, role, unit: '1', scope });
        }),
    );
}

function hasCpuCounter(context: RoleContext): boolean {
  return (
    pick(
      context,
      counters.filter(({ role }) => role === 'cpu.usage').map(({ pattern }) => pattern),
    ).length > 0
  );
}
