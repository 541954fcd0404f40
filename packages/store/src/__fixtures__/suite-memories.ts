import type { Effects, NewMemory, Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleRecord } from './sample-records.js';

const timeout = 'log-pattern checkout new timeout waiting for a connection';
const restarts = 'metric-shift checkout up restarts';

function sampleMemory(memory: Partial<NewMemory> = {}): NewMemory {
  return {
    ...{ key: 'import-1', atMs: 1_000, service: 'checkout', namespace: 'shop', causeService: 'db-proxy' },
    ...{ cause: 'pool limit lowered', signatures: [timeout, restarts], words: [] },
    ...memory,
  };
}

const told = { helped: 0, misled: 0 };
const { key: _, ...ownMemory } = sampleMemory();

export function memoryTests(current: () => Store): void {
  const open = (incidentId: string, nowMs = 10_000) =>
    current().recordAlert(
      sampleRecord({
        ...{ incidentId, groupKey: incidentId, nowMs, effects: {} },
        alert: { fingerprint: incidentId },
      }),
    );
  const apply = (incidentId: string, effects: Effects, nowMs = 11_000) =>
    current().apply({ incidentId, nowMs, effects });
  const find = async (query: { signatures?: string[]; words?: string[] }) => {
    const found = await current().memories.search({ signatures: [], words: [], limit: 200, ...query });
    return found.memories.map(({ key }) => key);
  };

  test('one comes back whole by any signature or word that it has, and by no other', async () => {
    const { memories } = current();
    const bare: NewMemory = { key: 'import-2', atMs: -5, cause: 'disk', signatures: [], words: ['réplica', '日本語'] };
    expect(await memories.add([sampleMemory(), bare], 5)).toBe(2);
    expect(await memories.search({ signatures: [timeout], words: ['réplica'], limit: 9 })).toEqual({
      memories: expect.arrayContaining([
        { ...sampleMemory(), ...told },
        { ...bare, ...told },
      ]),
      total: 2,
    });
    expect(await find({ signatures: [restarts] })).toEqual(['import-1']);
    expect(await find({ words: ['日本語'] })).toEqual(['import-2']);
    for (const word of ['replica', 'checkout', 'OR', '*', '"', "'; drop table memory; --", ''])
      expect(await find({ words: [word] })).toEqual([]);
    expect(await find({})).toEqual([]);
  });

  test('what shares more comes first, and a limit holds', async () => {
    const { memories } = current();
    await memories.add(
      [
        sampleMemory({ key: 'import-a', signatures: [timeout, 'other a'] }),
        sampleMemory({ key: 'import-b', signatures: [timeout, restarts] }),
        sampleMemory({ key: 'import-c', signatures: [timeout, 'other c'] }),
      ],
      5,
    );
    expect((await find({ signatures: [timeout, restarts] }))[0]).toBe('import-b');
    const { memories: found, total } = await memories.search({ signatures: [timeout], words: [], limit: 1 });
    expect([found.length, total]).toEqual([1, 3]);
    await expect(memories.search({ signatures: [], words: [], limit: 201 })).rejects.toMatchObject({
      code: 'bad-page',
    });
  });

  test('the same again changes nothing, and of several one that cannot be kept keeps all out', async () => {
    const { memories } = current();
    await memories.add([sampleMemory()], 5);
    const again = sampleMemory({ cause: 'another' });
    expect(await memories.add([again, sampleMemory({ key: 'import-2' })], 6)).toBe(1);
    expect((await memories.search({ signatures: [timeout], words: [], limit: 9 })).memories[0]?.cause).toBe(
      'pool limit lowered',
    );
    const tooLarge = sampleMemory({ key: 'import-4', cause: 'x'.repeat(300_000) });
    await expect(memories.add([sampleMemory({ key: 'import-3' }), tooLarge], 7)).rejects.toMatchObject({
      code: 'too-large',
    });
    expect(await find({ signatures: [timeout] })).toEqual(['import-1', 'import-2']);
  });

  test("an incident's own is replaced and forgotten by its effects", async () => {
    await open('inc-1');
    await apply('inc-1', { memory: ownMemory });
    await apply('inc-1', { memory: { ...ownMemory, signatures: [restarts], cause: 'memory leak' } });
    expect(await find({ signatures: [timeout] })).toEqual([]);
    const { memories } = await current().memories.search({ signatures: [restarts], words: [], limit: 9 });
    expect(memories).toEqual([
      { ...sampleMemory({ key: 'inc-1', signatures: [restarts], cause: 'memory leak' }), ...told },
    ]);
    await apply('inc-1', { memory: 'none' });
    expect(await find({ signatures: [restarts] })).toEqual([]);
    expect(await apply('nobody', { memory: ownMemory })).toBe(false);
    expect(await find({ signatures: [timeout] })).toEqual([]);
  });

  test('what came of showing one is counted, and a later verdict replaces one', async () => {
    const store = current();
    await store.memories.add([sampleMemory()], 5);
    for (const id of ['inc-1', 'inc-2']) {
      await open(id);
      await apply(id, { memoriesShown: ['import-1', 'gone'] });
      await apply(id, { memoriesShown: ['import-1'], memoryVerdicts: [{ key: 'import-1', verdict: 'misled' }] });
    }
    expect(await store.memories.listShown('inc-1')).toEqual([{ ...sampleMemory(), helped: 0, misled: 2 }]);
    await apply('inc-2', { memoryVerdicts: [{ key: 'import-1', verdict: 'helped' }] });
    await apply('inc-2', { memoryVerdicts: [{ key: 'never-shown', verdict: 'helped' }] });
    expect(await store.memories.listShown('inc-2')).toEqual([{ ...sampleMemory(), helped: 1, misled: 1 }]);
    expect(await store.memories.listShown('nobody')).toEqual([]);
  });

  test('a deleted incident is remembered no longer; what it taught of other memories stays', async () => {
    const store = current();
    await store.memories.add([sampleMemory()], 20_000);
    await open('inc-1');
    await apply('inc-1', {
      memory: ownMemory,
      memoriesShown: ['import-1'],
      memoryVerdicts: [{ key: 'import-1', verdict: 'misled' }],
    });
    expect(await find({ signatures: [timeout] })).toHaveLength(2);
    expect(await store.prune({ incidentsBeforeMs: 12_000, limit: 9 })).toMatchObject({ incidents: 1 });
    const { memories, total } = await store.memories.search({ signatures: [timeout], words: [], limit: 9 });
    expect([memories, total]).toEqual([[{ ...sampleMemory(), helped: 0, misled: 1 }], 1]);
    expect(await store.prune({ ledgerBeforeMs: 20_001, limit: 9 })).toMatchObject({ memories: 1 });
    expect(await find({ signatures: [timeout] })).toEqual([]);
  });
}
