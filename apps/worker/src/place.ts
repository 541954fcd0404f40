import type { AlertRecord, RecordedAlert, Store } from '@midwatch/core/incident';
import type { Environment } from './environment.js';
import { sendWork } from './send-work.js';

/** Where alerts are grouped: storms go by it. */
export interface Place {
  readonly environment: string | undefined;
  readonly namespace: string | undefined;
}

export interface PlaceNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): { record(record: AlertRecord): Promise<RecordedAlert> };
}

/** Labels come from outside and may be long; whoever shares so much of a name shares an object, which does no harm. */
const MAX_NAME_LENGTH = 500;

export function toPlace({ alert }: AlertRecord): Place {
  return { environment: alert.target.environment, namespace: alert.target.namespace };
}

export function toPlaceName({ environment, namespace }: Place): string {
  return JSON.stringify([environment ?? null, namespace ?? null]).slice(0, MAX_NAME_LENGTH);
}

/**
 * The same store, whose alerts go through the object of their place. D1 groups them rightly by itself as well, so an object that
 * does not answer keeps no alert out.
 */
export function withPlaces(store: Store, environment: Environment): Store {
  return {
    ...store,
    async recordAlert(record) {
      const { PLACES: places } = environment;
      try {
        return await places.get(places.idFromName(toPlaceName(toPlace(record)))).record(record);
      } catch (error) {
        const recorded = await store.recordAlert(record);
        const message = error instanceof Error ? error.message : String(error);
        console.error(JSON.stringify({ type: 'place-failed', incidentId: recorded.incidentId, message }));
        await sendWork(environment, [recorded.incidentId]);
        return recorded;
      }
    },
  };
}
