import type { CollectEvent } from '@midwatch/core';
import type { Analyzer } from '@midwatch/core/incident';
import type { InvestigationParts, Responder, WorkEvent } from '@midwatch/responder';

/** Spans of our own pipeline: what goes on inside one piece of work belongs to it. */
export interface Tracing {
  follow(responder: Responder): Responder;
  /** To be told while the work that ended still runs, as `onWork` is. */
  worked(event: WorkEvent): void;
  collected(event: CollectEvent): void;
  observe(analyzer: Analyzer): Analyzer;
  observeParts(parts: InvestigationParts): InvestigationParts;
  /** Sends what is left, for two seconds at most. */
  close(): Promise<void>;
}

/** Where nobody asked for traces. */
export const noTracing: Tracing = {
  follow: (responder) => responder,
  worked: () => undefined,
  collected: () => undefined,
  observe: (analyzer) => analyzer,
  observeParts: (parts) => parts,
  close: async () => undefined,
};
