import type { DeploySignal } from '@midwatch/core';
import { findChangeRequest, toRepository } from './change-request.js';
import { versionInImages, versionInSources } from './image-version.js';
import type { SyncDetails } from './sync-details.js';
import type { SyncRecord } from './sync-record.js';

export interface SignalFrame {
  readonly connectorId: string;
  readonly queryId: string;
  readonly service: string;
  readonly webUrl: string | undefined;
  readonly toId: (...parts: readonly string[]) => string;
}

const MAX_SUMMARY_CHARACTERS = 500;

/** A sync in Midwatch's words; without details it still tells when, what and how to go back. */
export function toDeploySignal(
  record: SyncRecord,
  details: SyncDetails | undefined,
  frame: SignalFrame,
): DeploySignal {
  const { application, synced, previous, atMs, phase } = record;
  const { name, namespace: home } = application.metadata;
  const repositoryUrl = synced.sources[synced.primary]?.repoURL ?? undefined;
  const message = details?.metadata?.message ?? undefined;
  const request =
    message === undefined || !bringsRevision(record) ? undefined : findChangeRequest(message, repositoryUrl);
  const previousVersion = details?.previousVersion ?? versionInSources(previous?.synced.sources ?? []);
  const page = [home, name]
    .filter((part) => part != null && part !== '')
    .map((part) => encodeURIComponent(part ?? ''));
  const known = {
    namespace: application.spec?.destination?.namespace || undefined,
    previousRevision: previous === undefined ? undefined : revisionOf(previous),
    version: details?.version ?? versionOf(record, frame.service),
    previousVersion,
    repository: repositoryUrl === undefined ? undefined : toRepository(repositoryUrl)?.name,
    summary: summaryOf(record, message),
    actor: actorOf(record, details),
    changeRequest: request?.name,
    changeRequestUrl: request?.url,
    rollback: rollbackOf(record, previousVersion),
    url: frame.webUrl === undefined ? undefined : [frame.webUrl, 'applications', ...page].join('/'),
  };
  return {
    kind: 'deploys',
    id: frame.toId(
      home ?? '',
      name,
      String(record.historyId ?? phase),
      synced.revisions.join(),
      String(atMs),
    ),
    timestampMs: atMs,
    timeUnixNano: `${atMs}000000`,
    connectorId: frame.connectorId,
    queryId: frame.queryId,
    service: frame.service,
    revision: revisionOf(record),
    changes: [...(details?.changes ?? [])],
    phase,
    ...withoutUndefined(known),
  };
}

function revisionOf({ synced }: SyncRecord): string {
  return synced.revisions[synced.primary] ?? synced.revisions.join();
}

function versionOf({ isCurrent, application, synced }: SyncRecord, service: string): string | undefined {
  const running = isCurrent ? (application.status?.summary?.images ?? []) : [];
  return versionInSources(synced.sources) ?? versionInImages(running, service);
}

/** Whether the commit is news here: one that runs already, or ran before, was not written for this sync. */
function bringsRevision(record: SyncRecord): boolean {
  const { backTo, previous } = record;
  return backTo === undefined && (previous === undefined || revisionOf(previous) !== revisionOf(record));
}

/** Who changed it: the author of a new commit, whoever or whatever synced it; `Name <mail>` is the name. */
function actorOf(record: SyncRecord, details: SyncDetails | undefined): string | undefined {
  if (!bringsRevision(record)) return record.username;
  const author = details?.metadata?.author?.replace(/\s*<[^>]*>\s*$/, '').trim();
  return author || record.username;
}

function summaryOf(record: SyncRecord, message: string | undefined): string | undefined {
  const { backTo, isSelfHeal, message: failed, phase } = record;
  const back =
    backTo === undefined
      ? undefined
      : `back to what was deployed at ${new Date(backTo.atMs).toISOString()} (history id ${backTo.historyId ?? 'unknown'})`;
  const healed = isSelfHeal ? 'self-heal: put back what was changed in the cluster' : undefined;
  const subject = message?.split('\n', 1)[0]?.trim();
  const failure = phase === 'failed' && failed !== undefined ? `sync failed: ${failed}` : undefined;
  const summary = [back, healed, subject, failure].filter(Boolean).join('; ');
  return summary === '' ? undefined : summary.slice(0, MAX_SUMMARY_CHARACTERS);
}

/** `argocd app rollback NAME ID` takes the id of an entry of the history, and the application's own namespace. */
function rollbackOf(
  { application, previous }: SyncRecord,
  toVersion: string | undefined,
): DeploySignal['rollback'] {
  if (previous?.historyId === undefined) return undefined;
  const automated = application.spec?.syncPolicy?.automated;
  return {
    system: 'argocd',
    object: application.metadata.name,
    toRevision: String(previous.historyId),
    // With self-heal Argo CD would undo a rollback, and with any automated sync it refuses one: both need it off first.
    selfHeals: automated != null && automated.enabled !== false,
    ...withoutUndefined({ namespace: application.metadata.namespace || undefined, toVersion }),
  };
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
