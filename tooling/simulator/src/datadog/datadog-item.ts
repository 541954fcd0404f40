import type { Pod } from '../engine/rollout.js';
import type { World } from '../engine/world.js';
import type { Searchable } from './search-query.js';

/** One log, span or event: what a search looks at, and how it is answered. */
export interface DatadogItem extends Searchable {
  readonly atMs: number;
  readonly write: () => unknown;
}

/** Half-open, epoch milliseconds. */
export interface Between {
  readonly startMs: number;
  readonly endMs: number;
}

/** Items of a window, ascending. */
export type ItemReader = (between: Between) => readonly DatadogItem[];

export const ENVIRONMENT = 'prod';

/** Unified service tags and Kubernetes' own, as the agent sets them. */
export function podTags(world: World, pod: Pod): ReadonlyMap<string, string> {
  const { cluster, namespace } = world.run.topology;
  return new Map([
    ['env', ENVIRONMENT],
    ['kube_cluster_name', cluster],
    ['kube_deployment', pod.service],
    ['kube_namespace', namespace],
    ['kube_node', pod.node],
    ['pod_name', pod.name],
    ['service', pod.service],
    ['version', pod.release.version],
  ]);
}

export function writeTags(tags: ReadonlyMap<string, string>): string[] {
  return [...tags].map(([key, value]) => `${key}:${value}`);
}

/** The low 64 bits of an id as the decimal number that Datadog's tracers write. */
export function toDecimal(hexId: string): string {
  return BigInt(`0x${hexId.slice(-16)}`).toString();
}

/** Whole milliseconds: more is not kept. */
export function toIso(atMs: number): string {
  return new Date(Math.floor(atMs)).toISOString();
}
