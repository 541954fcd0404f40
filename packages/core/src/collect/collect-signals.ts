import type { ConnectorV1, FetchLike } from '../connector/v1/connector.js';
import type { Collection } from '../incident/collection.js';
import type { Redactor } from '../incident/seams.js';
import type { Plan } from '../plan/plan.js';
import type { CollectEvent } from './collect-event.js';

export interface CollectSignalsOptions {
  /** Ids must differ. */
  readonly connectors: readonly ConnectorV1[];
  readonly plan: Plan;
  /** Takes secrets out of every text before anyone sees it; `'none'` has to be written out. */
  readonly redact: Redactor | 'none';
  /** The caller's abort: the only thing that makes `collectSignals` reject. */
  readonly signal?: AbortSignal;
  /** Both waves together. @default 3,000 */
  readonly deadlineMs?: number;
  readonly onEvent?: (event: CollectEvent) => void;
  /** What the limited fetch sends with. @default the global fetch */
  readonly fetch?: FetchLike;
  /** @default 100 */
  readonly maxRequests?: number;
  /** Of all bodies together. @default 32 MiB; a Worker has memory for 8 */
  readonly maxBodyBytes?: number;
}

/** Puts the plan to all connectors in parallel, in two waves within one deadline. Rejects only on the caller's abort. */
export function collectSignals(_options: CollectSignalsOptions): Promise<Collection> {
  throw new Error('not written yet');
}
