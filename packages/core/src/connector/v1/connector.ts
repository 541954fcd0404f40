import type { LogLevel, MetricRole, SignalByKind, SignalKind } from './signal.js';

/** Half-open [startMs, endMs), epoch milliseconds, UTC. */
export interface TimeWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/** What a query is about. An empty target asks for everything the source covers. */
export interface Target {
  readonly service?: string;
  readonly namespace?: string;
  readonly environment?: string;
  readonly cluster?: string;
  readonly pod?: string;
  readonly operation?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface QueryBase {
  readonly window: TimeWindow;
  readonly target: Target;
  /** Hard cap on returned signals; core always sets it. */
  readonly limit: number;
  /** What survives when the cap bites; `spread` samples evenly over the window. Results ascend. */
  readonly keep: 'newest' | 'oldest' | 'spread';
  /** Escape hatch keyed by connector id, checked by that connector's own schema. Never filled by a model. */
  readonly native?: Readonly<Record<string, unknown>>;
}

/** What lies between two revisions of a repository is asked for by naming them. */
export interface RevisionRange {
  readonly repository: string;
  readonly base: string;
  readonly head: string;
}

export interface SignalQueryByKind {
  logs: QueryBase & {
    readonly minLevel?: LogLevel;
    /** Every given text must stand in the body. */
    readonly contains?: readonly string[];
    /** Any of these traces, 32 lower-case hex digits. */
    readonly traceIds?: readonly string[];
  };
  metrics: QueryBase & {
    readonly roles?: readonly MetricRole[];
    readonly names?: readonly string[];
    readonly stepMs?: number;
  };
  traces: QueryBase & {
    readonly onlyErrors?: boolean;
    readonly minDurationMs?: number;
    readonly traceIds?: readonly string[];
  };
  deploys: QueryBase & { readonly between?: readonly RevisionRange[] };
  incidents: QueryBase;
}
export type SignalQuery = SignalQueryByKind[SignalKind];

/** Why something that was asked for is missing from an answer. More may come: readers treat a reason they do not know as a gap, too. */
export const gapReasons = [
  'row-limit',
  'byte-limit',
  'deadline',
  'vendor-timeout',
  'shard-failure',
  'page-failure',
  'sampled',
  'retention',
  'invalid-item',
  'unsupported-filter',
  'unmapped-target',
  'not-ingested-yet',
  'budget',
  'redacted',
] as const;
export type GapReason = (typeof gapReasons)[number];

/** Something asked for that is NOT in `signals`. Readers treat an unknown reason as a gap. */
export interface Gap {
  readonly reason: GapReason;
  /** The part of the asked window that is not covered; absent: anywhere in it. */
  readonly window?: TimeWindow;
  readonly missing?: { readonly count: number; readonly exact: boolean };
  /** One short sentence of the connector's own; never text of the vendor. */
  readonly detail?: string;
}

/** One vendor query that ran: enough for a person to run it again. */
export interface Provenance {
  readonly queryId: string;
  /** `logql`, `promql`, `traceql`, `http`, `file`, ... */
  readonly language: string;
  readonly text: string;
  readonly window: TimeWindow;
  /** Opens it in a page that people can reach (option `webUrl`); absolute, without secrets. */
  readonly url?: string;
}

/** A workload as a backend knows it, with every name it tells: by them services of other backends are recognised. */
export interface WorkloadNames {
  readonly namespace?: string;
  /** `Deployment`, for people. */
  readonly kind?: string;
  /** What the names of its pods begin with. */
  readonly workload: string;
  /** What this connector reports its signals for. */
  readonly service: string;
  readonly names: readonly {
    readonly name: string;
    /** `label app.kubernetes.io/name`, `OTEL_SERVICE_NAME`: completes "by its". */
    readonly toldBy: string;
    /** Its telemetry carries this very name; a label is only a word that somebody wrote. */
    readonly isTelemetryName?: boolean;
  }[];
}

export interface SignalBatchV1<K extends SignalKind> {
  readonly signals: readonly SignalByKind[K][];
  readonly gaps: readonly Gap[];
  readonly provenance: readonly Provenance[];
  /** All workloads where the query looked, whichever it asked for. Absent when only a part was read: a name that is one workload's there may be another's, too. */
  readonly workloads?: readonly WorkloadNames[];
}

/** The part of `fetch` that connectors use. */
export type FetchLike = (input: string, init?: RequestInit) => Promise<Response>;

export interface CallContextV1 {
  /** Aborted when the caller gave up: the connector rejects with `aborted` within 200 ms. */
  readonly signal: AbortSignal;
  /** Wall clock, epoch milliseconds. What was read until then is returned with a `deadline` gap. */
  readonly deadlineAtMs: number;
  /** core's limited fetch: 6 in flight in all, 2 per connector. */
  readonly fetch: FetchLike;
}

export interface SignalSourceV1<K extends SignalKind> {
  readonly limits: {
    readonly maxItems: number;
    readonly maxWindowMs?: number;
    /** How many of `between` it answers in one query. Absent: it cannot tell what lies between revisions, and is not asked. */
    readonly maxRanges?: number;
  };
  /** Rejects only with a `ConnectorError`. Naming: "do" is for core; people call `querySignals()`. */
  doQuery(query: SignalQueryByKind[K], call: CallContextV1): Promise<SignalBatchV1<K>>;
}

/** Which name of the vendor's stands for a part of a `Target`, and why it was taken. */
export interface LabelMapping {
  readonly field: 'service' | 'namespace' | 'environment' | 'cluster' | 'pod' | 'level';
  /** The vendor's label, field or attribute, such as `k8s_namespace_name`. */
  readonly label: string;
  /** `option`: configured; `discovered`: the server has it; `convention`: assumed, the server was not asked or has none. */
  readonly chosenBy: 'option' | 'discovered' | 'convention';
}

export interface ConnectorHealthV1 {
  readonly state: 'healthy' | 'degraded' | 'unhealthy';
  /** The vendor's version, when it tells one. */
  readonly version?: string;
  readonly latencyMs?: number;
  /** What is wrong and what to do; the connector's own words. */
  readonly detail?: string;
  /** How targets are asked for, where the vendor has labels to choose from. */
  readonly labels?: readonly LabelMapping[];
}

export interface ConnectorV1 {
  readonly specVersion: 'v1';
  readonly id: string;
  /** A key that is present IS the capability. */
  readonly sources: { readonly [K in SignalKind]?: SignalSourceV1<K> };
  /** Where it can answer at all; outside it the state is "not asked". */
  readonly covers?: {
    readonly environment?: string;
    readonly cluster?: string;
    readonly namespaces?: readonly string[];
  };
  /** Never rejects except on abort: an unhealthy vendor is a value. */
  checkHealth(call: CallContextV1): Promise<ConnectorHealthV1>;
}
