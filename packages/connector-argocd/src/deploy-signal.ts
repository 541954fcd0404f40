import type { DeploySignal } from '@midwatch/core';
import { findChangeRequest, repositoryName } from './change-request.js';
import type { DeployDetails } from './deploy-details.js';
import type { Deploy } from './deploy-history.js';

export interface SignalFrame {
  readonly connectorId: string;
  readonly queryId: string;
  readonly service: string;
  readonly webUrl: string | undefined;
  readonly toId: (...parts: readonly string[]) => string;
}

const MAX_SUMMARY = 500;

/** A deploy in Midwatch's words; without details it still tells when, what and how to go back. */
export function toDeploySignal(
  deploy: Deploy,
  details: DeployDetails | undefined,
  frame: SignalFrame,
): DeploySignal {
  const { application, revision, previous, atMs, at, phase } = deploy;
  const { name, namespace: home } = application.metadata;
  const repositoryUrl = deploy.sources[0]?.repoURL ?? undefined;
  const message = details?.metadata?.message ?? undefined;
  const request = message === undefined ? undefined : findChangeRequest(message, repositoryUrl);
  const running = deploy.newest ? (application.status?.summary?.images ?? []) : [];
  const version = versionOf(details?.images.length ? details.images : running);
  const previousVersion = versionOf(details?.previousImages ?? []);
  const known = {
    namespace: application.spec.destination?.namespace || undefined,
    previousRevision: previous?.revision.single,
    version,
    previousVersion,
    repository: repositoryUrl === undefined ? undefined : repositoryName(repositoryUrl),
    summary: message?.split('\n')[0]?.slice(0, MAX_SUMMARY),
    // The commit's author did it, also when the sync was automatic or pressed by somebody else.
    actor: authorName(details?.metadata?.author) ?? deploy.username,
    changeRequest: request?.name,
    changeRequestUrl: request?.url,
    rollback: rollbackOf(deploy, previousVersion),
    url:
      frame.webUrl === undefined
        ? undefined
        : `${frame.webUrl}/applications/${[home ?? '', name].filter(Boolean).map(encodeURIComponent).join('/')}`,
  };
  return {
    kind: 'deploys',
    id: frame.toId(home ?? '', name, String(deploy.historyId ?? phase), revision.single, at),
    timestampMs: atMs,
    timeUnixNano: at,
    connectorId: frame.connectorId,
    queryId: frame.queryId,
    service: frame.service,
    revision: revision.single,
    changes: [...(details?.changes ?? [])],
    phase,
    ...withoutUndefined(known),
  };
}

/** `Name <address>` without the address: a person is named, not written to. */
function authorName(author: string | null | undefined): string | undefined {
  return author?.replace(/\s*<[^<>]{0,320}>\s*$/, '').trim() || undefined;
}

function rollbackOf(
  { application, previous }: Deploy,
  previousVersion: string | undefined,
): DeploySignal['rollback'] {
  if (previous?.id === undefined) return undefined;
  const automated = application.spec.syncPolicy?.automated;
  return {
    system: 'argocd',
    object: application.metadata.name,
    toRevision: String(previous.id),
    // While automated sync is on, Argo CD refuses a rollback, with self-heal or without.
    selfHeals: automated !== null && automated !== undefined && automated.enabled !== false,
    ...withoutUndefined({
      namespace: application.spec.destination?.namespace || undefined,
      toVersion: previousVersion,
    }),
  };
}

/** The tag that all images of the application share, or the first one's: side-cars have their own. */
function versionOf(images: readonly string[]): string | undefined {
  for (const image of images) {
    const tag = /:([\w][\w.-]{0,127})$/.exec(image.split('@')[0] ?? '')?.[1];
    if (tag !== undefined && tag !== 'latest') return tag;
  }
  return undefined;
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}
