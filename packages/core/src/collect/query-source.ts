import type { ConnectorError } from '../connector/connector-error.js';
import type {
  Gap,
  Provenance,
  SignalQueryByKind,
  SignalSourceV1,
  WorkloadNames,
} from '../connector/v1/connector.js';
import type { SignalByKind, SignalKind } from '../connector/v1/signal.js';
import type { SourceState } from '../incident/collection.js';
import type { PlannedQuery } from '../plan/plan.js';
import { askConnector } from './ask-connector.js';
import { checkBatch } from './check-batch.js';
import type { CollectEvent } from './collect-event.js';
import type { CollectionRun } from './collection-run.js';
import { fitQuery } from './fit-query.js';
import type { FetchLease } from './limited-fetch.js';
import type { ServiceNames } from './name-services.js';
import { toTriedQueries } from './tried-query.js';

/** One planned query at one connector. */
export interface SourceTask<K extends SignalKind = SignalKind> {
  readonly kind: K;
  readonly connectorId: string;
  readonly source: SignalSourceV1<K>;
  readonly planned: Pick<PlannedQuery, 'purpose' | 'wave' | 'priority'>;
  /** The planned query in the connector's names. */
  readonly query: SignalQueryByKind[K];
  readonly names: ServiceNames;
}

export interface SourceOutcome<K extends SignalKind = SignalKind> {
  readonly state: SourceState;
  readonly signals: readonly SignalByKind[K][];
  readonly gaps: readonly Gap[];
  readonly provenance: readonly Provenance[];
  readonly withheld: number;
  readonly workloads?: readonly WorkloadNames[];
  /** Why there is no answer. */
  readonly failure?: ConnectorError;
}

/** Of the deadline, before a retry whose time the vendor does not tell. */
const RETRY_PAUSE_SHARE = 1 / 30;
/** A retry needs at least this share of the deadline to be worth a request. */
const MIN_RETRY_SHARE = 0.05;
/** The server understood the query and failed at it: it would again. */
const DETERMINISTIC_STATUSES: ReadonlySet<number> = new Set([500, 501, 505]);

/** Asks, checks, and asks once more where that may help. Never rejects. */
export async function querySource<K extends SignalKind>(
  task: SourceTask<K>,
  run: CollectionRun,
): Promise<SourceOutcome<K>> {
  const { kind, connectorId, source, names } = task;
  const { query, gaps: fitGaps } = fitQuery(task.query, source);
  const asked: string[] = [];
  let lease = openLease(task, run);

  async function attempt() {
    try {
      const returned = await askConnector(source, query, connectorId, lease, run);
      const scope = { kind, connectorId, query, names, scrub: run.scrub, endsAtMs: run.checkDeadlineAtMs };
      return { batch: await checkBatch(returned, scope) };
    } catch (error) {
      // `askConnector` and `checkBatch` reject with nothing else.
      return { error: error as ConnectorError };
    } finally {
      asked.push(...lease.asked);
    }
  }

  let result = await attempt();
  if (result.error !== undefined && (await mayRetry(result.error, lease, run))) {
    lease = openLease(task, run);
    result = await attempt();
  }
  const gaps = [...fitGaps, ...troubleGaps(lease), ...(result.batch?.gaps ?? [])];
  if (result.error === undefined) {
    const { signals, provenance, withheld, workloads } = result.batch;
    const state = gaps.length > 0 ? 'partial' : signals.length > 0 ? 'ok' : 'empty';
    return { state, signals, gaps, provenance, withheld, workloads };
  }
  const failed = { signals: [], gaps, withheld: 0, failure: result.error };
  // Refused before it could ask anything: that is no failure of the source.
  if (lease.trouble === 'budget' && !lease.hasSent) return { ...failed, state: 'not-asked', provenance: [] };
  const provenance = toTriedQueries(connectorId, kind, query, asked, run.scrub);
  return { ...failed, state: 'failed', provenance };
}

function troubleGaps({ trouble }: FetchLease): Gap[] {
  if (trouble === 'budget')
    return [{ reason: 'budget', detail: 'the collection has used up its requests or bytes' }];
  if (trouble === 'evicted')
    return [{ reason: 'deadline', detail: 'a slow request gave its place to others' }];
  return [];
}

/** Sleeps, and measures the time that is left afterwards. */
async function mayRetry(error: ConnectorError, lease: FetchLease, run: CollectionRun): Promise<boolean> {
  if (!error.retryable || lease.trouble !== 'none') return false;
  if (error.status !== undefined && DETERMINISTIC_STATUSES.has(error.status)) return false;
  const pauseMs = Math.max(run.deadlineMs * RETRY_PAUSE_SHARE, error.retryAfterMs ?? 0);
  const isWorthwhile = (leftMs: number) => leftMs > run.deadlineMs * MIN_RETRY_SHARE;
  if (!isWorthwhile(run.connectorDeadlineAtMs - Date.now() - pauseMs)) return false;
  await run.pause(pauseMs);
  return !run.cutSignal.aborted && isWorthwhile(run.connectorDeadlineAtMs - Date.now());
}

function openLease(task: SourceTask, run: CollectionRun): FetchLease {
  const { kind, connectorId, planned } = task;
  const { purpose, wave, priority } = planned;
  const base = () => ({ connectorId, kind, purpose, wave, atMs: run.elapsedMs() });
  const emit = (event: CollectEvent) => run.emit(event);
  return run.limited.lease({
    connectorId,
    priority,
    onRequestStart: (requestId) => emit({ ...base(), type: 'request-started', requestId }),
    onRequestEnd: (requestId, end) => emit({ ...base(), type: 'request-ended', requestId, ...end }),
  });
}
