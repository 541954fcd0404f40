import { type MetricRole, metricRoles } from '@midwatch/core';
import type { Labels } from './labels.js';
import type { FoundSeries, NameScope, TargetScope } from './series-discovery.js';

/** What one series of a query's answer is; the labels are the answer's. */
export interface SeriesMeaning {
  readonly name: string;
  readonly role?: MetricRole;
  readonly unit: string;
  readonly type: 'gauge' | 'counter' | 'quantile';
  readonly serviceLabel: string | undefined;
  /** What gives this series alone, where its query gives more than one kind. */
  readonly text?: string;
  /** The series as the store keeps it, not what an expression made of it. */
  readonly isStored?: boolean;
}

export interface RoleQuery {
  /** For gaps: what is missing when it fails. */
  readonly subject: string;
  readonly text: string;
  readonly meaningOf: (labels: Labels) => SeriesMeaning | undefined;
}

export interface RoleContext {
  readonly found: FoundSeries;
  readonly scope: TargetScope;
  readonly roles: ReadonlySet<MetricRole>;
  /** How many conventions a role may be asked by: one for a service, several where services differ. */
  readonly maxConventions: number;
}

/** A metric that the target has, and how it is narrowed to the target. */
export interface Picked {
  readonly name: string;
  readonly scope: NameScope;
}

export function allRoles(roles: readonly MetricRole[] | undefined): ReadonlySet<MetricRole> {
  return new Set(roles ?? metricRoles);
}

export function matchWhole(pattern: string): (name: string) => boolean {
  const expression = new RegExp(`^(?:${pattern})$`);
  return (name) => expression.test(name);
}

/** The names of the first conventions that the target has, a group for each convention. */
export function pick(
  { found, scope, maxConventions }: RoleContext,
  patterns: readonly string[],
  accepts: (name: string) => boolean = () => true,
): readonly (readonly Picked[])[] {
  const groups: (readonly Picked[])[] = [];
  const taken = new Set<string>();
  for (const pattern of patterns) {
    if (groups.length >= maxConventions) break;
    const matches = matchWhole(pattern);
    const names = [...found.keys()]
      .filter((name) => !taken.has(name) && matches(name) && accepts(name))
      .sort();
    const group = names.flatMap((name) => {
      const nameScope = scope.scopeOf(name);
      return nameScope === undefined ? [] : [{ name, scope: nameScope }];
    });
    for (const name of names) taken.add(name);
    if (group.length > 0) groups.push(group);
  }
  return groups;
}

const MAX_NAMES_PER_CONVENTION = 4;

/** Of the names of one convention: one for a service, a few where each may be another service's. */
export function someOf(group: readonly Picked[], { maxConventions }: RoleContext): readonly Picked[] {
  return group.slice(0, maxConventions === 1 ? 1 : MAX_NAMES_PER_CONVENTION);
}

/** The bare name of a histogram with no classic parts and no quantiles: a native one. */
export function isNative(found: FoundSeries, base: string): boolean {
  const rows = found.get(base);
  if (rows === undefined || found.has(`${base}_count`) || found.has(`${base}_bucket`)) return false;
  return rows.every((row) => !Object.hasOwn(row, 'quantile'));
}

/** One way to a role, over what one metric has. */
export interface Term extends Picked {
  readonly expression: string;
}

/**
 * One query of all ways to a role: of a service that more than one of them knows, PromQL's `or` keeps the first. Series
 * that are told apart by different labels cannot share a query.
 */
export function combine(
  terms: readonly Term[],
  meaning: { readonly role: MetricRole; readonly unit: string },
): readonly RoleQuery[] {
  return groupTerms(terms).map(({ names, serviceLabel, terms: own }) => ({
    subject: meaning.role,
    text: own.map(({ expression }) => expression).join(' or '),
    meaningOf: () => ({ ...meaning, name: names, type: 'gauge', serviceLabel }),
  }));
}

/** Terms whose results carry the same labels. */
export function groupTerms(terms: readonly Term[]): readonly {
  readonly terms: readonly Term[];
  readonly names: string;
  readonly serviceLabel: string | undefined;
}[] {
  const groups = new Map<string, Term[]>();
  for (const term of terms) {
    const key = JSON.stringify(term.scope.groupBy);
    groups.set(key, [...(groups.get(key) ?? []), term]);
  }
  return [...groups.values()].map((group) => ({
    terms: group,
    names: [...new Set(group.map(({ name }) => name))].join(' or '),
    serviceLabel: group[0]?.scope.serviceLabel,
  }));
}
