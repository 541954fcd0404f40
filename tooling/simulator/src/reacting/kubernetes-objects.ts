import { hashText } from '../engine/random.js';
import { isAlive } from '../engine/rollout.js';
import { findService } from '../engine/topology.js';
import { type PodTemplate, type Rollout, templateOf } from './rollout.js';
import { replicaSetOf, type Shop } from './shop.js';

const REVISION = 'deployment.kubernetes.io/revision';

/** What was written to a Deployment beyond its template. */
export interface DeploymentEdits {
  readonly replicas?: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** How many writes there were. */
  readonly count: number;
  /** How many of them changed what is wanted. */
  readonly generations: number;
}

interface ReplicaSetState {
  readonly name: string;
  readonly template: PodTemplate;
  readonly rollout: Rollout;
  /** All the numbers that it had, the newest last. */
  readonly revisions: readonly number[];
}

/** The ReplicaSets of a service, in the order in which they were made. */
export function replicaSetsOf(shop: Shop, service: string): readonly ReplicaSetState[] {
  const sets = new Map<string, ReplicaSetState>();
  let current = '';
  let revision = 0;
  for (const rollout of shop.rolloutsOf(service)) {
    const template = templateOf(shop.told, rollout);
    const key = JSON.stringify(template);
    if (key === current) continue;
    current = key;
    revision += 1;
    const known = sets.get(key) ?? {
      name: replicaSetOf(shop.told, rollout),
      template,
      rollout,
      revisions: [],
    };
    sets.set(key, { ...known, revisions: [...known.revisions, revision] });
  }
  return [...sets.values()];
}

const time = (atMs: number) => new Date(atMs).toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
const hashOf = (service: string, set: string) => set.slice(service.length + 1);
const owner = (kind: string, name: string) => [
  { apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true },
];

function withHash(template: PodTemplate, hash: string): PodTemplate {
  const labels = { ...template.metadata.labels, 'pod-template-hash': hash };
  return { ...template, metadata: { ...template.metadata, labels } };
}

export function deploymentOf(shop: Shop, service: string, edits: DeploymentEdits): Record<string, unknown> {
  const { topology } = shop.story;
  const rollouts = shop.rolloutsOf(service);
  const last = rollouts.at(-1);
  if (last === undefined) throw new TypeError(`${service} was never rolled out`);
  const replicas = edits.replicas ?? findService(topology, service).replicas;
  const template = templateOf(shop.told, last);
  const set = replicaSetOf(shop.told, last);
  const revision = Math.max(...replicaSetsOf(shop, service).flatMap(({ revisions }) => revisions));
  const generation = rollouts.length + edits.generations;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: service,
      namespace: topology.namespace,
      uid: `uid-${service}`,
      generation,
      resourceVersion: String((hashText(service) % 1000) * 10_000 + 10 * rollouts.length + edits.count),
      creationTimestamp: time((rollouts[0]?.startedAtMs ?? 0) - 86_400_000),
      labels: template.metadata.labels,
      annotations: { ...edits.annotations, [REVISION]: String(revision) },
      managedFields: [
        { manager: last.login, time: time(last.startedAtMs), fieldsV1: { 'f:spec': { 'f:template': {} } } },
      ],
    },
    spec: {
      replicas,
      selector: { matchLabels: { 'app.kubernetes.io/name': service } },
      strategy: { type: 'RollingUpdate' },
      template,
    },
    status: {
      observedGeneration: generation,
      replicas,
      updatedReplicas: replicas,
      availableReplicas: replicas,
      conditions: [
        {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "${set}" has successfully progressed.`,
          lastUpdateTime: time(last.deployedAtMs),
        },
      ],
    },
  };
}

export function replicaSetObjects(shop: Shop, service: string): readonly Record<string, unknown>[] {
  return replicaSetsOf(shop, service).map(({ name, template, rollout, revisions }) => {
    const spec = withHash(template, hashOf(service, name));
    const earlier = revisions.slice(0, -1).join();
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name,
        namespace: shop.story.topology.namespace,
        uid: `uid-${name}`,
        resourceVersion: String((hashText(name) % 1000) * 10_000 + revisions.length),
        generation: 1,
        creationTimestamp: time(rollout.deployedAtMs),
        labels: spec.metadata.labels,
        annotations: {
          [REVISION]: String(revisions.at(-1)),
          ...(earlier !== '' && { 'deployment.kubernetes.io/revision-history': earlier }),
        },
        ownerReferences: owner('Deployment', service),
      },
      spec: { selector: { matchLabels: spec.metadata.labels }, template: spec },
    };
  });
}

/** The pods that live now. */
export function podObjects(shop: Shop, service: string): readonly Record<string, unknown>[] {
  const { world } = shop.look();
  const { clock } = world.run;
  const labelsOf = new Map(
    replicaSetsOf(shop, service).map(({ name, template }) => [
      name,
      withHash(template, hashOf(service, name)).metadata.labels,
    ]),
  );
  return world.pods
    .filter((pod) => pod.service === service && isAlive(pod, clock.ticks))
    .map((pod) => {
      const startedAt = time(clock.startMs + (pod.fromTick - pod.ageTicks) * clock.tickMs);
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: pod.name,
          namespace: shop.story.topology.namespace,
          uid: `uid-${pod.name}`,
          resourceVersion: String(hashText(pod.name) % 10_000_000),
          creationTimestamp: startedAt,
          labels: labelsOf.get(pod.replicaSet) ?? {},
          ownerReferences: owner('ReplicaSet', pod.replicaSet),
        },
        spec: { nodeName: pod.node, containers: [{ name: service }] },
        status: {
          phase: 'Running',
          startTime: startedAt,
          containerStatuses: [
            { name: service, ready: true, restartCount: 0, state: { running: { startedAt } } },
          ],
        },
      };
    });
}
