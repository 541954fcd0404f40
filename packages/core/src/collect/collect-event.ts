import type { SignalKind } from '../connector/v1/signal.js';
import type { QueryPurpose, SourceState } from '../incident/collection.js';

interface EventBase {
  readonly connectorId: string;
  readonly kind: SignalKind;
  readonly purpose: QueryPurpose;
  readonly wave: 1 | 2;
  /** Milliseconds after the collection's start. */
  readonly atMs: number;
}

/** What goes on while sources are read; holds no text of a vendor. A listener that throws is not heard. */
export type CollectEvent =
  | (EventBase & { readonly type: 'source-started' })
  | (EventBase & {
      readonly type: 'source-ended';
      readonly state: SourceState;
      readonly signalCount: number;
      readonly durationMs: number;
    })
  | (EventBase & { readonly type: 'request-started'; readonly requestId: number })
  | (EventBase & {
      readonly type: 'request-ended';
      readonly requestId: number;
      /** It held its slot for too long while others waited: `evicted` for good, or `put-back` to be sent again. */
      readonly outcome: 'read' | 'cancelled' | 'failed' | 'aborted' | 'evicted' | 'put-back';
      /** Absent when no response came. */
      readonly status?: number;
      readonly bodyBytes: number;
      readonly durationMs: number;
    });
