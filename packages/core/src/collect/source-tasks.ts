import type { ConnectorV1, SignalSourceV1, Target } from '../connector/v1/connector.js';
import { type SignalKind, signalKinds } from '../connector/v1/signal.js';
import type { PlannedQuery } from '../plan/plan.js';
import type { ServiceIdentity } from '../plan/service-identity.js';
import { createServiceNames, type ServiceNames } from './name-services.js';
import type { SourceTask } from './query-source.js';
import { isCovered } from './source-coverage.js';

/** One connector, read once: its getters may throw, or say something else the next time. */
export interface KnownConnector {
  readonly id: string;
  readonly covers: ConnectorV1['covers'];
  readonly sources: ReadonlyMap<SignalKind, SignalSourceV1<SignalKind>>;
  readonly names: ServiceNames;
  /** Its sources could not even be read. */
  readonly isBroken: boolean;
}

/** What becomes of a planned query at a connector: a question, or the reason why none is asked. */
export type Assignment =
  | { readonly planned: PlannedQuery; readonly connectorId: string; readonly task: SourceTask }
  | {
      readonly planned: PlannedQuery;
      readonly connectorId: string;
      readonly task?: undefined;
      readonly reason: 'not-covered' | 'unmapped-target';
    };

export function readConnectors(
  connectors: readonly ConnectorV1[],
  services: readonly ServiceIdentity[],
): KnownConnector[] {
  return connectors.map((connector, index) => {
    const id = attempt(() => connector.id) ?? `connector-${index + 1}`;
    const sources = attempt(() =>
      signalKinds.flatMap((kind) => {
        const source = connector.sources[kind];
        return source === undefined ? [] : [[kind, source as SignalSourceV1<SignalKind>] as const];
      }),
    );
    return {
      id: String(id),
      covers: attempt(() => connector.covers),
      sources: new Map(sources),
      names: createServiceNames(services, String(id)),
      isBroken: sources === undefined,
    };
  });
}

/** Every planned query at every connector that has a source of its kind, in the order of the plan's priority. */
export function assignQueries(
  queries: readonly PlannedQuery[],
  connectors: readonly KnownConnector[],
): Assignment[] {
  const ordered = [...queries].sort((one, other) => one.priority - other.priority);
  return ordered.flatMap((planned) =>
    connectors.flatMap((connector): Assignment[] => {
      const source = connector.sources.get(planned.kind);
      if (source === undefined || !isFor(source, planned)) return [];
      const { id: connectorId, covers, names } = connector;
      if (!isCovered(covers, planned.query.target)) return [{ planned, connectorId, reason: 'not-covered' }];
      const target = names.toConnector(planned.query.target);
      if (target === undefined) return [{ planned, connectorId, reason: 'unmapped-target' }];
      return [toAssignment(planned, connector, source, target)];
    }),
  );
}

/** The planned query as a question to one connector, in its words. */
export function toAssignment(
  planned: PlannedQuery,
  { id: connectorId, names }: KnownConnector,
  source: SignalSourceV1<SignalKind>,
  target: Target,
): Assignment {
  const query = { ...planned.query, target };
  return { planned, connectorId, task: { kind: planned.kind, connectorId, source, planned, query, names } };
}

/** What lies between two revisions is asked only of those who can tell: the others would all say that they cannot. */
function isFor(source: SignalSourceV1<SignalKind>, { purpose }: PlannedQuery): boolean {
  return purpose !== 'revision-range' || attempt(() => source.limits.maxRanges) !== undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
