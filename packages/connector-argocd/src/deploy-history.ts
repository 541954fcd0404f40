import type { DeploySignal, TimeWindow } from '@midwatch/core';
import type { Revision } from './argocd-api.js';
import type { Application, ApplicationSource, HistoryEntry } from './argocd-schema.js';

/** One deploy as the history tells it, before its details are read. */
export interface Deploy {
  readonly application: Application;
  readonly atMs: number;
  /** Nanoseconds as text. */
  readonly at: string;
  readonly revision: Revision;
  readonly previous?: {
    readonly id?: number;
    readonly revision: Revision;
    readonly sources: readonly ApplicationSource[];
  };
  readonly historyId?: number;
  readonly sources: readonly ApplicationSource[];
  readonly phase: DeploySignal['phase'];
  readonly username?: string;
  /** The newest of its application: its images are those that run now. */
  readonly newest: boolean;
}

/**
 * The deploys of one application within the window, oldest first. The history holds what synced wholly and successfully; what
 * failed or still runs stands in `operationState` alone, and only the latest of those.
 */
export function readDeploys(application: Application, window: TimeWindow): readonly Deploy[] {
  const history = (application.status?.history ?? []).flatMap((entry) => {
    const revision = revisionOf(entry);
    // The finish of the sync; the start is missing on old entries and is no proof that anything changed.
    const atMs = Date.parse(entry.deployedAt ?? '');
    return revision === undefined || !Number.isFinite(atMs) ? [] : [{ entry, revision, atMs }];
  });
  history.sort((one, other) => one.atMs - other.atMs);
  const deploys = history.map(({ entry, revision, atMs }, index): Deploy => {
    const before = history[index - 1];
    const username =
      entry.initiatedBy?.automated === true ? undefined : (entry.initiatedBy?.username ?? undefined);
    return {
      application,
      atMs,
      at: toNanoseconds(entry.deployedAt ?? '', atMs),
      revision,
      sources: sourcesOf(entry),
      phase: 'succeeded',
      newest: index === history.length - 1,
      ...(typeof entry.id === 'number' ? { historyId: entry.id } : {}),
      ...(before === undefined ? {} : { previous: previousOf(before.entry, before.revision) }),
      ...(username === undefined || username === '' ? {} : { username }),
    };
  });
  const unfinished = readOperation(application, history.at(-1));
  return [...deploys, ...(unfinished === undefined ? [] : [unfinished])].filter(
    ({ atMs }) => atMs >= window.startMs && atMs < window.endMs,
  );
}

/** From when on the history can be trusted to hold everything; `undefined` when it was never cut. */
export function historyStart({ spec, status }: Application): number | undefined {
  const limit = spec.revisionHistoryLimit ?? 10;
  const history = status?.history ?? [];
  if (history.length === 0 || history.length < limit) return undefined;
  const times = history.map(({ deployedAt }) => Date.parse(deployedAt ?? '')).filter(Number.isFinite);
  return times.length === 0 ? undefined : Math.min(...times);
}

function previousOf(entry: HistoryEntry, revision: Revision): NonNullable<Deploy['previous']> {
  return { revision, sources: sourcesOf(entry), ...(typeof entry.id === 'number' ? { id: entry.id } : {}) };
}

function readOperation(
  application: Application,
  last: { readonly entry: HistoryEntry; readonly revision: Revision; readonly atMs: number } | undefined,
): Deploy | undefined {
  const state = application.status?.operationState;
  const phase =
    state?.phase === 'Running'
      ? 'running'
      : state?.phase === 'Failed' || state?.phase === 'Error'
        ? 'failed'
        : undefined;
  const started = state?.startedAt ?? '';
  const atMs = Date.parse(started);
  const revision = revisionOf(state?.syncResult ?? {});
  if (phase === undefined || !Number.isFinite(atMs) || revision === undefined) return undefined;
  const username = state?.operation?.initiatedBy?.username ?? undefined;
  return {
    application,
    atMs,
    at: toNanoseconds(started, atMs),
    revision,
    sources: [],
    phase,
    newest: false,
    ...(last === undefined ? {} : { previous: previousOf(last.entry, last.revision) }),
    ...(username === undefined || username === '' ? {} : { username }),
  };
}

/** Several sources first: such entries carry an empty `source` and no `revision`. */
function revisionOf(entry: {
  readonly revision?: string | null | undefined;
  readonly revisions?: string[] | null | undefined;
}) {
  const all = entry.revisions ?? [];
  const [first] = all;
  if (first !== undefined) return { single: first, all } satisfies Revision;
  const single = entry.revision ?? '';
  return single === '' ? undefined : ({ single, all: undefined } satisfies Revision);
}

function sourcesOf(entry: HistoryEntry): readonly ApplicationSource[] {
  if (entry.sources !== null && entry.sources !== undefined && entry.sources.length > 0) return entry.sources;
  return entry.source?.repoURL ? [entry.source] : [];
}

/** Argo CD tells whole seconds; what more there is, up to nanoseconds, is kept. */
function toNanoseconds(time: string, atMs: number): string {
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? '';
  return `${Math.floor(atMs / 1000)}${fraction.padEnd(9, '0')}`;
}
