import type { DeploySignal } from '@midwatch/core';
import type { DeploymentStatus } from './github-schema.js';

/** When a deployment took effect, if it did. */
export interface DeploymentOutcome {
  readonly phase: DeploySignal['phase'];
  /** Undefined where no status tells: then it is known only when it was asked for. */
  readonly atMs?: number;
  /** It has been what runs: it succeeded once, or was replaced, which happens only to what did. */
  readonly tookEffect: boolean;
}

const phases: ReadonlyMap<string, DeploySignal['phase']> = new Map([
  ['success', 'succeeded'],
  ['failure', 'failed'],
  ['error', 'failed'],
  ['in_progress', 'running'],
  ['queued', 'running'],
  ['pending', 'running'],
  ['waiting', 'running'],
]);

/**
 * From statuses, newest first: a deployment itself has no state. It takes effect with its first `success`; a later one turns
 * it `inactive`, which says nothing of how it went.
 */
export function toOutcome(statuses: readonly DeploymentStatus[]): DeploymentOutcome {
  const oldestFirst = statuses.toReversed();
  const success = oldestFirst.find(({ state }) => state === 'success');
  const latest = statuses.find(({ state }) => phases.has(state));
  const phase = phases.get(latest?.state ?? '') ?? 'unknown';
  const first = success ?? oldestFirst.find(({ state }) => phases.get(state) === phase);
  return {
    phase: phase === 'running' && success !== undefined ? 'succeeded' : phase,
    ...(first === undefined ? {} : { atMs: Date.parse(first.created_at) }),
    tookEffect: success !== undefined || statuses.some(({ state }) => state === 'inactive'),
  };
}
