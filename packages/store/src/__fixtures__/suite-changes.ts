import type { ChangeQuery, NewChange, Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';

const sample: NewChange = {
  timestampMs: 1_000,
  service: 'checkout',
  namespace: 'shop',
  version: 'v2',
  previousVersion: 'v1',
  summary: 'smaller pool',
  actor: 'ann',
  url: 'https://ci.example/1',
  changes: [{ path: 'env POOL', before: '100', after: null }],
};

const wide: ChangeQuery = { startMs: 0, endMs: 100_000, limit: 100, keep: 'newest' };

async function addMany(store: Store, count: number, change: Partial<NewChange> = {}): Promise<void> {
  const changes = Array.from({ length: count }, (_, index) => ({
    ...sample,
    timestampMs: 1_000 + index,
    ...change,
  }));
  await store.changes.add(changes, 9_000);
}

export function changeTests(current: () => Store): void {
  const timesOf = async (query: Partial<ChangeQuery>) =>
    (await current().changes.list({ ...wide, ...query })).changes.map(({ timestampMs }) => timestampMs);

  test('a change comes back as it was told, with its id and when it was told', async () => {
    const store = current();
    expect(await store.changes.add([], 9_000)).toEqual([]);
    const [answer] = await store.changes.add([sample], 9_000);
    expect(answer).toEqual({ id: expect.stringMatching(/^chg-[0-9a-f]{20}$/), outcome: 'added' });
    const { changes, total } = await store.changes.list(wide);
    expect(changes).toEqual([{ ...sample, id: answer?.id, recordedAtMs: 9_000 }]);
    expect(total).toBe(1);
  });

  test('the same content is one change, in whatever order its keys come', async () => {
    const store = current();
    const [first] = await store.changes.add([sample], 9_000);
    const turned = Object.fromEntries(Object.entries(sample).toReversed()) as unknown as NewChange;
    expect(await store.changes.add([turned, turned], 10_000)).toEqual([
      { id: first?.id, outcome: 'repeated' },
      { id: first?.id, outcome: 'repeated' },
    ]);
    expect((await store.changes.list(wide)).changes).toMatchObject([{ recordedAtMs: 9_000 }]);
  });

  test.each([
    { timestampMs: 1_001 },
    { service: 'cart' },
    { namespace: 'other' },
    { version: 'v3' },
    { previousVersion: 'v0' },
    { summary: 'larger pool' },
    { actor: 'bob' },
    { url: 'https://ci.example/2' },
    { changes: [] },
    { changes: [{ path: 'env POOL', before: '100', after: '' }] },
  ] satisfies Partial<NewChange>[])('another content is another change: %j', async (other) => {
    const store = current();
    await store.changes.add([sample], 9_000);
    expect(await store.changes.add([{ ...sample, ...other }], 9_000)).toMatchObject([{ outcome: 'added' }]);
    expect((await store.changes.list(wide)).total).toBe(2);
  });

  test('a given id is kept, and stands for one change whatever else is told with it', async () => {
    const store = current();
    const answers = await store.changes.add(
      [
        { ...sample, id: 'run-1' },
        { ...sample, id: 'run-2' },
        { ...sample, id: 'run-1', summary: 'another' },
      ],
      9_000,
    );
    expect(answers).toEqual([
      { id: 'run-1', outcome: 'added' },
      { id: 'run-2', outcome: 'added' },
      { id: 'run-1', outcome: 'repeated' },
    ]);
    const { changes } = await store.changes.list(wide);
    expect(changes.map(({ id, summary }) => [id, summary])).toEqual([
      ['run-1', 'smaller pool'],
      ['run-2', 'smaller pool'],
    ]);
  });

  test('a list is half-open in time, ascends, and is of a service and a namespace', async () => {
    const store = current();
    await store.changes.add(
      [
        { timestampMs: 3_000, service: 'cart', namespace: 'other', changes: [] },
        { timestampMs: 1_000, service: 'cart', changes: [] },
        { timestampMs: 2_000, service: 'checkout', namespace: 'shop', changes: [] },
      ],
      9_000,
    );
    expect(await timesOf({})).toEqual([1_000, 2_000, 3_000]);
    expect(await timesOf({ startMs: 1_000, endMs: 3_000 })).toEqual([1_000, 2_000]);
    expect(await timesOf({ service: 'cart' })).toEqual([1_000, 3_000]);
    expect(await timesOf({ namespace: 'shop' })).toEqual([1_000, 2_000]);
    expect(await timesOf({ service: 'cart', namespace: 'shop' })).toEqual([1_000]);
    expect(await timesOf({ service: 'nobody' })).toEqual([]);
    expect(await timesOf({ startMs: 5_000, endMs: 4_000 })).toEqual([]);
  });

  test.each([
    ['newest', [1_006, 1_007, 1_008]],
    ['oldest', [1_000, 1_001, 1_002]],
    ['spread', [1_002, 1_005, 1_008]],
  ] as const)('beyond the limit the %s stay, and the total tells of the rest', async (keep, times) => {
    const store = current();
    await addMany(store, 9);
    await store.changes.add([{ ...sample, service: 'cart' }], 9_000);
    const query = { ...wide, service: 'checkout', limit: 3, keep };
    expect(await timesOf(query)).toEqual(times);
    expect((await store.changes.list(query)).total).toBe(9);
    expect(await timesOf({ ...query, limit: 9 })).toHaveLength(9);
    expect(await timesOf({ ...query, limit: 10 })).toHaveLength(9);
  });

  test('a thousand at once, and no more', async () => {
    const store = current();
    await addMany(store, 1_000, { summary: 'x'.repeat(3_000) });
    expect((await store.changes.list({ ...wide, limit: 1_000 })).changes).toHaveLength(1_000);
    await expect(addMany(store, 1_001)).rejects.toMatchObject({ code: 'too-large' });
  });

  test('one that cannot be kept keeps all of them out', async () => {
    const store = current();
    const bad: readonly (readonly [Partial<NewChange>, string])[] = [
      [{ timestampMs: 0.5 }, 'bad-time'],
      [{ summary: 'x'.repeat(262_144) }, 'too-large'],
      [{ id: 'x'.repeat(262_145) }, 'too-large'],
    ];
    for (const [change, code] of bad) {
      const changes = [sample, { ...sample, ...change }];
      await expect(store.changes.add(changes, 9_000)).rejects.toMatchObject({ code });
    }
    expect(await store.changes.list(wide)).toEqual({ changes: [], total: 0 });
  });

  test('a query that no answer has is refused', async () => {
    for (const limit of [0, 1_001, 1.5]) {
      await expect(current().changes.list({ ...wide, limit })).rejects.toMatchObject({ code: 'bad-page' });
    }
    await expect(current().changes.list({ ...wide, startMs: Number.NaN })).rejects.toMatchObject({
      code: 'bad-time',
    });
  });

  test.each([`'); drop table told_change; --`, '"\\ `$1 ? :name', 'a\0b\ud800c', '日本語 🦊 \u202e', '__proto__'])(
    'text that came from outside comes back as it was: %j',
    async (text) => {
      const store = current();
      const change = {
        ...sample,
        service: text,
        namespace: text,
        summary: text,
        changes: [{ path: text, before: text, after: text }],
      };
      await store.changes.add([{ ...change, id: text }], 9_000);
      const { changes } = await store.changes.list({ ...wide, service: text, namespace: text });
      const id = text.toWellFormed().replaceAll('\0', '\uFFFD');
      expect(changes).toEqual([{ ...change, id, recordedAtMs: 9_000 }]);
    },
  );

  test('retention goes by the time of the change, the oldest first, in bounded batches', async () => {
    const store = current();
    await addMany(store, 5);
    const ledger = { analyses: 0, outcomes: 0, ratings: 0, memories: 0 };
    const none = { incidents: 0, bundles: 0, auditEntries: 0, ...ledger };
    const before = { changesBeforeMs: 1_003 };
    expect(await store.prune({ ...before, limit: 2 })).toEqual({ ...none, changes: 2 });
    expect(await timesOf({})).toEqual([1_002, 1_003, 1_004]);
    expect(await store.prune({ ...before, limit: 2 })).toEqual({ ...none, changes: 1 });
    expect(await store.prune({ limit: 2 })).toEqual({ ...none, changes: 0 });
    expect(await timesOf({})).toEqual([1_003, 1_004]);
  });
}
