import { type CallContextV1, type ConfigurationChange, ConnectorError } from '@midwatch/core';
import type { ArgoCdApi } from './argocd-api.js';
import type { ApplicationSource, RevisionMetadata } from './argocd-schema.js';
import type { Deploy } from './deploy-history.js';
import { diffManifests, imagesOf } from './manifest-diff.js';

/** What lies behind a deploy: who wrote it, why, and what it changed. */
export interface DeployDetails {
  readonly metadata?: RevisionMetadata;
  readonly changes: readonly ConfigurationChange[];
  readonly images: readonly string[];
  readonly previousImages: readonly string[];
  /** Some part could not be read. */
  readonly incomplete: boolean;
}

/** Reads metadata and both manifests side by side. A part that fails leaves the others; only an abort rejects. */
export async function readDetails(
  api: ArgoCdApi,
  deploy: Deploy,
  call: CallContextV1,
): Promise<DeployDetails> {
  const { application, revision, previous } = deploy;
  const sameRevision = previous !== undefined && revisionKey(previous.revision) === revisionKey(revision);
  const [metadata, after, before] = await Promise.allSettled([
    api.metadata(application, revision, call),
    previous === undefined || sameRevision ? [] : api.manifests(application, revision, call),
    previous === undefined || sameRevision ? [] : api.manifests(application, previous.revision, call),
  ]);
  const results = [metadata, after, before];
  const failure = results.find((result) => result.status === 'rejected' && isAbort(result.reason));
  if (failure?.status === 'rejected') throw failure.reason;
  // A chart or an image has no commit to tell of: the server answers with an error, and nothing is missing.
  const withoutCommit = deploy.sources.some(({ chart }) => Boolean(chart));
  const both = after.status === 'fulfilled' && before.status === 'fulfilled';
  const sources = previous === undefined ? [] : diffSources(previous.sources, deploy.sources);
  return {
    ...(metadata.status === 'fulfilled' ? { metadata: metadata.value } : {}),
    changes: both ? [...diffManifests(before.value, after.value), ...sources] : sources,
    images: after.status === 'fulfilled' ? imagesOf(after.value) : [],
    previousImages: before.status === 'fulfilled' ? imagesOf(before.value) : [],
    incomplete: !both || (metadata.status === 'rejected' && !withoutCommit),
  };
}

function revisionKey({ single, all }: Deploy['revision']): string {
  return (all ?? [single]).join('\u0000');
}

function isAbort(error: unknown): boolean {
  return ConnectorError.is(error) && error.code === 'aborted';
}

/** Parameters set on the application itself change without a new revision: image updaters and overrides do that. */
function diffSources(
  before: readonly ApplicationSource[],
  after: readonly ApplicationSource[],
): readonly ConfigurationChange[] {
  const changes: ConfigurationChange[] = [];
  for (const [index, source] of after.entries()) {
    const [was, is] = [parametersOf(before[index]), parametersOf(source)];
    for (const path of new Set([...was.keys(), ...is.keys()])) {
      const [older, newer] = [was.get(path) ?? null, is.get(path) ?? null];
      if (older !== newer) changes.push({ path, before: older, after: newer });
    }
  }
  return changes;
}

function parametersOf(source: ApplicationSource | undefined): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const item of listOf(source?.helm, 'parameters')) {
    const { name, value } = item as { readonly name?: unknown; readonly value?: unknown };
    if (typeof name === 'string' && typeof value === 'string')
      parameters.set(`helm parameter ${name}`, value);
  }
  for (const image of listOf(source?.kustomize, 'images')) {
    if (typeof image !== 'string') continue;
    // `name=other:tag`, `name:tag`, `name@digest`: the name before the first of these signs stays.
    parameters.set(`kustomize image ${image.split(/[=@]|:(?=[^/]*$)/)[0] ?? image}`, image);
  }
  if (source?.targetRevision) parameters.set('targetRevision', source.targetRevision);
  return parameters;
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return Array.isArray(list) ? list : [];
}
