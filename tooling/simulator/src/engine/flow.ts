import { disturbedService, isAtCall, isInService } from './disturbance.js';
import { type Moment, passedOnStatus } from './request.js';
import { findOperation, type Operation, type Topology } from './topology.js';

/** How the requests of one operation fare at one moment: shares of its requests. */
export interface Fate {
  /** By disturbance, in the moment's order: delayed but served. */
  readonly served: readonly number[];
  /** By disturbance, in the moment's order: failed, here or further down. */
  readonly failed: readonly number[];
  /** Failed on any day. */
  readonly ownErrors: number;
  /** For each call, in order: how many arrive at the callee per request of this operation. */
  readonly arrivals: readonly number[];
  /** For each call, in order: how many are attempted per request of this operation. */
  readonly attempts: readonly number[];
}

/** Operations so that every caller stands before what it calls. */
export function callersFirst(topology: Topology): readonly Operation[] {
  const ordered: Operation[] = [];
  const place = (operation: Operation): void => {
    if (ordered.includes(operation)) return;
    for (const call of operation.calls) place(findOperation(topology, call.to));
    ordered.push(operation);
  };
  for (const operation of topology.operations) place(operation);
  return ordered.reverse();
}

/** Works out the fate of one operation's requests from the fates of what it calls. */
export function fateOf(operation: Operation, moment: Moment, fates: ReadonlyMap<string, Fate>): Fate {
  const served = moment.disturbances.map(() => 0);
  const failed = moment.disturbances.map(() => 0);
  const arrivals: number[] = [];
  const attempts: number[] = [];
  let alive = 1;
  let ownErrors = moment.errorShare * operation.errorWeight;

  for (const [index, disturbance] of moment.disturbances.entries()) {
    if (!isInService(disturbance.place, operation.service)) continue;
    const hit = disturbance.intensity(moment.tick);
    failed[index] = hit * disturbance.failShare;
    served[index] = hit * (1 - disturbance.failShare);
    alive *= 1 - hit * disturbance.failShare;
  }
  for (const call of operation.calls) {
    const callee = findOperation(moment.topology, call.to);
    const below = fates.get(callee.id);
    let arriving = call.share * alive;
    attempts.push(arriving);
    for (const [index, disturbance] of moment.disturbances.entries()) {
      if (!isAtCall(disturbance.place, operation.service, callee.service)) continue;
      const hit = arriving * disturbance.intensity(moment.tick);
      failed[index] = (failed[index] ?? 0) + hit * disturbance.failShare;
      served[index] = (served[index] ?? 0) + hit * (1 - disturbance.failShare);
      alive -= hit * disturbance.failShare;
      arriving -= hit * disturbance.failShare;
    }
    arrivals.push(arriving);
    if (below === undefined) continue;
    for (const index of moment.disturbances.keys()) {
      const lost = arriving * (below.failed[index] ?? 0);
      failed[index] = (failed[index] ?? 0) + lost;
      served[index] = (served[index] ?? 0) + arriving * (below.served[index] ?? 0);
      alive -= lost;
    }
    ownErrors += call.share * below.ownErrors;
  }
  return { served, failed, ownErrors, arrivals, attempts };
}

/** The status with which an operation answers a request that the disturbance made fail. */
export function failureStatus(operation: Operation, disturbance: Moment['disturbances'][number]): number {
  return disturbedService(disturbance.place) === operation.service
    ? disturbance.failure.status
    : passedOnStatus(operation);
}
