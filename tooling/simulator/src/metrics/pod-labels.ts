import type { Pod } from '../engine/rollout.js';
import type { World } from '../engine/world.js';

/** Labels that every series scraped from a pod carries. */
export function podLabels(world: World, pod: Pod): Record<string, string> {
  return {
    cluster: world.run.topology.cluster,
    instance: pod.address,
    job: pod.service,
    namespace: world.run.topology.namespace,
    pod: pod.name,
    service: pod.service,
  };
}
