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
  // Share of the requests that nothing has failed so far, and by disturbance: failed by it; survivors it did not touch.
  let alive = 1;
  const failed = disturbances.map(() => 0);
  const untouched = disturbances.map(() => 1);
  const arrivals: number[] = [];
  const attempts: number[] = [];
  let ownErrors = moment.errorShare * operation.errorWeight;
  const fail = (index: number, share: number): void => {
    failed[index] = (failed[index] ?? 0) + share;
    alive -= share;
  };
  /** Of `share` of the requests, `spared` were neither delayed nor failed and `survived` were not failed. */
  const touch = (index: number, share: number, spared: number, survived: number): void => {
    const kept = (untouched[index] ?? 1) * (1 - share + share * spared);
    const all = 1 - share + share * survived;
    untouched[index] = all > 0 ? kept / all : 0;
  };
  for (const [index, disturbance] of disturbances.entries()) {
    if (!isInService(disturbance.place, operation)) continue;
    const hit = disturbance.intensity(tick);
    touch(index, 1, 1 - hit, 1 - hit * disturbance.failShare);
    fail(index, alive * hit * disturbance.failShare);
  }
  for (const call of operation.calls) {
    const callee = findOperation(moment.topology, call.to);
    const below = fates.get(callee.id);
    const reaching = call.share * alive;
    let arriving = reaching;
    const hits = disturbances.map(({ place, intensity }) =>
      isAtCall(place, operation.service, callee.service) ? intensity(tick) : 0,
    );
    for (const [index, disturbance] of disturbances.entries()) {
      const hit = hits[index] ?? 0;
      const [failedBelow, servedBelow] = [below?.failed[index] ?? 0, below?.served[index] ?? 0];
      const survived = (1 - hit * disturbance.failShare) * (1 - failedBelow);
      touch(index, call.share, (1 - hit) * (1 - failedBelow - servedBelow), survived);
      const lost = arriving * hit * disturbance.failShare;
      fail(index, lost);
      arriving -= lost;
    }
    for (const index of disturbances.keys()) fail(index, arriving * (below?.failed[index] ?? 0));
    attempts.push(reaching);
    arrivals.push(arriving);
    ownErrors += call.share * (below?.ownErrors ?? 0);
  }
  const served = untouched.map((share) => alive * (1 - share));
  const delayed = served.reduce((sum, share) => sum + share, 0);
  // A request that two disturbances delay counts for each in part.
  const fit = delayed > alive ? alive / delayed : 1;
  return { served: served.map((share) => share * fit), failed, ownErrors, arrivals, attempts };
}

/** The status with which an operation answers a request that the disturbance made fail. */
export function failureStatus(operation: Operation, disturbance: Moment['disturbances'][number]): number {
  return disturbedService(disturbance.place) === operation.service
    ? disturbance.failure.status
    : passedOnStatus(operation);
}
