import type { AdmittedAnalysis, Collection, IncidentDetails, Store } from '@midwatch/core/incident';
import { readLooks } from './incident-state.js';
import type { KeptLook } from './kept-look.js';
import { getBundle } from './look-bundle.js';

/** An incident as it stands in a store: what was read, and what was said of it. */
export interface RecalledIncident {
  readonly incident: IncidentDetails;
  /** The newest look that found something; `analysis` in it is what the evidence alone said. */
  readonly look: KeptLook;
  /** What stands: the model's answer, where there is one. */
  readonly analysis: AdmittedAnalysis;
  /** The redacted signals of that look; absent when they were too large to keep, or are deleted by now. */
  readonly collection?: Collection;
}

/** Reads only. `undefined` when there is no such incident, `unread` when no look at it has ended yet. */
export async function recall(
  store: Pick<Store, 'bundles' | 'getIncident' | 'steps'>,
  incidentId: string,
): Promise<RecalledIncident | 'unread' | undefined> {
  const incident = await store.getIncident(incidentId);
  if (incident === undefined) return undefined;
  const { state } = await readLooks(store, incidentId);
  if (state === undefined) return 'unread';
  const { analysis, bundleKey, look } = state;
  const collection = bundleKey === undefined ? undefined : await getBundle(store.bundles, bundleKey);
  return { incident, look, analysis, ...(collection === undefined ? {} : { collection }) };
}
