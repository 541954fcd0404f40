import { type SignalKind, signalKinds } from '@midwatch/core';
import type { OpenedSources } from '../open-sources.js';
import { type ConnectorReport, checkConnector, type Problem } from './check-connector.js';
import { type TriedSource, tryQueries } from './try-queries.js';

/** What `midwatch doctor` found. */
export interface SourcesReport {
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
  const tried =
    service === undefined
      ? undefined
      : await tryQueries({
          ...{ service, connectors, nowMs, plan },
          deadlineMs: input.queryDeadlineMs ?? collectDeadlineMs,
        });
  const failed = new Set(tried?.flatMap((one) => (one.error === undefined ? [] : one.connectorId)));
  const notHealthy = reports
    .filter((report) => report.problems.length > 0 || failed.has(report.id))
    .map(({ id }) => id);
  const problems = unknownAliases(sources);
  return {
    healthy: problems.length === 0 && notHealthy.length === 0,
    notHealthy,
    connectors: reports,
    missingKinds: signalKinds.filter((kind) => reports.every(({ kinds }) => !kinds.includes(kind))),
    problems,
    ...(service === undefined ? {} : { service }),
    ...(tried === undefined ? {} : { tried }),
  };
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
