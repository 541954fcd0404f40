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
  /** Records of one place; the answers are in their order. */
  get(id: unknown): { record(records: readonly AlertRecord[]): Promise<readonly RecordedAlert[]> };
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
  const { PLACES: places } = environment;

  async function recordIn(name: string, records: readonly AlertRecord[]): Promise<readonly RecordedAlert[]> {
    try {
      return await places.get(places.idFromName(name)).record(records);
    } catch (error) {
      const recorded = await store.recordAlerts(records);
      const incidentIds = [...new Set(recorded.map(({ incidentId }) => incidentId))];
      const message = error instanceof Error ? error.message : String(error);
      console.error(JSON.stringify({ type: 'place-failed', incidentIds: incidentIds.slice(0, 20), message }));
      await sendWork(environment, incidentIds);
      return recorded;
    }
  }

  async function recordAlerts(records: readonly AlertRecord[]): Promise<readonly RecordedAlert[]> {
    const byPlace = Map.groupBy(records, (record) => toPlaceName(toPlace(record)));
    const answers = new Map<AlertRecord, RecordedAlert>();
    await Promise.all(
      [...byPlace].map(async ([name, own]) => {
        const recorded = await recordIn(name, own);
        for (const [index, record] of own.entries()) {
          const answer = recorded[index];
          if (answer !== undefined) answers.set(record, answer);
        }
      }),
    );
    return records.map((record) => {
      const answer = answers.get(record);
      if (answer === undefined) throw new Error('the object of a place gave no answer for an alert');
      return answer;
    });
  }

  return {
    ...store,
    recordAlerts,
    async recordAlert(record) {
      const [recorded] = await recordAlerts([record]);
      if (recorded === undefined) throw new Error('the object of a place gave no answer for an alert');
      return recorded;
    },
  };
}
