/**
 * What a fault does to requests that pass one place. A pool that runs full makes one of these; a scenario may add its
 * own (a slow network, an expired certificate, a starved processor) without touching the rest of the engine.
 */
export interface Disturbance {
  readonly id: string;
  readonly place: DisturbedPlace;
  /** Share of the requests at that place that are disturbed, 0 to 1, by tick. */
  readonly intensity: (tick: number) => number;
  /** Share of the disturbed requests that fail. */
  readonly failShare: number;
  /** Extra time of a disturbed request that succeeds, from a uniform number in [0, 1). */
  readonly servedDelayMs: (unit: number) => number;
  /** Extra time of a disturbed request before it fails. */
  readonly failedDelayMs: (unit: number) => number;
  readonly failure: Failure;
}

/**
 * `before-call`: inside the caller, before its client span begins (a wait for a connection).
 * `in-call`: inside the client span, before the callee's server span begins (network, name resolution, handshake).
 * `in-service`: inside the server span of the service's operations.
 */
export type DisturbedPlace =
  | { readonly kind: 'before-call' | 'in-call'; readonly caller: string; readonly callee: string }
  | {
      readonly kind: 'in-service';
      readonly service: string;
      /** Ids of the operations it is limited to; all of the service when absent. */
      readonly operations?: readonly string[];
    };

export interface Failure {
  /** HTTP status that the disturbed service answers with. */
  readonly status: number;
  readonly errorType: string;
  /** What the service logs and records on its span. */
  readonly message: string;
  /** Exception and frames below the line; without them a service prints those of a missing connection, if it prints any. */
  readonly stack?: readonly string[];
}

/** Small waits below saturation: nobody notices, the high percentiles rise a little. */
export interface Strain {
  readonly place: DisturbedPlace;
  /** Mean wait at full strain. */
  readonly meanMs: number;
  /** 0 to 1 by tick. */
  readonly level: (tick: number) => number;
}

export function isAtCall(place: DisturbedPlace, caller: string, callee: string): boolean {
  return place.kind !== 'in-service' && place.caller === caller && place.callee === callee;
}

export function isInService(
  place: DisturbedPlace,
  operation: { readonly id: string; readonly service: string },
): boolean {
  if (place.kind !== 'in-service' || place.service !== operation.service) return false;
  return place.operations === undefined || place.operations.includes(operation.id);
}

/** Names the service whose own time the disturbance lengthens: the one at fault, or the caller across a bad network. */
export function disturbedService(place: DisturbedPlace): string {
  return place.kind === 'in-service' ? place.service : place.caller;
}
