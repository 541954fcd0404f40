import type { DeploySignal } from '@midwatch/core';
import type {
  Application,
  ApplicationSource,
  HistoryEntry,
  OperationState,
  Revisions,
} from './argocd-schema.js';
import { toRepository } from './change-request.js';

/** What was synced: one revision for each source. */
export interface SyncedRevision {
  /** Commits of configuration repositories, chart versions or digests. */
  readonly revisions: readonly string[];
  /** Beside them; empty when the server does not tell. */
  readonly sources: readonly ApplicationSource[];
  /** The index of the source that people commit to: the first repository, or the first source. */
  readonly primary: number;
}

/** One sync of an application: an entry of its history, or the operation that did not get there. */
export interface SyncRecord {
  readonly application: Application;
  /** What a rollback names; only entries of the history have one. */
  readonly historyId?: number;
  /** When it took effect: its end, or its start while it runs. */
  readonly atMs: number;
  readonly synced: SyncedRevision;
  readonly phase: DeploySignal['phase'];
  /** Who pressed the button; absent when Argo CD synced by itself. */
  readonly username?: string;
  /** What Argo CD says about a sync that failed. */
  readonly message?: string;
  /** The whole sync before it, whatever its time. */
  readonly previous?: SyncRecord;
  /** The earlier sync that it went back to: the same revisions and settings, with another in between. */
  readonly backTo?: SyncRecord;
  /** Argo CD put back by itself what somebody had changed in the cluster. */
  readonly isSelfHeal: boolean;
  /** Its images are those that run now. */
  readonly isCurrent: boolean;
}

/**
 * The syncs of an application, oldest first. The history holds whole syncs that succeeded; a failed, running or partial
 * one stands in the operation state only, and only the latest.
 */
export function toSyncRecords(application: Application): SyncRecord[] {
  const entries = application.status?.history ?? [];
  const records: SyncRecord[] = [];
  for (const [index, entry] of entries.entries()) {
    const record = fromHistory(application, entry, records.at(-1), index === entries.length - 1);
    if (record !== undefined) records.push(withBackTo(record, records));
  }
  const state = application.status?.operationState;
  const operation = state == null ? undefined : fromOperation(application, state, records.at(-1));
  return operation === undefined ? records : [...records, withBackTo(operation, records)];
}

/** A rollback is a sync like any other: that it went back is told by what was deployed before. */
function withBackTo(record: SyncRecord, earlier: readonly SyncRecord[]): SyncRecord {
  const content = contentOf(record);
  const last = earlier.at(-1);
  if (last === undefined || contentOf(last) === content) return record;
  const backTo = earlier.findLast((one) => contentOf(one) === content);
  return backTo === undefined ? record : { ...record, backTo };
}

function contentOf({ synced: { revisions, sources } }: SyncRecord): string {
  return JSON.stringify([revisions, sources]);
}

/**
 * From when on the history is known to hold everything; undefined when it was never cut, Infinity when none is kept. Ids
 * count from 0, so that the first one left tells whether there were others.
 */
export function historyStartMs({ spec, status }: Application): number | undefined {
  const [first, ...others] = status?.history ?? [];
  // https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/: ten, unless it is set.
  const limit = spec?.revisionHistoryLimit ?? 10;
  if (first === undefined) return limit === 0 ? Number.POSITIVE_INFINITY : undefined;
  const isCut = first.id == null ? others.length + 1 >= limit : first.id > 0;
  return isCut ? (toMs(first.deployedAt) ?? toMs(first.deployStartedAt)) : undefined;
}

function fromHistory(
  application: Application,
  entry: HistoryEntry,
  previous: SyncRecord | undefined,
  isCurrent: boolean,
): SyncRecord | undefined {
  // Old entries have no start; the end is when the last object was applied.
  const atMs = toMs(entry.deployedAt) ?? toMs(entry.deployStartedAt);
  const synced = toSynced(entry);
  if (atMs === undefined || synced.revisions.length === 0) return undefined;
  return {
    application,
    ...(entry.id == null ? {} : { historyId: entry.id }),
    atMs,
    synced,
    phase: 'succeeded',
    ...(entry.initiatedBy?.username ? { username: entry.initiatedBy.username } : {}),
    ...(previous === undefined ? {} : { previous }),
    isSelfHeal: false,
    isCurrent,
  };
}

const phases: ReadonlyMap<string, DeploySignal['phase']> = new Map([
  ['Running', 'running'],
  ['Terminating', 'running'],
  ['Failed', 'failed'],
  ['Error', 'failed'],
  ['Succeeded', 'succeeded'],
]);

function fromOperation(
  application: Application,
  state: OperationState,
  previous: SyncRecord | undefined,
): SyncRecord | undefined {
  const phase = phases.get(state.phase ?? '');
  const sync = state.operation?.sync;
  const atMs =
    phase === 'running' ? toMs(state.startedAt) : (toMs(state.finishedAt) ?? toMs(state.startedAt));
  if (phase === undefined || atMs === undefined || sync?.dryRun === true) return undefined;
  const isPartial = (sync?.resources ?? []).length > 0;
  // A whole sync that succeeded is the last entry of the history, unless no history is kept.
  if (phase === 'succeeded' && !isPartial && previous !== undefined) return undefined;
  // Until the manifests are rendered there is no result; a sync that was asked for by hand may name no revision either.
  const synced = [state.syncResult, sync, application.status?.sync]
    .map((told) => toSynced(told ?? {}))
    .find(({ revisions }) => revisions.length > 0);
  if (synced === undefined) return undefined;
  const username = state.operation?.initiatedBy?.username;
  return {
    application,
    atMs,
    synced,
    phase,
    ...(username ? { username } : {}),
    ...(phase === 'failed' && state.message ? { message: state.message } : {}),
    ...(previous === undefined ? {} : { previous }),
    isSelfHeal: (sync?.autoHealAttemptsCount ?? 0) > 0,
    isCurrent: phase === 'succeeded' && !isPartial,
  };
}

/** Several sources are looked for first: a lone `source` with an empty `repoURL` stands beside them. */
function toSynced({ revision, revisions, source, sources }: Partial<Revisions>): SyncedRevision {
  const several = sources != null && sources.length > 0;
  const all = several ? sources : source?.repoURL ? [source] : [];
  const primary = all.findIndex(({ chart, repoURL }) => !chart && toRepository(repoURL ?? '') !== undefined);
  return {
    revisions: !several && revision ? [revision] : (revisions ?? []),
    sources: all,
    primary: Math.max(0, primary),
  };
}

/** Go writes the year 1 for "no time". */
function toMs(time: string | null | undefined): number | undefined {
  const ms = time == null ? Number.NaN : Date.parse(time);
  return ms > 0 ? ms : undefined;
}
