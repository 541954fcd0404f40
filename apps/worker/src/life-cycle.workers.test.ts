import { runInDurableObject } from 'cloudflare:test';
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
    recordAlert(record) {
      const { PLACES: places } = environment;
      const stub = places.get(places.idFromName(toPlaceName(toPlace(record))));
      return runInDurableObject(stub, async (_, state) => {
        const recorded = await new PlaceObject(state, quiet).record(record);
        await state.storage.deleteAlarm();
        return recorded;
      });
    },
  };
});
