import type { CallContextV1, ConnectorError, Gap, SignalQueryByKind } from '@midwatch/core';
import { createdMs, type DeploymentHistory, maxDelayMs } from './deployment-history.js';
import { type DeploymentOutcome, toOutcome } from './deployment-outcome.js';
import type { GitHubApi } from './github-api.js';
import type { Deployment } from './github-schema.js';
import { attempt, toFailureGap } from './read-failure.js';
import type { Repository } from './repository-map.js';

type DeployQuery = SignalQueryByKind['deploys'];

/** Each costs a request, two are in flight at a time, and an answer is wanted within three seconds. */
const MAX_STATUS_READS = 12;
/** How far back the deployment is looked for that ran before the first of the window. */
const MAX_LOOK_BACK = 2;

export interface StatusesRead {
  readonly outcomes: ReadonlyMap<Deployment, DeploymentOutcome>;
  readonly gaps: readonly Gap[];
}

/** Statuses of what may have taken effect in the window, then of what ran before it. */
export async function readStatuses(
  api: GitHubApi,
  histories: readonly DeploymentHistory[],
  { window, keep }: DeployQuery,
  call: CallContextV1,
): Promise<StatusesRead> {
  const outcomes = new Map<Deployment, DeploymentOutcome>();
  const errors: ConnectorError[] = [];
  let cut = 0;
  const read = async ({ repository, deployment }: RepositoryDeployment): Promise<void> => {
    const answer = await attempt(api.statuses(repository, deployment.id, call));
    if ('error' in answer) return void errors.push(answer.error);
    if (!answer.value.isWhole) cut += 1;
    outcomes.set(deployment, toOutcome(answer.value.statuses));
  };
  const inWindow = histories.flatMap(({ repository, deployments }) =>
    deployments
      .filter((deployment) => isWithin(deployment, window.startMs - maxDelayMs, window.endMs))
      .map((deployment) => ({ repository, deployment })),
  );
  const direction = keep === 'oldest' ? 1 : -1;
  inWindow.sort((one, other) => direction * (createdMs(one.deployment) - createdMs(other.deployment)));
  const wanted = inWindow.slice(0, MAX_STATUS_READS);
  await Promise.all(wanted.map(read));
  const lookBack = histories.flatMap((history) => earlierOnes(history, window.startMs - maxDelayMs));
  await Promise.all(lookBack.slice(0, MAX_STATUS_READS - wanted.length).map(read));

  const unread = inWindow.length - wanted.length;
  const detail = 'deployments of which it was not read when and whether they took effect';
  return {
    outcomes,
    gaps: [
      ...(unread > 0 ? [{ reason: 'budget', missing: { count: unread, exact: true }, detail } as const] : []),
      ...(cut > 0
        ? [{ reason: 'row-limit', missing: { count: cut, exact: false }, detail: 'older statuses' } as const]
        : []),
      ...toFailureGap(errors, 'statuses that could not be read'),
    ],
  };
}

interface RepositoryDeployment {
  readonly repository: Repository;
  readonly deployment: Deployment;
}

/** Those just before the window, of each place that something in the window was deployed to. */
function earlierOnes(
  { repository, deployments }: DeploymentHistory,
  beforeMs: number,
): RepositoryDeployment[] {
  const places = new Set(deployments.filter((deployment) => createdMs(deployment) >= beforeMs).map(placeOf));
  const earlier = deployments.filter((deployment) => createdMs(deployment) < beforeMs);
  return [...places].flatMap((place) =>
    earlier
      .filter((deployment) => placeOf(deployment) === place)
      .slice(0, MAX_LOOK_BACK)
      .map((deployment) => ({ repository, deployment })),
  );
}

/** What replaces each other. */
export function placeOf({ environment, task }: Deployment): string {
  return `${environment ?? ''}\u0000${task ?? ''}`;
}

function isWithin(deployment: Deployment, startMs: number, endMs: number): boolean {
  return createdMs(deployment) >= startMs && createdMs(deployment) < endMs;
}
