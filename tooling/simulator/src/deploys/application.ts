import { findService } from '../engine/topology.js';
import type { World } from '../engine/world.js';
import { imageOf, manifestsOf } from './manifests.js';
import { type Release, releasesOf } from './release.js';

const CHART_REPOSITORY = 'https://charts.example.com/platform';
const DEPLOY_REPOSITORY = 'https://git.example.com/platform/deploy.git';
const HISTORY_LIMIT = 10;

/** A service's releases up to now, oldest first. */
export function publishedReleases(world: World, service: string): readonly Release[] {
  const { nowMs } = world.run.clock;
  return releasesOf(world.releases, service).filter((release) => release.deployedAtMs <= nowMs);
}

/** The database proxy comes from a chart with values beside it: an application with two sources. */
export function isMultiSource(world: World, service: string): boolean {
  return findService(world.run.topology, service).trade === 'database';
}

export function projectOf(world: World): string {
  return world.run.topology.namespace;
}

function secondsText(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
}

function gitSource(service: string): unknown {
  return { repoURL: DEPLOY_REPOSITORY, path: `apps/${service}`, targetRevision: 'main' };
}

function chartSources(service: string, release: Release): unknown[] {
  const valueFiles = [`$values/apps/${service}/values.yaml`];
  return [
    {
      repoURL: CHART_REPOSITORY,
      chart: service,
      targetRevision: chartVersion(release),
      helm: { valueFiles },
    },
    { repoURL: DEPLOY_REPOSITORY, targetRevision: 'main', ref: 'values' },
  ];
}

function chartVersion(release: Release): string {
  return release.version.slice(1);
}

/** Where a release came from, in the form that its kind of application has. */
function sourceFields(world: World, release: Release): Record<string, unknown> {
  const { service, revision } = release;
  if (!isMultiSource(world, service)) return { revision, source: gitSource(service) };
  return {
    revisions: [chartVersion(release), revision],
    sources: chartSources(service, release),
    // Present though it says nothing: that is how the real server writes it.
    source: { repoURL: '' },
  };
}

function initiatedBy(release: Release): Record<string, unknown> {
  return release.syncedBy === undefined ? { automated: true } : { username: release.syncedBy.login };
}

/** One application as the API answers it. */
export function applicationOf(world: World, service: string): Record<string, unknown> | undefined {
  const releases = publishedReleases(world, service);
  const current = releases.at(-1);
  if (current === undefined) return undefined;
  const { namespace } = world.run.topology;
  const multi = isMultiSource(world, service);
  const history = releases.map((release, index) => ({
    id: index,
    deployStartedAt: secondsText(release.startedAtMs),
    deployedAt: secondsText(release.deployedAtMs),
    initiatedBy: initiatedBy(release),
    ...sourceFields(world, release),
  }));
  const destination = { server: 'https://kubernetes.default.svc', namespace };
  const automated = current.syncedBy === undefined;
  const specSource = multi ? { sources: chartSources(service, current) } : { source: gitSource(service) };
  const revision = multi
    ? { revisions: [chartVersion(current), current.revision] }
    : { revision: current.revision };
  const { source: _source, ...synced } = sourceFields(world, current);
  return {
    metadata: {
      name: service,
      namespace: 'argocd',
      labels: { 'app.kubernetes.io/part-of': namespace },
      creationTimestamp: secondsText((releases[0]?.startedAtMs ?? 0) - 86_400_000),
      generation: 40 + history.length,
      resourceVersion: String(8_000_000 + history.length),
    },
    spec: {
      project: projectOf(world),
      destination,
      ...specSource,
      revisionHistoryLimit: HISTORY_LIMIT,
      ...(automated && { syncPolicy: { automated: { prune: true, selfHeal: true } } }),
    },
    status: {
      sync: { status: 'Synced', comparedTo: { ...specSource, destination }, ...revision },
      health: { status: 'Healthy' },
      history: history.slice(-HISTORY_LIMIT),
      reconciledAt: secondsText(world.run.clock.nowMs - 74_000),
      operationState: {
        operation: { initiatedBy: initiatedBy(current), sync: { ...revision } },
        phase: 'Succeeded',
        message: 'successfully synced (all tasks run)',
        syncResult: {
          ...(multi ? synced : sourceFields(world, current)),
          resources: syncedResources(world, current),
        },
        startedAt: secondsText(current.startedAtMs),
        finishedAt: secondsText(current.deployedAtMs),
      },
      resources: manifestsOf(world, current).map(({ apiVersion, kind, metadata }) => ({
        ...groupVersion(apiVersion),
        kind,
        name: metadata.name,
        namespace: metadata.namespace,
        status: 'Synced',
        ...(kind === 'Deployment' && { health: { status: 'Healthy' } }),
      })),
      sourceType: multi ? 'Helm' : 'Kustomize',
      summary: { images: [imageOf(world, current)] },
    },
  };
}

function syncedResources(world: World, release: Release): unknown[] {
  return manifestsOf(world, release).map(({ apiVersion, kind, metadata }) => ({
    ...groupVersion(apiVersion),
    kind,
    name: metadata.name,
    namespace: metadata.namespace,
    status: 'Synced',
    message:
      kind === 'Secret' || kind === 'Service'
        ? `${kind.toLowerCase()}/${metadata.name} unchanged`
        : `${kind.toLowerCase()}/${metadata.name} configured`,
    syncPhase: 'Sync',
  }));
}

export function groupVersion(apiVersion: string): { group?: string; version: string } {
  const [first, second] = apiVersion.split('/');
  return second === undefined ? { version: first ?? '' } : { group: first ?? '', version: second };
}

/** Author, date and message of the commit that a release came from. */
export function revisionMetadata(release: Release): Record<string, unknown> {
  const { author, service, version, changeRequest, title, note } = release;
  return {
    author: `${author.name} <${author.login}@example.com>`,
    // The commit is merged a little before the controller picks it up.
    date: secondsText(release.startedAtMs - 95_000),
    message: `${service} ${version}: ${title} (#${changeRequest})\n\n${note}`,
  };
}
