import type { DeploySignal } from '@midwatch/core';
import type { Plan } from './plan.js';

const MAX_NAME_LENGTH = 60;

/** A name of the telemetry as it may stand in a sentence of our own: short, one line, nothing that hides. */
export function sayName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}_.:/@+-]/gu, '?');
  return plain.length <= MAX_NAME_LENGTH ? plain : `${plain.slice(0, MAX_NAME_LENGTH - 1)}…`;
}

/** `Roll checkout back to v1.4.2` */
export function toTitle({ action, state }: Plan, service: string, deploy: DeploySignal | undefined): string {
  const name = sayName(service);
  if (action.kind === 'rollback') {
    const observed = 'toRevision' in action ? action.toRevision : String(action.toHistoryId);
    const version = deploy?.rollback?.toVersion ?? deploy?.previousVersion;
    return `Roll ${name} back to ${version === undefined ? `revision ${observed}` : sayName(version)}`;
  }
  if (action.kind !== 'restart')
    return `Scale ${name} from ${String(state['replicas'])} to ${action.replicas} pods`;
  return action.target.kind === 'pod'
    ? `Restart the pod ${action.target.name} of ${name}`
    : `Restart ${name}`;
}
