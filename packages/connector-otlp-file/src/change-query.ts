import type { DeploySignal, Gap, IncidentSignal, SignalQueryByKind } from '@midwatch/core';
import { type Found, targetConditions } from './query-file.js';
import { sliceWindow } from './time-slice.js';

/** The deploys that a query asks for. A service that was never deployed is no unknown service. */
export function findDeploys(
  all: readonly DeploySignal[],
  query: SignalQueryByKind['deploys'],
): Found<DeploySignal> {
  const gaps: Gap[] = (query.between ?? []).length === 0 ? [] : [betweenGap];
  return { signals: ofTarget(all, query), gaps, conditions: targetConditions(query) };
}

const betweenGap: Gap = {
  reason: 'unsupported-filter',
  detail: 'a file of deploys does not know what lies between two revisions',
};

/** The incidents that a query asks for; one without a service may concern any. */
export function findIncidents(
  all: readonly IncidentSignal[],
  query: SignalQueryByKind['incidents'],
): Found<IncidentSignal> {
  return { signals: ofTarget(all, query), gaps: [], conditions: targetConditions(query) };
}

function ofTarget<T extends DeploySignal | IncidentSignal>(
  all: readonly T[],
  { window, target }: SignalQueryByKind['deploys'],
): T[] {
  return sliceWindow<T>(all, window, ({ timestampMs }) => timestampMs).filter(
    ({ service, namespace }) =>
      (target.service === undefined || service === undefined || service === target.service) &&
      (target.namespace === undefined || namespace === undefined || namespace === target.namespace),
  );
}
