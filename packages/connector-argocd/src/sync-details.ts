import { type CallContextV1, type ConfigurationChange, ConnectorError } from '@midwatch/core';
import type { ArgoCdApi } from './argocd-api.js';
import type { RevisionMetadata } from './argocd-schema.js';
import { versionInManifests } from './image-version.js';
import { compareManifests, compareSources } from './manifest-changes.js';
import { readManifests } from './manifest-object.js';
import type { SyncRecord } from './sync-record.js';

/** What lies behind a sync: who wrote it, why, and what it changed. */
export interface SyncDetails {
  readonly metadata?: RevisionMetadata;
  readonly changes: readonly ConfigurationChange[];
  /** Changes beyond the cap. */
  readonly omitted: number;
  readonly version?: string;
  readonly previousVersion?: string;
  /** Some part could not be read. */
  readonly failure?: ConnectorError;
}

/** Reads the details of one sync after the other; what two of them share is asked for once. */
export function createDetailsReader(
  api: ArgoCdApi,
  call: CallContextV1,
): (record: SyncRecord, service: string) => Promise<SyncDetails> {
  const asked = new Map<string, Promise<readonly string[]>>();

  function manifestsOf(record: SyncRecord): Promise<readonly string[]> {
    const { namespace, name } = record.application.metadata;
    const key = [namespace ?? '', name, ...record.synced.revisions].join('\u0000');
    const known = asked.get(key) ?? api.manifests(record.application, record.synced, call);
    asked.set(key, known);
    return known;
  }

  return async (record, service) => {
    const { previous, synced, application } = record;
    // Rendered with today's settings, equal revisions are equal manifests: only the settings can differ.
    const isComparable =
      previous !== undefined && previous.synced.revisions.join() !== synced.revisions.join();
    const [metadata, after, before] = await Promise.allSettled([
      api.metadata(application, synced, call),
      isComparable ? manifestsOf(record) : [],
      isComparable ? manifestsOf(previous) : [],
    ]);
    const failure = failureOf([metadata, after, before]);
    const now = after.status === 'fulfilled' ? after.value : [];
    const was = before.status === 'fulfilled' ? before.value : [];
    const both = after.status === 'fulfilled' && before.status === 'fulfilled';
    const manifests = both ? compareManifests(was, now) : { changes: [], omitted: 0 };
    const settings =
      previous === undefined ? [] : compareSources(previous.synced.sources, synced.sources).changes;
    const version = versionInManifests(readManifests(now).values(), service);
    const previousVersion = versionInManifests(readManifests(was).values(), service);
    return {
      ...(metadata.status === 'fulfilled' && metadata.value !== undefined
        ? { metadata: metadata.value }
        : {}),
      changes: [...manifests.changes, ...settings],
      omitted: manifests.omitted,
      ...(version === undefined ? {} : { version }),
      ...(previousVersion === undefined ? {} : { previousVersion }),
      ...(failure === undefined ? {} : { failure }),
    };
  };
}

/** A part that fails leaves the others; only an abort, or a mistake of ours, ends the query. */
function failureOf(results: readonly PromiseSettledResult<unknown>[]): ConnectorError | undefined {
  let failure: ConnectorError | undefined;
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    const error: unknown = result.reason;
    if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
    failure ??= error;
  }
  return failure;
}
