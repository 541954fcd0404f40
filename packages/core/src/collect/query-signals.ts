import type {
  ConnectorV1,
  FetchLike,
  SignalBatchV1,
  SignalQueryByKind,
  Target,
  TimeWindow,
} from '../connector/v1/connector.js';
import type { SignalKind } from '../connector/v1/signal.js';
import type { Redactor } from '../incident/seams.js';

/** `30s`, `15m`, `2h`, `1d` */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

type Period =
  | { /** Back from now. */ readonly last: Duration; readonly window?: never }
  | { readonly window: TimeWindow; readonly last?: never };

export type SignalRequest<K extends SignalKind> = Period &
  Omit<SignalQueryByKind[K], 'window' | 'target' | 'limit' | 'keep'> & {
    /** @default everything the source covers */
    readonly target?: Target;
    /** @default 100 */
    readonly limit?: number;
    /** @default 'newest' */
    readonly keep?: 'newest' | 'oldest' | 'spread';
  };

export interface QuerySignalsOptions {
  /** Takes secrets out of every text before anyone sees it; `'none'` has to be written out. */
  readonly redact: Redactor | 'none';
  readonly signal?: AbortSignal;
  /** @default 10,000 */
  readonly deadlineMs?: number;
  /** What `last` counts back from. @default the clock */
  readonly nowMs?: number;
  /** @default the global fetch */
  readonly fetch?: FetchLike;
}

/** Asks one connector for one kind of signal. Rejects with a `ConnectorError` when it could not look. */
export function querySignals<K extends SignalKind>(
  _connector: ConnectorV1,
  _kind: K,
  _request: SignalRequest<K>,
  _options: QuerySignalsOptions,
): Promise<SignalBatchV1<K>> {
  throw new Error('not written yet');
}
