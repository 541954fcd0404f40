import { runInDurableObject } from 'cloudflare:test';
import type { AlertRecord, RecordedAlert } from '@midwatch/core/incident';
import { lifeCycleSuite } from '@midwatch/server/life-cycle-suite';
import { openD1Store } from '@midwatch/store/d1';
import { beforeAll } from 'vitest';
import { createQueue, emptyDatabase, environment, migrate } from './__fixtures__/test-environment.js';
import { toPlace, toPlaceName } from './place.js';
import { PlaceObject } from './place-object.js';

beforeAll(migrate);

// The suite does the work itself, by its own clock: nobody is to be sent for it.
const quiet = { ...environment, WORK_QUEUE: createQueue().queue };

lifeCycleSuite('D1 and R2 in workerd, alerts through their places', async () => {
  await emptyDatabase();
  const store = await openD1Store(environment.DB, { bucket: environment.BUNDLES });
  return {
    ...store,
    recordAlert: async (record) => (await recordIn(record, [record]))[0]!,
    recordAlerts: async (records) => (records[0] === undefined ? [] : recordIn(records[0], records)),
  };
});

/** Through the object of the first one's place: the suite sends alerts of one place at a time. */
function recordIn(first: AlertRecord, records: readonly AlertRecord[]): Promise<readonly RecordedAlert[]> {
  const { PLACES: places } = environment;
  const stub = places.get(places.idFromName(toPlaceName(toPlace(first))));
  return runInDurableObject(stub, async (_, state) => {
    const recorded = await new PlaceObject(state, quiet).record(records);
    await state.storage.deleteAlarm();
    return recorded;
  });
}
