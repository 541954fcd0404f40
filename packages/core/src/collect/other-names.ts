import { keyOfUse } from '../identity/gather-names.js';
import type { LearnedNames } from '../identity/learn-names.js';
import type { SourceReport } from '../incident/collection.js';
import type { PlannedQuery } from '../plan/plan.js';
import { isLate, reportKey } from './earlier-answers.js';
import { describeTarget, isCovered } from './source-coverage.js';
import type { Answer } from './source-reports.js';
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

export interface OtherNamesInput {
  /** Of both waves. */
  readonly queries: readonly PlannedQuery[];
  readonly connectors: readonly KnownConnector[];
  readonly learned: LearnedNames;
  /** Of the first wave. */
  readonly reports: readonly SourceReport[];
  /** By learned names, too. */
  readonly asked: readonly Assignment[];
}

/**
 * Questions about services once more, by their other names, at connectors that answered and had nothing under the name that the alert
 * has: there, other services are likely to have other names, too.
 */
export function askByOtherNames(input: OtherNamesInput): Assignment[] {
  const { queries, connectors, reports } = input;
  const { aliases, otherNames } = input.learned;
  const wasAsked = new Set(
    input.asked.flatMap(({ connectorId, planned, task }) =>
      task === undefined ? [] : [keyOfQuestion(connectorId, planned, task.query.target.service)],
    ),
  );
  const knowsAnother = foreignSources(queries, reports);
  const aliasesOf = new Map<string, readonly string[]>();
  for (const { connectorId, service, alias } of aliases) {
    const key = keyOfUse(connectorId, service);
    aliasesOf.set(key, [...(aliasesOf.get(key) ?? []), alias].slice(0, MAX_NAMES));
  }
  return queries.flatMap((planned) => {
    const { target } = planned.query;
    const { service } = target;
    if (service === undefined) return [];
    return connectors.flatMap((connector): Assignment[] => {
      const { id, sources, covers } = connector;
      const source = sources.get(planned.kind);
      const isForeign = knowsAnother.has(keyOfUse(id, planned.kind));
      const isConfigured = connector.names.isConfigured(service);
      if (source === undefined || !isForeign || isConfigured || !isCovered(covers, target)) return [];
      const names = aliasesOf.get(keyOfUse(id, service)) ?? otherNames.get(service) ?? [];
      return names
        .slice(0, MAX_NAMES)
        .filter((name) => !wasAsked.has(keyOfQuestion(id, planned, name)))
        .map((name) => toAssignment(planned, connector, source, { ...target, service: name }));
    });
  });
}

/** As far as it matters: whether a service was asked about by this name. */
function keyOfQuestion(
  connectorId: string,
  { kind, wave, query }: PlannedQuery,
  name: string | undefined,
): string {
  return JSON.stringify([connectorId, kind, wave, query.target.service, name]);
}

/**
 * Of one question that was put by several names, the answers that count: those that brought something or failed; else the one to
 * the first name. A name that a backend does not know is no gap where it knows another one.
 */
export function withoutVainNames(asked: readonly Answer[], again: readonly Answer[]): readonly Answer[] {
  const hasFound = ({ report }: Answer) => report.signalCount > 0;
  const found = new Set(again.filter(hasFound).map(({ report }) => reportKey(report)));
  return [
    ...asked.filter((answer) => hasFound(answer) || !found.has(reportKey(answer.report))),
    ...again.filter((answer) => hasFound(answer) || answer.report.state === 'failed'),
  ];
}

/** Where nothing is ordinary, the backend itself has to say that it does not know the service. */
function knowsNothing({ kind, signalCount, state, gaps }: SourceReport): boolean {
  if (signalCount > 0 || state === 'failed') return false;
  return (
    (kind !== 'deploys' && kind !== 'incidents') || gaps.some(({ reason }) => reason === 'unmapped-target')
  );
}

/** Connectors and kinds that answered all questions of the first wave about the alert's service, and had nothing. */
function foreignSources(
  queries: readonly PlannedQuery[],
  reports: readonly SourceReport[],
): ReadonlySet<string> {
  const asked = new Set(
    queries
      .filter(({ wave, query }) => wave === 1 && query.target.service !== undefined)
      .map(({ query }) => describeTarget(query.target)),
  );
  const foreign = new Map<string, boolean>();
  for (const report of reports) {
    const { connectorId, kind, target, wave, state } = report;
    if (wave !== 1 || state === 'not-asked' || !asked.has(target)) continue;
    const key = keyOfUse(connectorId, kind);
    foreign.set(key, foreign.get(key) !== false && knowsNothing(report) && !isLate(report));
  }
  return new Set([...foreign].filter(([, isForeign]) => isForeign).map(([key]) => key));
}
