import { applicationOf, publishedReleases } from '../deploys/application.js';
import { jsonResponse } from '../http/response.js';
import type { Rollout } from './rollout.js';
import type { Shop } from './shop.js';

/** From the request to the pods' change. */
const SYNC_MS = 6000;

export interface ArgocdTokens {
  readonly read: string;
  readonly write: string;
}

function failure(status: number, code: number, message: string): Response {
  return jsonResponse(status, { error: message, code, message });
}

const denied = () => failure(403, 7, 'permission denied');

/**
 * Argo CD with an account that may get applications and roll them back, and nothing else: the account that reads may read.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/
 */
export function createArgocdWrites(
  shop: Shop,
  tokens: ArgocdTokens,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const [, name, verb] = /^\/argocd\/api\/v1\/applications\/([^/]+)(?:\/(rollback))?$/.exec(pathname) ?? [];
    const isWriter = request.headers.get('authorization') === `Bearer ${tokens.write}`;
    if (name === undefined) return isWriter ? denied() : shop.look().fetch(request);
    const isReader = request.headers.get('authorization') === `Bearer ${tokens.read}`;
    const application = isWriter || isReader ? readApplication(shop, name) : undefined;
    if (application === undefined) return isWriter ? denied() : shop.look().fetch(request);
    if (request.method === 'GET' && verb === undefined) return jsonResponse(200, application);
    if (request.method !== 'POST' || verb === undefined || !isWriter) return denied();
    return rollBack(shop, name, (await request.json()) as { id?: number; dryRun?: boolean; name?: string });
  };
}

interface HistoryEntry {
  readonly id: number;
  readonly [more: string]: unknown;
}

interface Application {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: { readonly syncPolicy?: { readonly automated?: unknown } };
  readonly status: {
    readonly history: readonly HistoryEntry[];
    readonly operationState: Readonly<Record<string, unknown>>;
    readonly sync: Readonly<Record<string, unknown>>;
  };
}

/** What the read-only server says, with what a rollback leaves: its specification stays, and what runs is not what it asks for. */
function readApplication(shop: Shop, name: string): Application | undefined {
  const found = applicationOf(shop.look().world, name) as Application | undefined;
  const told = applicationOf(shop.told, name) as Application | undefined;
  if (found === undefined || told === undefined) return undefined;
  const running = runningSync(shop, name);
  const wanted = publishedReleases(shop.told, name).at(-1);
  const isAsTold = shop.rolloutsOf(name).at(-1)?.of.revision === wanted?.revision;
  return {
    ...found,
    metadata: { ...found.metadata, uid: `uid-application-${name}` },
    spec: told.spec,
    status: {
      ...found.status,
      sync: isAsTold ? found.status.sync : { ...found.status.sync, status: 'OutOfSync' },
      operationState:
        running === undefined
          ? found.status.operationState
          : {
              operation: {
                initiatedBy: { username: running.login },
                sync: sourceOf(found, shop.rolloutsOf(name), running),
              },
              phase: 'Running',
              startedAt: new Date(running.startedAtMs).toISOString(),
            },
    },
  };
}

function runningSync(shop: Shop, name: string): Rollout | undefined {
  const last = shop.rolloutsOf(name).at(-1);
  return last !== undefined && last.deployedAtMs > shop.look().nowMs ? last : undefined;
}

/** Entries are numbered in the order of the rollouts. */
function sourceOf(
  { status: { history } }: Application,
  rollouts: readonly Rollout[],
  { of }: Rollout,
): Readonly<Record<string, unknown>> {
  const id = rollouts.findIndex((rollout) => rollout.of.version === of.version);
  const entry = history.find((one) => one.id === id);
  return {
    revision: entry?.['revision'],
    revisions: entry?.['revisions'],
    source: entry?.['source'],
    sources: entry?.['sources'],
  };
}

function rollBack(
  shop: Shop,
  name: string,
  asked: { id?: number; dryRun?: boolean; name?: string },
): Response {
  const application = readApplication(shop, name);
  if (application === undefined) return denied();
  if (application.spec.syncPolicy?.automated !== undefined) {
    return failure(400, 9, 'rollback cannot be initiated when auto-sync is enabled');
  }
  const rollouts = shop.rolloutsOf(name);
  const to = application.status.history.some(({ id }) => id === asked.id)
    ? rollouts[asked.id ?? -1]
    : undefined;
  if (to === undefined) {
    return failure(400, 3, `application ${name} does not have deployment with id ${asked.id}`);
  }
  if (runningSync(shop, name) !== undefined) {
    return failure(400, 9, 'another operation is already in progress');
  }
  if (asked.dryRun === true) return jsonResponse(200, application);
  const startedAtMs = shop.nowMs();
  shop.rollOut({ of: to.of, startedAtMs, deployedAtMs: startedAtMs + SYNC_MS, login: 'midwatch' });
  shop.note({ service: name, what: 'rollback' });
  return jsonResponse(200, readApplication(shop, name));
}
