import type { DeploySignal } from '@midwatch/core';
import { type Refused, refuse } from '../plan.js';
import type { DeploymentRevision, ObservedDeployment } from './observe-deployment.js';

type Found = { readonly revision: DeploymentRevision } | { readonly refused: Refused };

/**
 * What ran just before a deploy, also when there were others since. A deploy that names no object must have begun when its
 * ReplicaSet was made: numbers alone are the same in every Deployment.
 */
export function revisionBefore(
  deploy: DeploySignal | undefined,
  { revisions, current }: ObservedDeployment,
): Found {
  const number = deploy?.rollback?.toRevision ?? deploy?.previousRevision;
  if (deploy === undefined || number === undefined) {
    return none('the deploy does not tell what ran before it');
  }
  const known = current === undefined ? revisions : [current, ...revisions];
  const own = known.find(({ revision }) => String(revision) === deploy.revision);
  if (own === undefined) return none('its revision is not kept any more, or was taken again since');
  if (deploy.rollback === undefined && own.createdMs !== deploy.timestampMs) {
    return none('it cannot be told whether the deploy was of this Deployment');
  }
  const revision = revisions.find((one) => String(one.revision) === number);
  return revision === undefined ? none('what ran before it is not kept any more') : { revision };
}

function none(detail: string): Found {
  return { refused: refuse('no-such-revision', detail) };
}
