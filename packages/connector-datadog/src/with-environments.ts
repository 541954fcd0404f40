import type { SignalKind, SignalSourceV1 } from '@midwatch/core';

/** The same source, asked with the environment's name at Datadog. */
export function withEnvironments<K extends SignalKind>(
  source: SignalSourceV1<K>,
  environments: Readonly<Record<string, string>>,
): SignalSourceV1<K> {
  return {
    limits: source.limits,
    doQuery(query, call) {
      const { environment } = query.target;
      if (environment === undefined || !Object.hasOwn(environments, environment))
        return source.doQuery(query, call);
      const target = { ...query.target, environment: environments[environment] ?? environment };
      return source.doQuery({ ...query, target }, call);
    },
  };
}
