import { type SignalKind, signalKinds } from '@midwatch/core';
import type { LearnedAlias } from '@midwatch/core/incident';
import type { OpenedSources } from '../open-sources.js';
import { type ConnectorReport, checkConnector, type Problem } from './check-connector.js';
import { checkExecutors, type ExecutorReport } from './check-executors.js';
import { type TriedSource, tryQueries } from './try-queries.js';

/** `unreadable`: a source cannot be read, or a query failed; `amiss`: all can be read, and something else is wrong. */
export type Verdict = 'well' | 'amiss' | 'unreadable';

/** What `midwatch doctor` found. */
export interface SourcesReport {
  readonly verdict: Verdict;
  /** No connector and not the configuration has a problem, and no query about the service failed. */
  readonly healthy: boolean;
  /** Ids of the connectors that have a problem or a query that failed. */
  readonly notHealthy: readonly string[];
  readonly connectors: readonly ConnectorReport[];
  /** Kinds of signals that no connector brings. */
  readonly missingKinds: readonly SignalKind[];
  /** Of the configuration as a whole. */
  readonly problems: readonly Problem[];
  readonly service?: string;
  /** What was asked about the service. */
  readonly tried?: readonly TriedSource[];
  /** Names that the answers about the service showed, beyond those of the configuration. */
  readonly learned?: readonly LearnedAlias[];
  /** Who may act, where actions are configured. */
  readonly executors?: readonly ExecutorReport[];
}

export interface CheckSourcesInput {
  readonly sources: OpenedSources;
  readonly service?: string | undefined;
  /** For the health of one connector; they are asked all at once. @default 5,000 */
  readonly healthDeadlineMs?: number;
  /** For all queries together. @default 10,000 */
  readonly queryDeadlineMs?: number;
}

/** Health first, then the queries, so that they do not disturb its latency. Ends within both deadlines, whatever hangs. */
export async function checkSources(input: CheckSourcesInput): Promise<SourcesReport> {
  const { sources, service, healthDeadlineMs = 5000 } = input;
  const { connectors, services, nowMs, plan, collectDeadlineMs = 10_000 } = sources;
  const reports = await Promise.all(
    connectors.map((connector) => checkConnector(connector, services, healthDeadlineMs)),
  );
  const answers =
    service === undefined
      ? undefined
      : await tryQueries({
          ...{ service, connectors, nowMs, plan },
          deadlineMs: input.queryDeadlineMs ?? collectDeadlineMs,
        });
  const tried = answers?.tried;
  const failed = new Set(tried?.flatMap((one) => (one.error === undefined ? [] : one.connectorId)));
  const executors =
    sources.remediation &&
    (await checkExecutors({
      ...{ remediation: sources.remediation, seen: answers?.seen ?? [], deadlineMs: healthDeadlineMs },
    }));
  const cannotAct = (executors ?? []).filter((report) => report.problems.length > 0);
  const notHealthy = [
    ...reports.filter((report) => report.problems.length > 0 || failed.has(report.id)).map(({ id }) => id),
    ...cannotAct.map(({ id }) => `the executor ${id}`),
  ];
  const problems = [
    ...unknownAliases(sources),
    ...(service === undefined || tried === undefined ? [] : unknownService(service, tried)),
  ];
  const isUnreadable = failed.size > 0 || reports.some(({ health }) => health.state === 'unhealthy');
  const healthy = problems.length === 0 && notHealthy.length === 0;
  return {
    verdict: healthy ? 'well' : isUnreadable ? 'unreadable' : 'amiss',
    healthy,
    notHealthy,
    connectors: reports,
    missingKinds: signalKinds.filter((kind) => reports.every(({ kinds }) => !kinds.includes(kind))),
    problems,
    ...(service === undefined ? {} : { service }),
    ...(answers === undefined ? {} : { tried: answers.tried, learned: answers.learned }),
    ...(executors === undefined ? {} : { executors }),
  };
}

/** Most likely it is misspelt, or all have another name for it. One that failed may know it, one that is only quiet does. */
function unknownService(service: string, tried: readonly TriedSource[]): Problem[] {
  const isUnknown = tried
    .filter(({ kind }) => kind !== 'incidents')
    .every(
      ({ signalCount, gaps }) => signalCount === 0 && gaps.some(({ reason }) => reason === 'unmapped-target'),
    );
  const message = `no source has anything about \`${service}\`, under this or another name that was found`;
  return isUnknown && tried.length > 0 ? [{ code: 'unknown-service', message }] : [];
}

/** A misspelt id maps nothing, and nobody would notice before an incident. */
function unknownAliases({ connectors, services }: OpenedSources): Problem[] {
  const ids = new Set(connectors.map(({ id }) => id));
  return services.flatMap(({ name, aliases = {} }) =>
    Object.keys(aliases)
      .filter((id) => !ids.has(id))
      .map((id) => ({
        code: 'unknown-alias' as const,
        message: `services: \`${name}\` has an alias for \`${id}\`, which is the id of no connector`,
      })),
  );
}
