import type { TimeWindow } from '../connector/v1/connector.js';
import type {
  ConfigurationChange,
  DeploySignal,
  LogLevel,
  MetricPoint,
  MetricRole,
} from '../connector/v1/signal.js';

/** A finding's id is what claims cite: `L3` a log pattern, `M2` a metric shift, `T1` a trace fault, `D1` a change, `I1` a cluster event. */
export type FindingKind = 'log-pattern' | 'metric-shift' | 'trace-fault' | 'change' | 'cluster-event';

interface FindingBase {
  readonly id: string;
  /** Absent when the source does not say. */
  readonly service?: string;
  readonly pod?: string;
  readonly operation?: string;
  /** One sentence with its numbers, written by code. Text from telemetry stands in quotes and is cut to length. */
  readonly statement: string;
  /** 0 to 1: how far from normal, independent of whose fault it is. */
  readonly strength: number;
  readonly onsetMs?: number;
  /** At most 20, so that a finding stays small; `signalCount` is the whole number. */
  readonly signalIds: readonly string[];
  readonly signalCount: number;
  /** The vendor queries that a person can run again, by `Provenance.queryId`. */
  readonly queryIds: readonly string[];
}

export interface LogPatternFinding extends FindingBase {
  readonly kind: 'log-pattern';
  readonly template: string;
  /** One raw line, redacted, cut to 2,000 characters. */
  readonly example: string;
  readonly level?: LogLevel;
  readonly change: 'new' | 'gone' | 'up' | 'down' | 'steady';
  readonly window: LogRate;
  readonly baseline: LogRate;
  readonly firstSeenMs?: number;
  readonly lastSeenMs?: number;
  readonly traceIds: readonly string[];
}

/** Counted over the time really covered. */
export interface LogRate {
  readonly count: number;
  readonly coveredMs: number;
  readonly ratePerMinute: number;
  /**
   * In each of at most 30 equal parts of the window or baseline, ascending, to three digits: for a picture. `null` where less than
   * a quarter of the part was read. Absent in what an earlier version has kept.
   */
  readonly ratesPerMinute?: readonly (number | null)[];
}

export interface MetricShiftFinding extends FindingBase {
  readonly kind: 'metric-shift';
  readonly metric: string;
  readonly role?: MetricRole;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly direction: 'up' | 'down';
  /** Typical values in the baseline, after onset, and the extreme after onset. */
  readonly before: number;
  readonly after: number;
  readonly peak: number;
  readonly last: number;
  /** False when the level came back before the window's end. */
  readonly lasting: boolean;
  /** At most 60, for a sparkline. */
  readonly points: readonly MetricPoint[];
}

export type TraceFault =
  | 'slow-self-time'
  | 'own-error'
  | 'client-wait'
  | 'network-wait'
  | 'missing-callee'
  | 'new-path'
  | 'missing-step';

export interface TraceFaultFinding extends FindingBase {
  readonly kind: 'trace-fault';
  readonly fault: TraceFault;
  /** The other end, for waits, missing callees and new paths. */
  readonly callee?: string;
  readonly window: SpanStatistics;
  readonly baseline: SpanStatistics;
  readonly exampleTraceIds: readonly string[];
}

/** Over the calls of one operation; times in milliseconds. */
export interface SpanStatistics {
  readonly calls: number;
  readonly faulty: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface ChangeFinding extends FindingBase {
  readonly kind: 'change';
  readonly deploy: DeploySignal;
  /** The changed values that look decisive first; all of `deploy.changes`, capped at 50. */
  readonly changes: readonly ConfigurationChange[];
  /** Negative when it came after onset. */
  readonly beforeOnsetMs?: number;
  /** How it is tied to the alerting service: itself, by the call graph, or not at all (a red herring). */
  readonly relation: 'same-service' | 'connected' | 'unconnected';
  /** The decisive metrics around it. */
  readonly metrics: readonly MetricAroundChange[];
}

export interface MetricAroundChange {
  readonly metric: string;
  readonly role?: MetricRole;
  readonly unit: string;
  readonly beforeChange?: number;
  readonly betweenChangeAndOnset?: number;
  readonly afterOnset?: number;
  readonly queryIds: readonly string[];
}

export interface ClusterEventFinding extends FindingBase {
  readonly kind: 'cluster-event';
  readonly title: string;
  readonly reason: string;
  readonly object?: string;
  /** Where all of them happened. */
  readonly namespace?: string;
  /** Who saw it; absent when several did. */
  readonly connectorId?: string;
  readonly count: number;
}

export type Finding =
  | LogPatternFinding
  | MetricShiftFinding
  | TraceFaultFinding
  | ChangeFinding
  | ClusterEventFinding;

/** Named in blame order: the first is the likeliest culprit. */
export interface Suspect {
  readonly service: string;
  readonly pod?: string;
  readonly operation?: string;
  /** Id of the `ChangeFinding` that explains it. */
  readonly changeId?: string;
  /** Comparable within one incident only. */
  readonly score: number;
  readonly findingIds: readonly string[];
  /** Services whose findings are explained by this one. */
  readonly victims: readonly string[];
  /** Why it stands here, in words, with finding ids. */
  readonly reason: string;
}

/** A caller and a callee seen in traces. */
export interface CallEdge {
  readonly caller: string;
  readonly callee: string;
  readonly calls: number;
}

/** Ascending, so that the lower of two is the one with the smaller index. */
export const confidences = ['LOW', 'MEDIUM', 'HIGH'] as const;
export type Confidence = (typeof confidences)[number];

/** The most that any analyzer may claim, and why. */
export interface ConfidenceCeiling {
  readonly confidence: Confidence;
  readonly reasons: readonly string[];
}

/** What `reduce()` makes of everything collected: numbered, ranked, small enough to keep. */
export interface Evidence {
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  /** Where the baseline comes from, in words: "the 24 min before", "the same hour yesterday". */
  readonly baselineName: string;
  readonly onsetMs?: number;
  /** In order of id within each kind. */
  readonly findings: readonly Finding[];
  readonly suspects: readonly Suspect[];
  readonly callGraph: readonly CallEdge[];
  readonly ceiling: ConfidenceCeiling;
  /** What was read: "N of M lines" for the dossier. */
  readonly read: Readonly<Record<'logs' | 'metrics' | 'traces' | 'deploys' | 'incidents', number>>;
}
