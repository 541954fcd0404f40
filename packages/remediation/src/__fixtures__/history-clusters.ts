import type { DeploySignal, FetchLike } from '@midwatch/core';
import { createArgoCdExecutor } from '../argocd/argocd-executor.js';
import type { Executor } from '../executor.js';
import { createKubernetesExecutor } from '../kubernetes/kubernetes-executor.js';
import { createArgoCdStandIn } from './argocd-stand-in.js';
import { createKubernetesStandIn, WRITE_TOKEN } from './kubernetes-stand-in.js';
import type { Fault } from './recorded-request.js';

const REVISION = 'deployment.kubernetes.io/revision';

/** A stand-in with what histories do to it. */
export interface Cluster {
  readonly id: string;
  readonly fetch: FetchLike;
  /** An executor of one process, which sends through that process. */
  executor(fetch: FetchLike): Executor;
  /** The newest deploy, as the connector tells it. */
  deploy(): Partial<DeploySignal>;
  /** Somebody else's change. */
  drift(): void;
  /** What its controller does. */
  settle(): void;
  faultNext(fault: Fault | undefined): void;
  /** Writes that were carried out. */
  writes(): number;
  /** Moves with everything that a plan's state holds. */
  version: number;
}
export type ClusterKind = 'kubernetes' | 'argocd';

const options = { baseUrl: 'https://cluster.example', writeToken: WRITE_TOKEN, redact: 'none' } as const;

export const createCluster = (kind: ClusterKind, id: string): Cluster =>
  kind === 'kubernetes' ? createKubernetesCluster(id) : createArgoCdCluster(id);

function createKubernetesCluster(id: string): Cluster {
  const stand = createKubernetesStandIn();
  const cluster: Cluster = {
    id,
    fetch: stand.fetch,
    version: 0,
    executor: (fetch) => createKubernetesExecutor({ ...options, id, fetch }),
    deploy() {
      const current = Number(stand.deployment.metadata.annotations[REVISION]);
      const earlier = stand.sets
        .map(({ metadata }) => Number(metadata.annotations[REVISION]))
        .filter((number) => number < current);
      const toRevision = String(Math.max(...earlier));
      const rollback = { system: 'kubernetes', object: 'deployment/api', namespace: 'shop', toRevision } as const;
      return { id: `${id}-${current}`, connectorId: id, revision: String(current), rollback };
    },
    drift() {
      cluster.version += 1;
      stand.rollOut(`api:${(cluster.version % 5) + 4}`);
    },
    settle() {},
    faultNext: (fault) => void (stand.faults = fault === undefined ? [] : [fault]),
    writes: () => stand.writes,
  };
  return cluster;
}

function createArgoCdCluster(id: string): Cluster {
  const stand = createArgoCdStandIn();
  const { application } = stand;
  const cluster: Cluster = {
    id,
    fetch: stand.fetch,
    version: 0,
    executor: (fetch) => createArgoCdExecutor({ ...options, id, fetch }),
    deploy() {
      const { history } = application.status;
      const [before, newest] = history.slice(-2);
      const rollback = {
        system: 'argocd',
        object: 'api',
        namespace: 'argocd',
        toRevision: String(before?.id ?? 0),
      } as const;
      return { id: `${id}-${newest?.id ?? 0}`, connectorId: id, revision: newest?.revision ?? '', rollback };
    },
    drift() {
      cluster.version += 1;
      application.operation = undefined;
      stand.sync(`other-${cluster.version}`);
      stand.finish();
    },
    settle() {
      if (application.operation === undefined) return;
      cluster.version += 1;
      stand.finish();
    },
    faultNext: (fault) => void (stand.faults = fault === undefined ? [] : [fault]),
    writes: () => stand.writes,
  };
  return cluster;
}
