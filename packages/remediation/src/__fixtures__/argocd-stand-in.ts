import type { FetchLike } from '@midwatch/core';
import { WRITE_TOKEN } from './kubernetes-stand-in.js';
import { type Fault, faultAnswer, type RecordedRequest, recordRequest } from './recorded-request.js';

interface Sync {
  revision: string;
  source: Record<string, unknown>;
  dryRun?: boolean;
}

const sourceOf = (version: string) => ({
  repoURL: 'https://git.example/deploy',
  path: 'api',
  targetRevision: 'main',
  kustomize: { images: [`api:${version}`] },
});
const runtimeError = (httpStatus: number, code: number, error: string) =>
  Response.json({ error, code, message: error }, { status: httpStatus });

/** Argo CD with one application `api`; `finish()` is what its controller does. */
export function createArgoCdStandIn() {
  let minute = 10;
  const nextTime = () => `2026-11-23T03:${minute++}:00Z`;
  const stand = {
    application: {
      metadata: { name: 'api', namespace: 'argocd', uid: 'uid-app', deletionTimestamp: null as string | null },
      spec: {
        project: 'shop',
        source: sourceOf('3'),
        destination: { namespace: 'shop' },
        syncPolicy: {} as { automated?: { enabled?: boolean; selfHeal?: boolean } | null },
      },
      operation: undefined as { sync: Sync } | undefined,
      status: {
        history: [41, 42, 43].map((id) => ({
          id,
          revision: `rev-${id}`,
          deployedAt: '2026-11-23T03:00:00Z',
          source: sourceOf(String(id)),
        })),
        operationState: {
          phase: 'Succeeded',
          startedAt: '2026-11-23T03:00:00Z',
          operation: { sync: { revision: 'rev-43', source: sourceOf('43') } as Sync },
        } as { phase: string; startedAt: string; operation: { sync: Sync } } | null,
        resources: [{ kind: 'Service' }, { kind: 'Deployment' }, { kind: 'ConfigMap' }],
      },
    },
    requests: [] as RecordedRequest[],
    writes: 0,
    faults: [] as Fault[],
    beforeWrite: undefined as (() => void) | undefined,
    /** Begins what was asked for and ends it. */
    finish(phase: 'Succeeded' | 'Failed' = 'Succeeded') {
      const { status, operation } = stand.application;
      if (operation === undefined) return;
      stand.application.operation = undefined;
      status.operationState = { phase, startedAt: nextTime(), operation };
      const { revision, source, dryRun } = operation.sync;
      if (phase !== 'Succeeded' || dryRun === true) return;
      const id = Math.max(...status.history.map((entry) => entry.id)) + 1;
      status.history.push({ id, revision, deployedAt: nextTime(), source: source as never });
    },
    /** Somebody else's sync. */
    sync(revision: string) {
      stand.application.operation = { sync: { revision, source: sourceOf(revision) } };
      stand.application.status.operationState = null;
    },
    fetch: (async (input, init) => {
      const request = await recordRequest(input, init);
      stand.requests.push(request);
      if (request.authorization !== `Bearer ${WRITE_TOKEN}`) return runtimeError(401, 16, 'no session information');
      if (request.path.split('/')[4] !== 'api') return runtimeError(403, 7, 'permission denied');
      if (request.method === 'GET') return Response.json(stand.application);
      stand.beforeWrite?.();
      return faultAnswer(stand.faults.shift(), () => rollback(request), init?.signal) ?? rollback(request);
    }) as FetchLike,
  };

  function rollback({ body }: RecordedRequest): Response {
    const { application } = stand;
    const { id, dryRun } = body as { id: number; dryRun?: boolean };
    const { automated } = application.spec.syncPolicy;
    if (automated != null && automated.enabled !== false) {
      return runtimeError(400, 9, 'rollback cannot be initiated when auto-sync is enabled');
    }
    const entry = application.status.history.find((candidate) => candidate.id === id);
    if (entry === undefined) return runtimeError(400, 3, `application api does not have deployment with id ${id}`);
    const running = application.status.operationState?.phase === 'Running';
    if (application.operation !== undefined || running) {
      return runtimeError(400, 9, 'another operation is already in progress');
    }
    const { revision, source } = entry;
    application.operation = { sync: { revision, source, ...(dryRun === true ? { dryRun } : {}) } };
    application.status.operationState = null;
    if (dryRun !== true) stand.writes += 1;
    return Response.json(application);
  }
  return stand;
}
