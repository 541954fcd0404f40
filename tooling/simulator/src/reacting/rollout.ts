import { manifestsOf } from '../deploys/manifests.js';
import type { Release } from '../deploys/release.js';
import type { World } from '../engine/world.js';

/** A release that goes out again, because somebody acted: the same version, later. */
export interface Rollout {
  readonly of: Release;
  readonly startedAtMs: number;
  readonly deployedAtMs: number;
  /** The account that asked for it. */
  readonly login: string;
  /** Set for a restart: it makes another pod template of the same release. */
  readonly restartedAt?: string;
}

/** As the deploy system tells it: the commit and its author are those of then. */
export function toRelease({ of, startedAtMs, deployedAtMs, login }: Rollout): Release {
  return { ...of, startedAtMs, deployedAtMs, syncedBy: { name: login, login } };
}

export type PodTemplate = Readonly<Record<string, unknown>> & {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
};

/** The pod template that a rollout writes. */
export function templateOf(world: World, { of, restartedAt }: Rollout): PodTemplate {
  const deployment = manifestsOf(world, of).find(({ kind }) => kind === 'Deployment');
  if (deployment === undefined) throw new TypeError(`${of.service} has no Deployment`);
  const { template } = deployment['spec'] as { template: PodTemplate };
  if (restartedAt === undefined) return template;
  const annotations = { ...template.metadata.annotations, 'kubectl.kubernetes.io/restartedAt': restartedAt };
  return { ...template, metadata: { ...template.metadata, annotations } };
}
