import type { SpanStatistics, TraceFault } from '@midwatch/core/incident';
import type { Call } from './call.js';

/** One thing that is wrong with calls, before it becomes a finding. */
export interface TraceClue {
  readonly fault: TraceFault;
  /** Whose calls show it. */
  readonly service: string;
  readonly operation?: string;
  /** The other end, for waits, missing callees and new paths. */
  readonly callee?: string;
  /** Whom it speaks against. */
  readonly blamed: string;
  /** It is seen in requests that fail by themselves: another sign of the same failure. */
  readonly ofFailures: boolean;
  /** Nats of evidence that something changed. */
  readonly gain: number;
  /** Absent when it is there from the window's start on. */
  readonly onsetMs: number | undefined;
  /** The calls that show it, in order of time. */
  readonly affected: readonly Call[];
  readonly statement: string;
  readonly window: SpanStatistics;
  readonly baseline: SpanStatistics;
}
