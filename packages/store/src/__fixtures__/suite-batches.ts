import type { RecordedAlert, Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { createMemoryStore } from '../memory/index.js';
import { randomRecords } from './random-records.js';
import { sampleRecord, sampleSteps } from './sample-records.js';

const COUNT = 90;
/** Sizes of the batches of a series, by turns. */
const SIZES = [1, 7, 2, 30, 5];

async function oneByOne(store: Store, records: ReturnType<typeof randomRecords>): Promise<RecordedAlert[]> {
  const recorded: RecordedAlert[] = [];
  for (const record of records) recorded.push(await store.recordAlert(record));
  return recorded;
}

async function inBatches(store: Store, records: ReturnType<typeof randomRecords>): Promise<RecordedAlert[]> {
  const recorded: RecordedAlert[] = [];
  for (let batch = 0; recorded.length < records.length; batch += 1) {
    const size = SIZES[batch % SIZES.length] ?? 1;
    recorded.push(...(await store.recordAlerts(records.slice(recorded.length, recorded.length + size))));
  }
  return recorded;
}

/** All that is there of the incidents of a prefix: themselves, their alerts and timeline, and their steps in order. */
async function contentOf(store: Store, ids: readonly string[]) {
  const incidents = await Promise.all([...new Set(ids)].map((id) => store.getIncident(id)));
  const steps: unknown[] = [];
  for (const id of new Set(ids)) {
    for (;;) {
      const step = await store.steps.claim({ nowMs: 10_000_000, leaseMs: 1, incidentId: id });
      if (step === undefined) break;
      const { input, key, kind, queuedAtMs } = step;
      steps.push({ id, key, kind, input, queuedAtMs });
      await store.steps.complete(step, { nowMs: 10_000_000 });
    }
  }
  return { incidents, steps };
}

/** What is expected of one series, told without its prefix. */
const plain = (value: unknown, prefix: string): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(`${prefix}-`, ''));

/** Many alerts in one transaction. */
export function batchTests(current: () => Store): void {
  for (const seed of [1, 2, 3, 4]) {
    test(`${COUNT} alerts in batches are kept as one by one, and as a memory keeps them (series ${seed})`, async () => {
      const store = current();
      const told = async (engine: Store, prefix: string, recorded: RecordedAlert[]) => {
        const content = await contentOf(
          engine,
          recorded.map(({ incidentId }) => incidentId),
        );
        return plain({ recorded, ...content }, prefix);
      };
      const single = await oneByOne(store, randomRecords(seed, COUNT, 'single'));
      const batched = await inBatches(store, randomRecords(seed, COUNT, 'batched'));
      const memory = createMemoryStore();
      const known = await oneByOne(memory, randomRecords(seed, COUNT, 'known'));
      const [ofSingle, ofBatched, ofMemory] = [
        await told(store, 'single', single),
        await told(store, 'batched', batched),
        await told(memory, 'known', known),
      ];
      expect(ofBatched).toEqual(ofSingle);
      expect(ofBatched).toEqual(ofMemory);
      // The series is worth something: everything happens in it.
      expect(new Set(batched.map(({ outcome }) => outcome)).size).toBe(4);
      for (const what of ['storm-joined', 'turned'])
        expect([what, JSON.stringify(ofBatched).includes(what)]).toEqual([what, true]);
    });
  }

  test('what comes with a turn comes when the incident burns again, and when nothing of it fires any more', async () => {
    const store = current();
    const tell = async (fingerprint: string, startsAtMs: number, status: 'firing' | 'resolved') => {
      const key = `${fingerprint}-${startsAtMs}-${status}`;
      const effects = { turned: { steps: [{ key, kind: 'k', dueAtMs: 0 }] } };
      await store.recordAlert(sampleRecord({ effects, alert: { fingerprint, startsAtMs, status } }));
      return (await store.steps.get('inc-1', key)) !== undefined;
    };
    expect(await tell('f1', 1, 'firing')).toBe(false);
    expect(await tell('f2', 1, 'firing')).toBe(false);
    expect(await tell('f1', 1, 'resolved')).toBe(false);
    expect(await tell('f2', 1, 'resolved')).toBe(true);
    expect(await tell('f3', 1, 'resolved')).toBe(false);
    expect(await tell('f1', 2, 'firing')).toBe(true);
    expect(await tell('f2', 2, 'firing')).toBe(false);
  });

  test('of a batch with one that is refused nothing is kept', async () => {
    const store = current();
    const good = sampleRecord({ effects: { opened: sampleSteps(1) } });
    const bad = sampleRecord({ incidentId: 'inc-2', alert: { fingerprint: 'f2', name: 'x'.repeat(300_000) } });
    await expect(store.recordAlerts([good, bad])).rejects.toMatchObject({ code: 'too-large' });
    expect(await store.getIncident('inc-1')).toBeUndefined();
    expect(await store.steps.get('inc-1', 's0')).toBeUndefined();
    expect(await store.recordAlerts([])).toEqual([]);
    expect(await store.recordAlerts([good])).toEqual([{ incidentId: 'inc-1', outcome: 'opened' }]);
  });

  test('a hundred in one batch, the same alert twice among them, and batches of one group at once', async () => {
    const store = current();
    const records = Array.from({ length: 100 }, (_, index) =>
      sampleRecord({ incidentId: `inc-${index}`, alert: { fingerprint: `f${index % 99}` } }),
    );
    const first = await store.recordAlerts(records);
    expect(first.map(({ outcome }) => outcome)).toEqual([
      'opened',
      ...Array.from({ length: 98 }, () => 'joined'),
      'repeated',
    ]);
    const more = [1, 2, 3, 4].map((batch) =>
      store.recordAlerts(
        Array.from({ length: 10 }, (_, index) =>
          sampleRecord({ incidentId: 'other', alert: { fingerprint: `more-${batch}-${index}` } }),
        ),
      ),
    );
    expect((await Promise.all(more)).flat().every(({ outcome }) => outcome === 'joined')).toBe(true);
    expect(await store.getIncident('inc-0')).toMatchObject({ alertCount: 139 });
  });
}
