import type { AlertRecord, RecordedAlert } from '@midwatch/core/incident';
import { expect, it } from 'vitest';
import { IntakeFullError } from './intake-full-error.js';
import { recordTogether } from './record-together.js';

const recordOf = (incidentId: string) => ({ incidentId }) as AlertRecord;
const answerTo = ({ incidentId }: AlertRecord): RecordedAlert => ({ incidentId, outcome: 'opened' });
const idsOf = (records: readonly AlertRecord[]) => records.map(({ incidentId }) => incidentId);

/** A store whose transactions end when they are told to. */
function createStore(isPoison: (id: string) => boolean = () => false) {
  const batches: string[][] = [];
  const singles: string[] = [];
  const endings: (() => void)[] = [];
  let isHeld = false;
  return {
    batches,
    singles,
    hold: () => {
      isHeld = true;
    },
    release: () => {
      isHeld = false;
      for (const end of endings.splice(0)) end();
    },
    async recordAlerts(records: readonly AlertRecord[]) {
      batches.push(idsOf(records));
      if (isHeld) await new Promise<void>((resolve) => endings.push(resolve));
      if (records.some(({ incidentId }) => isPoison(incidentId))) throw new Error('one of them is poison');
      return records.map((record) => answerTo(record));
    },
    async recordAlert(record: AlertRecord) {
      singles.push(record.incidentId);
      if (isPoison(record.incidentId)) throw new Error(`${record.incidentId} is poison`);
      return answerTo(record);
    },
  };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

it('what arrives while a transaction runs goes into the next, in order, a hundred at most', async () => {
  const store = createStore();
  const record = recordTogether(store);
  store.hold();
  const first = record(recordOf('first'));
  await turn();
  const later = Array.from({ length: 150 }, (_, index) => record(recordOf(`later-${index}`)));
  await turn();
  expect(store.batches).toEqual([['first']]);
  store.release();
  expect(await first).toEqual({ incidentId: 'first', outcome: 'opened' });
  expect(idsOf((await Promise.all(later)) as never)).toEqual(later.map((_, index) => `later-${index}`));
  expect(store.batches.map(({ length }) => length)).toEqual([1, 100, 50]);
});

it('one that cannot be kept fails by itself', async () => {
  const store = createStore((id) => id === 'poison');
  const record = recordTogether(store);
  const settled = await Promise.allSettled(['a', 'poison', 'b'].map((id) => record(recordOf(id))));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(settled[1]).toMatchObject({ reason: { message: 'poison is poison' } });
  expect(store.singles).toEqual(['a', 'poison', 'b']);
  await expect(record(recordOf('poison'))).rejects.toThrow('one of them is poison');
});

it('takes no more than 2,000 beyond what is being kept, and goes on afterwards', async () => {
  const store = createStore();
  const record = recordTogether(store);
  store.hold();
  const first = record(recordOf('first'));
  await turn();
  const waiting = Array.from({ length: 2_000 }, (_, index) => record(recordOf(`w-${index}`)));
  const refused = await record(recordOf('too-many')).catch((error: unknown) => error);
  expect(IntakeFullError.is(refused)).toBe(true);
  store.release();
  expect(await Promise.all([first, ...waiting])).toHaveLength(2_001);
  expect(await record(recordOf('again'))).toMatchObject({ incidentId: 'again' });
});
