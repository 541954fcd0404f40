import type { MetricRole } from '@midwatch/core';

/** How a role is asked for, where a team's own metrics measure it. */
export interface DatadogRoleQuery {
  /** Metric queries by a name of letters; `$scope` stands for the target's tags: `max:acme.pool.used{$scope} by {service}`. */
  readonly queries: Readonly<Record<string, string>>;
  /** Arithmetic over the names. @default the first name */
  readonly formula?: string | undefined;
  /** UCUM, such as `s`, `By`, `1`, `{connection}`. What Datadog says of seconds, bytes, percent and cores is converted. */
  readonly unit: string;
}

/** A role as it is asked: queries, a formula over them, and what the values are. */
export interface RoleQuery {
  readonly name: string;
  readonly role: MetricRole | undefined;
  readonly queries: Readonly<Record<string, string>>;
  readonly formula: string;
  readonly unit: string;
  /** The unit of the values where Datadog does not tell one. */
  readonly storedIn?: string | undefined;
  readonly type: 'gauge' | 'quantile';
  /** Of queries with the same choice the first that has points counts. */
  readonly choice?: string | undefined;
}

/** As one line that a person can paste: the formula with its queries in place of their names. */
export function toQueryText({ queries, formula }: RoleQuery): string {
  return formula.replaceAll(/[A-Za-z_]\w*/g, (name) =>
    Object.hasOwn(queries, name) ? (queries[name] ?? name) : name,
  );
}
