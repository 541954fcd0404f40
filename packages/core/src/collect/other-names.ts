import { keyOfUse } from '../identity/gather-names.js';
import type { LearnedNames } from '../identity/learn-names.js';
import type { SourceReport } from '../incident/collection.js';
import type { PlannedQuery } from '../plan/plan.js';
import { describeTarget, isCovered } from './source-coverage.js';
import { type Assignment, type KnownConnector, toAssignment } from './source-tasks.js';

/** Each is the whole first wave of one kind once more. */
const MAX_NAMES = 2;

/** Connectors that are asked by the names learned for them, unless they know a service by the name that it has everywhere. */
export function withLearnedNames(
  connectors: readonly KnownConnector[],
  { aliases }: LearnedNames,
  reports: readonly SourceReport[],
): readonly KnownConnector[] {
  if (aliases.length === 0) return connectors;
  const aliasOf = new Map<string, string>();
  for (const { connectorId, service, alias } of aliases) {
    const key = keyOfUse(connectorId, service);
    if (!aliasOf.has(key)) aliasOf.set(key, alias);
  }
  const answered = new Set(
    reports
      .filter(({ wave, signalCount }) => wave === 1 && signalCount > 0)
      .map(({ connectorId, target }) => keyOfUse(connectorId, target)),
  );
  return connectors.map((connector) => {
    const { id, names } = connector;
    return {
      ...connector,
      names: {
        ...names,
        toConnector(target) {
          const { service } = target;
          const alias = service === undefined ? undefined : aliasOf.get(keyOfUse(id, service));
          const isKnown = answered.has(keyOfUse(id, describeTarget(target)));
          if (alias === undefined || isKnown || (service !== undefined && names.isConfigured(service)))
            return names.toConnector(target);
          return { ...target, service: alias };
        },
      },
    };
  });
}

/**
 * The first wave about the alert's service once more, by its other names, at connectors that answered and had nothing under the
 * name that the alert has.
 */
export function askByOtherNames(
  queries: readonly PlannedQuery[],
  connectors: readonly KnownConnector[],
  { aliases, otherNames }: LearnedNames,
  reports: readonly SourceReport[],
): Assignment[] {
  const answers = new Map<string, { found: number; failed: boolean }>();
  for (const { connectorId, kind, target, wave, signalCount, state } of reports) {
    if (wave !== 1 || state === 'not-asked') continue;
    const key = `${connectorId}\u0000${kind}\u0000${target}`;
    const known = answers.get(key) ?? { found: 0, failed: false };
    answers.set(key, {
      found: known.found + signalCount,
      failed: known.failed || state === 'failed',
    });
  }
  return queries.flatMap((planned) => {
    const { service } = planned.query.target;
    if (service === undefined) return [];
    return connectors.flatMap((connector): Assignment[] => {
      const { id, names, sources, covers } = connector;
      const source = sources.get(planned.kind);
      const answer = answers.get(`${id}\u0000${planned.kind}\u0000${describeTarget(planned.query.target)}`);
      if (source === undefined || names.isConfigured(service) || !isCovered(covers, planned.query.target))
        return [];
      if (answer === undefined || answer.failed || answer.found > 0) return [];
      const own = aliases.filter((one) => one.connectorId === id && one.service === service);
      const others = own.length > 0 ? own.map(({ alias }) => alias) : (otherNames.get(service) ?? []);
      const again = { ...planned, wave: 2 } as PlannedQuery;
      return others
        .slice(0, MAX_NAMES)
        .map((name) => toAssignment(again, connector, source, { ...planned.query.target, service: name }));
    });
  });
}
