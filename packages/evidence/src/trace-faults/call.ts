import type { Span, TraceSignal } from '@midwatch/core';

export type Period = 'baseline' | 'window';

/** A span within its call, with the time that none of its children accounts for. */
export interface OwnSpan {
  readonly span: Span;
  readonly selfMs: number;
  /** It only waits for one call of another service: its self time is the wait of that call. */
  readonly waitsForCall: boolean;
}

/** One trace that lies in the window or in the baseline. */
export interface ReadTrace {
  readonly signal: TraceSignal;
  readonly period: Period;
  readonly startMs: number;
  readonly durationMs: number;
  /** In order: a caller stands before its callees. */
  readonly calls: Call[];
}

export interface PlacedStatement {
  /** Of the first line. */
  readonly statement: number;
  count: number;
}

/** What one service does for one caller: from the span that enters it to the spans that enter other services. */
export interface Call {
  readonly trace: ReadTrace;
  readonly service: string;
  /** The name of the span that enters the service. */
  readonly operation: string;
  readonly parent: Call | undefined;
  readonly entry: Span;
  /** After the trace's start, by the clock of the call's own service. */
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly callees: Call[];
  readonly spans: OwnSpan[];
  /** How much longer the caller's span took than this call: the network, or a wait for a connection. */
  readonly waitMs: number | undefined;
  /** The part of it before this call began; shifted by the difference of two clocks. */
  readonly leadMs: number | undefined;
  /** A span of it failed. */
  failed: boolean;
  /** It failed, and none of its callees did. */
  ownError: boolean;
  /** Something that it called, directly or through others, failed or wrote an error. */
  failedBelow: boolean;
  /** How often each log statement printed a line during it; filled by `joinLines()`. */
  readonly statements: Map<number, number>;
  /** The same by the place in the code, where lines name one: equal words may stand at two, and one may print many. */
  readonly placedStatements: Map<string, PlacedStatement>;
  /** The errors among its lines, but for those that all healthy requests of the operation write. */
  readonly errors: Set<number>;
  /** An error line whose text the healthy baseline of the whole fleet does not know. */
  loggedNewError: boolean;
}
