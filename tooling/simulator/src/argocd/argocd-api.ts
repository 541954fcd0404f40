import {
  applicationOf,
  groupVersion,
  isMultiSource,
  projectOf,
  publishedReleases,
  revisionMetadata,
} from '../deploys/application.js';
import { manifestsOf } from '../deploys/manifests.js';
import type { Release } from '../deploys/release.js';
import type { World } from '../engine/world.js';
import { jsonResponse, textResponse } from '../http/response.js';
import { resourceTree } from './resource-tree.js';

/** HTTP statuses of the gRPC codes that the server uses. */
const CODES = {
  unknown: [2, 500],
  invalid: [3, 400],
  missing: [5, 404],
  forbidden: [7, 403],
  unauthenticated: [16, 401],
} as const;

function failure(code: keyof typeof CODES, message: string): Response {
  const [number, status] = CODES[code];
  return jsonResponse(status, { error: message, code: number, message });
}

/** The HTTP API of an Argo CD 3.5 that deploys the shop; reads only, and only with the right bearer token. */
export function createArgocdApi(world: World, token: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    if (url.pathname === '/api/version') return jsonResponse(200, { Version: 'v3.5.1' });
    const path = /^\/api\/v1\/(.+)$/.exec(url.pathname)?.[1];
    if (path === undefined) return textResponse(404, '404 page not found\n');
    const given = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
    if (path === 'session/userinfo') {
      return jsonResponse(
        200,
        given === token ? { loggedIn: true, username: 'midwatch', iss: 'argocd' } : {},
      );
    }
    if (given === undefined) return failure('unauthenticated', 'no session information');
    if (given !== token) return failure('unauthenticated', 'invalid session: token signature is invalid');
    if (request.method !== 'GET') return failure('forbidden', 'permission denied');
    return route(path, url.searchParams, world);
  };
}

function route(path: string, parameters: URLSearchParams, world: World): Response {
  const [kind, name, ...rest] = path.split('/').map((part) => decodeURIComponent(part));
  if (kind !== 'applications') return failure('missing', 'Not Found');
  if (name === undefined) return listApplications(parameters, world);
  const project = parameters.get('project') ?? '';
  const application = projectMatches(project, world)
    ? applicationOf(world, findName(name, world))
    : undefined;
  if (application === undefined) {
    if (project === '') return failure('forbidden', 'permission denied');
    return failure('missing', `applications.argoproj.io "${name}" not found`);
  }
  if (rest.length === 0) return jsonResponse(200, application);
  if (rest[0] === 'revisions' && rest[2] === 'metadata') return metadataOf(name, rest[1] ?? '', world);
  if (rest.length > 1) return failure('missing', 'Not Found');
  switch (rest[0]) {
    case 'resource-tree':
      return jsonResponse(200, resourceTree(world, name));
    case 'managed-resources':
      return managedResources(name, world);
    case 'manifests':
      return manifests(name, parameters, world);
    default:
      return failure('missing', 'Not Found');
  }
}

/** The name itself when the shop has it; an empty name, which nothing has, when not. */
function findName(name: string, world: World): string {
  return world.run.topology.services.some((service) => service.name === name) ? name : '';
}

function projectMatches(project: string, world: World): boolean {
  return project === '' || project === projectOf(world);
}

function listApplications(parameters: URLSearchParams, world: World): Response {
  const projects = [...parameters.getAll('projects'), ...parameters.getAll('project')];
  const wanted = parameters.get('name');
  const selector = parameters.get('selector') ?? '';
  const items = world.run.topology.services
    .filter((service) => wanted === null || wanted === '' || service.name === wanted)
    .filter(() => projects.length === 0 || projects.includes(projectOf(world)))
    .map((service) => applicationOf(world, service.name))
    .filter((application) => application !== undefined)
    .filter(({ metadata }) => selector.split(',').every((term) => hasLabel(metadata, term)));
  return jsonResponse(200, {
    metadata: { resourceVersion: '8000099' },
    items: items.length === 0 ? null : items,
  });
}

/** Equality terms only: `name=value`. */
function hasLabel(metadata: unknown, term: string): boolean {
  const [name = '', value = ''] = term.split(/==?/);
  if (name === '') return true;
  const { labels } = metadata as { labels: Readonly<Record<string, string>> };
  return Object.hasOwn(labels, name) && labels[name] === value;
}

function findRelease(name: string, revision: string, world: World): Release | undefined {
  return publishedReleases(world, name).find((release) => release.revision === revision);
}

function metadataOf(name: string, revision: string, world: World): Response {
  const release = findRelease(name, revision, world);
  if (release === undefined) return failure('unknown', `unable to resolve git revision '${revision}'`);
  return jsonResponse(200, revisionMetadata(release));
}

function managedResources(name: string, world: World): Response {
  const current = publishedReleases(world, name).at(-1);
  if (current === undefined) return jsonResponse(200, {});
  const items = manifestsOf(world, current).map((manifest) => {
    const state = JSON.stringify(manifest);
    return {
      ...groupVersion(manifest.apiVersion),
      kind: manifest.kind,
      namespace: manifest.metadata.namespace,
      name: manifest.metadata.name,
      targetState: state,
      liveState: state,
      normalizedLiveState: state,
      predictedLiveState: state,
      resourceVersion: '8000042',
      modified: false,
    };
  });
  return jsonResponse(200, { items });
}

/** With several sources a bare `revision` is ignored; `revisions` and `sourcePositions` (from 1) say which to change. */
function manifests(name: string, parameters: URLSearchParams, world: World): Response {
  const current = publishedReleases(world, name).at(-1);
  const asked = isMultiSource(world, name)
    ? revisionAtGitSource(parameters)
    : (parameters.get('revision') ?? '');
  if (asked instanceof Response) return asked;
  const release = asked === '' ? current : findRelease(name, asked, world);
  if (release === undefined) return failure('unknown', `unable to resolve '${asked}' to a commit SHA`);
  return jsonResponse(200, {
    manifests: manifestsOf(world, release).map((manifest) => JSON.stringify(manifest)),
    namespace: world.run.topology.namespace,
    server: 'https://kubernetes.default.svc',
    revision: release.revision,
    sourceType: isMultiSource(world, name) ? 'Helm' : 'Kustomize',
  });
}

function revisionAtGitSource(parameters: URLSearchParams): string | Response {
  const revisions = parameters.getAll('revisions');
  const positions = parameters.getAll('sourcePositions').map(Number);
  if (positions.some((position) => position < 1 || position > 2)) {
    return failure('invalid', 'source position is out of range');
  }
  return revisions[positions.indexOf(2)] ?? '';
}
