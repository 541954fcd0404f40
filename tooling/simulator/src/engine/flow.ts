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
  const { disturbances, tick } = moment;
  // By disturbance: shares not failed by it, and not even touched.
  const alive = disturbances.map(() => 1);
  const untouched = disturbances.map(() => 1);
  const arrivals: number[] = [];
  const attempts: number[] = [];
  let ownErrors = moment.errorShare * operation.errorWeight;
  const pass = (index: number, share: number, failed: number, touched: number): void => {
    alive[index] = (alive[index] ?? 1) * (1 - share * failed);
    untouched[index] = (untouched[index] ?? 1) * (1 - share * touched);
  };
  for (const [index, disturbance] of disturbances.entries()) {
    if (!isInService(disturbance.place, operation.service)) continue;
    const hit = disturbance.intensity(tick);
    pass(index, 1, hit * disturbance.failShare, hit);
  }
  for (const call of operation.calls) {
    const callee = findOperation(moment.topology, call.to);
    const below = fates.get(callee.id);
    const reaching = call.share * alive.reduce((product, share) => product * share, 1);
    let arriving = reaching;
    for (const [index, disturbance] of disturbances.entries()) {
      const here = isAtCall(disturbance.place, operation.service, callee.service);
      const hit = here ? disturbance.intensity(tick) : 0;
      arriving *= 1 - hit * disturbance.failShare;
      const [failed, served] = [below?.failed[index] ?? 0, below?.served[index] ?? 0];
      const survives = (1 - hit * disturbance.failShare) * (1 - failed);
      pass(index, call.share, 1 - survives, 1 - (1 - hit) * (1 - failed - served));
    }
    attempts.push(reaching);
    arrivals.push(arriving);
    ownErrors += call.share * (below?.ownErrors ?? 0);
  }
  return {
    served: alive.map((share, index) => share - (untouched[index] ?? 0)),
    failed: alive.map((share) => 1 - share),
    ownErrors,
    arrivals,
    attempts,
  };
}

/** The status with which an operation answers a request that the disturbance made fail. */
export function failureStatus(operation: Operation, disturbance: Moment['disturbances'][number]): number {
  return disturbedService(disturbance.place) === operation.service
    ? disturbance.failure.status
    : passedOnStatus(operation);
}
