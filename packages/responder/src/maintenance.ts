import type { Target } from '@midwatch/core';
import type { Incident } from '@midwatch/core/incident';
import type { LifeCycleRules, MaintenanceWindow } from './rules.js';

type Place = Pick<Target, 'environment' | 'namespace' | 'service'>;

/** The window that covers a place now; of several the one that ends last. */
export function findMaintenance(
  { maintenance }: LifeCycleRules,
  place: Place,
  nowMs: number,
): MaintenanceWindow | undefined {
  return maintenance
    .filter(({ endsAt, startsAt }) => Date.parse(startsAt) <= nowMs && nowMs < Date.parse(endsAt))
    .filter((window) => covers(window, place))
    .toSorted((one, other) => Date.parse(other.endsAt) - Date.parse(one.endsAt))[0];
}

/** A storm has no service: only a window of its namespace or environment covers it. */
export function placeOf({ environment, namespace, service }: Incident): Place {
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(service === undefined ? {} : { service }),
  };
}

function covers({ environment, namespace, service }: MaintenanceWindow, place: Place): boolean {
  return (
    (environment ?? place.environment) === place.environment &&
    (namespace ?? place.namespace) === place.namespace &&
    (service ?? place.service) === place.service
  );
}
