import type { ConnectorErrorCode } from '../connector/connector-error.js';
import type { Gap, Provenance, TimeWindow } from '../connector/v1/connector.js';
import type { SignalByKind, SignalKind } from '../connector/v1/signal.js';

/** What one query asks for in the plan; evidence and dossier tell window from baseline by it. */
export type QueryPurpose = 'window' | 'baseline' | 'history' | 'trace-lines' | 'revision-range';

/** `not-asked`: outside what the connector covers, or no budget left; `not-configured`: no connector brings this kind. */
export type SourceState = 'ok' | 'partial' | 'empty' | 'failed' | 'not-asked' | 'not-configured';

/** What became of one planned query at one connector. `connectorId` is empty for `not-configured`. */
export interface SourceReport {
  readonly connectorId: string;
  readonly kind: SignalKind;
  readonly purpose: QueryPurpose;
  readonly wave: 1 | 2;
  readonly state: SourceState;
  readonly window: TimeWindow;
  /** What it asked about, for people: `checkout in prod`. */
  readonly target: string;
  readonly signalCount: number;
  readonly gaps: readonly Gap[];
  /** For a source that failed: what was tried, so that a person can run it. */
  readonly provenance: readonly Provenance[];
  readonly error?: { readonly code: ConnectorErrorCode; readonly message: string };
  /** Milliseconds after the collection's start. */
  readonly startedMs: number;
  readonly durationMs: number;
}

/** A name of a service that nobody configured: found in what was read, and accepted because nothing contradicts it. */
export interface LearnedAlias {
  readonly connectorId: string;
  /** What that connector calls it. */
  readonly alias: string;
  /** The name that all its signals have now. */
  readonly service: string;
  /** What both names stand for: `shop/checkout-deploy`. */
  readonly workload: string;
  /** One sentence. */
  readonly reason: string;
}

/** Everything that was read for one incident, redacted. */
export interface Collection {
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  readonly baselineName: string;
  /** Unique by id, ascending in time. */
  readonly signals: { readonly [K in SignalKind]: readonly SignalByKind[K][] };
  readonly sources: readonly SourceReport[];
  readonly durationMs: number;
  /** Signals whose text was withheld because redaction failed. */
  readonly withheld: number;
  /** Names that were learned, those of most signals first, at most 100. Absent: none. */
  readonly aliases?: readonly LearnedAlias[];
}

/** A collection without what was read: small enough to keep beside the evidence, and all that a brief needs of it. */
export type CollectionSummary = Omit<Collection, 'signals'>;
