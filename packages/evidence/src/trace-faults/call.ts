import type { Span, TraceSignal } from '@midwatch/core';

export type Period = 'baseline' | 'window';

/** One trace that lies in the window or in the baseline. */
export interface ReadTrace {
  readonly signal: TraceSignal;
  readonly period: Period;
  readonly startMs: number;
  readonly durationMs: number;
  /** In order: a caller stands before its callees. */
  readonly calls: Call[];
  /** Failed spans below which there is nothing, but for those that enter a service. */
  readonly failedLeaves: readonly FailedLeaf[];
  callOfSpan(spanId: string): Call | undefined;
}

export interface FailedLeaf {
  readonly call: Call;
  readonly span: Span;
  /** After the trace's start. */
  readonly offsetMs: number;
}

/** What one service does for one caller: from the span that enters it to the spans that enter other services. */
export interface Call {
  readonly trace: ReadTrace;
  readonly service: string;
  /** The name of the span that enters the service. */
  readonly operation: string;
  readonly parent: Call | undefined;
  /** The operation of the caller's span that stands for this call. */
  readonly via: string | undefined;
  /** It failed and left no span: only its caller saw it. */
  readonly isUnanswered: boolean;
  /** It made such a call, whoever is to blame for that. */
  hasUnansweredCall: boolean;
  /** After the trace's start, by the clock of the call's own service. */
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly callees: Call[];
  /** Its own spans; the first one enters the service. */
  readonly spans: Span[];
  /** The time that neither its callees nor waiting for them accounts for, of all its spans together. */
  selfMs: number;
  /** How much longer the caller's span took than this call: the network, or a wait for a connection; less than zero when it did not wait. */
  readonly waitMs: number | undefined;
  /** The part of it before this call began; shifted by the difference of two clocks. */
  readonly leadMs: number | undefined;
  /** A span of it failed. */
  failed: boolean;
  /** It failed, and none of its callees did. */
  ownError: boolean;
  /** Something that it called, directly or through others, failed or wrote an error. */
  failedBelow: boolean;
  /** The statement of each log line written during it; filled by `joinLines()`. */
  readonly statements: number[];
  /** Of the same lines, the place in the code that wrote them; -1 where that tells no more than the words. */
  readonly places: number[];
  /** The errors among its lines, but for those that all healthy requests of the operation write. */
  errors: readonly number[];
  /** An error line whose text the healthy baseline of the whole fleet does not know. */
  loggedNewError: boolean;
}
