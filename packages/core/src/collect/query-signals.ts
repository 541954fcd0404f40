import { ConnectorError } from '../connector/connector-error.js';
import type {
  ConnectorV1,
  FetchLike,
  SignalBatchV1,
  SignalQueryByKind,
  SignalSourceV1,
  Target,
  TimeWindow,
} from '../connector/v1/connector.js';
import type { SignalKind } from '../connector/v1/signal.js';
import type { Redactor } from '../incident/seams.js';
import { requireRedactor } from './collect-signals.js';
import { createCollectionRun } from './collection-run.js';
import { mergeSignals } from './merge-signals.js';
import { createServiceNames } from './name-services.js';
import { querySource } from './query-source.js';
import { untilAborted } from './until-aborted.js';

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

const DEFAULT_LIMIT = 100;
const DEFAULT_DEADLINE_MS = 10_000;
const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Asks one connector for one kind of signal, under the same limits, checks and redaction as a collection. Rejects with a
 * `ConnectorError` when it could not look; what is missing from an answer stands in its gaps.
 */
export async function querySignals<K extends SignalKind>(
  connector: ConnectorV1,
  kind: K,
  request: SignalRequest<K>,
  options: QuerySignalsOptions,
): Promise<SignalBatchV1<K>> {
  requireRedactor(options.redact);
  const { signal, deadlineMs = DEFAULT_DEADLINE_MS, redact, fetch } = options;
  const { id: connectorId } = connector;
  const source: SignalSourceV1<K> | undefined = connector.sources[kind];
  if (source === undefined) {
    throw new ConnectorError({ code: 'config', connectorId, message: `it has no source of ${kind}` });
  }
  const giveUp = () => new ConnectorError({ code: 'aborted', connectorId, message: 'the caller gave up' });
  if (signal?.aborted === true) throw giveUp();

  const query = toQuery(request, options.nowMs ?? Date.now());
  const planned = { purpose: 'window', wave: 1, priority: 0 } as const;
  const names = createServiceNames([], connectorId);
  const run = createCollectionRun({ redact, deadlineMs, fetch });
  try {
    const work = querySource({ kind, connectorId, source, planned, query, names }, run);
    const { failure, signals, gaps, provenance } = await untilAborted(signal, giveUp, work);
    if (failure !== undefined) throw failure;
    return { signals: mergeSignals([signals]), gaps, provenance };
  } finally {
    run.close();
  }
}

function toQuery<K extends SignalKind>(request: SignalRequest<K>, nowMs: number): SignalQueryByKind[K] {
  const { last, window, target = {}, limit = DEFAULT_LIMIT, keep = 'newest', ...filters } = request;
  const period = window ?? { startMs: nowMs - toMs(last), endMs: nowMs };
  // The filters are those of the kind; TypeScript does not follow that through `Omit`.
  return { ...filters, window: period, target, limit, keep } as unknown as SignalQueryByKind[K];
}

function toMs(last: string | undefined): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(last ?? '') ?? [];
  if (count === undefined || unit === undefined)
    throw new TypeError(`\`last\` must be like "15m", not "${last}"`);
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}
