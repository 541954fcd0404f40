import { groupVersion, publishedReleases } from '../deploys/application.js';
import { imageOf, manifestsOf } from '../deploys/manifests.js';
import { timeOfTick } from '../engine/clock.js';
import { hashText } from '../engine/random.js';
import type { Pod } from '../engine/rollout.js';
import type { World } from '../engine/world.js';

interface Node {
  readonly group?: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly [more: string]: unknown;
}

/** Objects of an application down to its pods, as of now. */
export function resourceTree(world: World, service: string): unknown {
  const releases = publishedReleases(world, service);
  const current = releases.at(-1);
  if (current === undefined) return { nodes: [] };
  const { namespace } = world.run.topology;
  const { clock } = world.run;
  const createdAt = (atMs: number): string => new Date(atMs).toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
  const top = manifestsOf(world, current).map(
    ({ apiVersion, kind, metadata }): Node => ({
      ...groupVersion(apiVersion),
      kind,
      namespace,
      name: metadata.name,
      uid: uid(kind, metadata.name),
      createdAt: createdAt(releases[0]?.deployedAtMs ?? 0),
      ...(kind === 'Deployment' && { health: { status: 'Healthy' }, images: [imageOf(world, current)] }),
    }),
  );
  const own = world.pods.filter((pod) => pod.service === service);
  const sets = [...new Set(own.map((pod) => pod.replicaSet))];
  const replicaSets = sets.map((name, index): Node => {
    const pod = own.find((one) => one.replicaSet === name);
    const revision = `Rev:${releases.length - sets.length + index + 1}`;
    return {
      group: 'apps',
      version: 'v1',
      kind: 'ReplicaSet',
      namespace,
      name,
      uid: uid('ReplicaSet', name),
      parentRefs: [
        { group: 'apps', kind: 'Deployment', namespace, name: service, uid: uid('Deployment', service) },
      ],
      info: [{ name: 'Revision', value: revision }],
      health: { status: 'Healthy' },
      images: pod === undefined ? [] : [imageOf(world, pod.release)],
      createdAt: createdAt(pod === undefined ? clock.startMs : pod.release.deployedAtMs),
    };
  });
  const alive = own.filter((pod) => pod.toTick > clock.ticks);
  return { nodes: [...top, ...replicaSets, ...alive.map((pod) => podNode(world, pod, createdAt))] };
}

function podNode(world: World, pod: Pod, createdAt: (atMs: number) => string): Node {
  const { namespace } = world.run.topology;
  const { clock } = world.run;
  const startMs =
    pod.fromTick === 0 ? clock.startMs - pod.ageTicks * clock.tickMs : timeOfTick(clock, pod.fromTick);
  const parent = { group: 'apps', kind: 'ReplicaSet', namespace, name: pod.replicaSet };
  return {
    version: 'v1',
    kind: 'Pod',
    namespace,
    name: pod.name,
    uid: uid('Pod', pod.name),
    parentRefs: [{ ...parent, uid: uid('ReplicaSet', pod.replicaSet) }],
    info: [
      { name: 'Status Reason', value: 'Running' },
      { name: 'Node', value: pod.node },
      { name: 'Containers', value: '1/1' },
    ],
    health: { status: 'Healthy' },
    images: [imageOf(world, pod.release)],
    createdAt: createdAt(startMs),
  };
}

function uid(kind: string, name: string): string {
  const part = (salt: string): string => hashText(`${kind}/${name}/${salt}`).toString(16).padStart(8, '0');
  const text = part('a') + part('b') + part('c') + part('d');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  );
}
