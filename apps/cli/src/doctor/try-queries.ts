import {
  type ConnectorV1,
  collectSignals,
  type DeploySignal,
  type Gap,
  type GapReason,
  type IncidentSignal,
  type PlanSettings,
  type Provenance,
  plan,
  type SignalKind,
  signalKinds,
} from '@midwatch/core';
import type { Alert, LearnedAlias, SourceReport, SourceState } from '@midwatch/core/incident';
import { redactor } from '../investigation-parts.js';

/** What a connector was asked for one kind of signal about the service, and whether anything came back. */
export interface TriedSource {
  readonly connectorId: string;
  readonly kind: SignalKind;
  /** The worst of its queries. */
  readonly state: SourceState;
  readonly signalCount: number;
  /** Why something is missing, but for the small limit. */
  readonly gaps: readonly Pick<Gap, 'reason' | 'detail'>[];
  readonly queries: readonly Pick<Provenance, 'language' | 'text' | 'url'>[];
  readonly error?: SourceReport['error'];
}

/** Of each query: whether anything comes back is told by one; more show that it is what was meant. */
export const TRIED_LIMIT = 3;

export interface TryQueriesInput {
  readonly service: string;
  readonly connectors: readonly ConnectorV1[];
  readonly nowMs: number;
  readonly plan: PlanSettings;
  readonly deadlineMs: number;
}

export interface TriedQueries {
  readonly tried: readonly TriedSource[];
  /** Names of this and other services that the answers showed. */
  readonly learned: readonly LearnedAlias[];
  /** What actions are done to is told by these. */
  readonly seen: readonly (DeploySignal | IncidentSignal)[];
}

/** Puts the plan's first questions about a service to all connectors, as an alert of now would, with a tiny limit. */
export async function tryQueries(input: TryQueriesInput): Promise<TriedQueries> {
  const { service, connectors, nowMs, deadlineMs } = input;
  const planned = plan(toAlert(service, nowMs), nowMs, input.plan);
  const queries = planned.queries
    // The baseline is the same question about another time; so is the day's history of metrics.
    .filter(({ kind, purpose, query }) => {
      const isRepetition = purpose === 'baseline' || (kind === 'metrics' && purpose === 'history');
      return query.target.service !== undefined && !isRepetition;
    })
    .map((one) => ({ ...one, query: { ...one.query, limit: TRIED_LIMIT } }) as typeof one);
  const {
    sources,
    signals,
    aliases = [],
  } = await collectSignals({
    connectors,
    plan: { ...planned, queries, secondWave: () => [] },
    redact: redactor,
    deadlineMs,
  });
  // In the order of the configuration and of the kinds, whatever the plan asks first.
  const groups = new Map(
    connectors.flatMap(({ id }) => signalKinds.map((kind) => [`${id}\u0000${kind}`, [] as SourceReport[]])),
  );
  for (const report of sources) {
    groups.get(`${report.connectorId}\u0000${report.kind}`)?.push(report);
  }
  const seen = [...signals.deploys, ...signals.incidents];
  return { tried: [...groups.values()].flatMap(toTried), learned: aliases, seen };
}

function toAlert(service: string, nowMs: number): Alert {
  return {
    ...{ source: 'doctor', fingerprint: 'doctor', name: 'doctor', status: 'firing' },
    ...{ startsAtMs: nowMs, target: { service }, labels: {}, annotations: {} },
  };
}

/** From the best to the worst. */
const order = ['ok', 'empty', 'not-configured', 'not-asked', 'partial', 'failed'] as const;

function toTried(reports: readonly SourceReport[]): TriedSource[] {
  const [first] = reports;
  if (first === undefined) return [];
  const gaps = new Map<string, Pick<Gap, 'reason' | 'detail'>>();
  for (const { reason, detail } of reports.flatMap((report) => report.gaps)) {
    if (isOfLimit(reason)) continue;
    gaps.set(`${reason} ${detail ?? ''}`, { reason, ...(detail === undefined ? {} : { detail }) });
  }
  const queries = new Map<string, Pick<Provenance, 'language' | 'text' | 'url'>>();
  for (const { language, text, url } of reports.flatMap((report) => report.provenance))
    queries.set(`${language} ${text}`, { language, text, ...(url === undefined ? {} : { url }) });
  const error = reports.find((report) => report.error !== undefined)?.error;
  const states = reports.map((report) => stateOf(report));
  return [
    {
      connectorId: first.connectorId,
      kind: first.kind,
      state: order.findLast((state) => states.includes(state)) ?? 'ok',
      signalCount: reports.reduce((sum, { signalCount }) => sum + signalCount, 0),
      gaps: [...gaps.values()],
      queries: [...queries.values()],
      ...(error === undefined ? {} : { error }),
    },
  ];
}

/** That there is more than the tiny limit is no news. */
function isOfLimit(reason: GapReason): boolean {
  return reason === 'row-limit' || reason === 'sampled';
}

function stateOf({ state, gaps, signalCount }: SourceReport): SourceState {
  if (state !== 'partial' || gaps.some(({ reason }) => !isOfLimit(reason))) return state;
  return signalCount > 0 ? 'ok' : 'empty';
}
