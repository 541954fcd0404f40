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
}

/** A collection without what was read: small enough to keep beside the evidence, and all that a brief needs of it. */
export type CollectionSummary = Omit<Collection, 'signals'>;
