import { expect, test } from 'vitest';
import { chainActionLog } from './action-log-chain.js';
import type { ActionLogEntry } from './action-store.js';
import { verifyActionLog } from './verify-action-log.js';

const entryOf = (action: string) => ({
  ...{ actor: 'ann', action, incidentId: 'inc-1', planId: 'p1' },
  detail: { reason: 'latency', gates: [{ passed: true, gate: 'a' }] },
});

/** Five entries; some of them changed. */
async function sampleLog(change: (entries: ActionLogEntry[]) => void = () => undefined) {
  const entries = [...(await chainActionLog('abcde'.split('').map(entryOf), undefined, 1_000))];
  change(entries);
  return entries;
}
const changed = (number: number, values: Partial<ActionLogEntry>) =>
  sampleLog((entries) => {
    entries[number - 1] = { ...entries[number - 1]!, ...values };
  });
const faultOf = async (entries: readonly ActionLogEntry[], kept?: Parameters<typeof verifyActionLog>[1]) => {
  const { fault } = await verifyActionLog(entries, kept);
  return fault && `${fault.number} ${fault.reason}`;
};
const erase = ({ actor: _actor, detail: _detail, salt: _salt, ...rest }: ActionLogEntry): ActionLogEntry =>
  rest;

test('a log that nobody touched is verified up to its head, whole or empty', async () => {
  const entries = await sampleLog();
  const { atMs, hash, number } = entries[4]!;
  const head = { number, hash, atMs };
  expect(await verifyActionLog(entries, { head })).toEqual({ verified: 5, erased: 0, head });
  expect(await verifyActionLog([])).toEqual({ verified: 0, erased: 0 });
});

test('the order of keys and what is undefined make no difference, any content does', async () => {
  const detail = { gates: [{ gate: 'a', passed: true }], more: undefined, reason: 'latency' };
  expect(await faultOf(await changed(2, { detail }))).toBeUndefined();
  expect(await faultOf(await changed(2, { detail: { ...detail, reason: 'Latency' } }))).toBe('2 altered');
  const values: Partial<ActionLogEntry>[] = [
    { actor: 'bob' },
    { action: 'x' },
    { atMs: 1_001 },
    { incidentId: 'inc-2' },
    { planId: 'p2' },
    { detailHash: 'aa' },
    { salt: 'aa' },
    { hash: 'aa' },
    { previousHash: 'aa' },
  ];
  for (const value of values) expect(await faultOf(await changed(3, value))).toBe('3 altered');
});

test('an entry that is missing, put in, twice or in another place is a gap', async () => {
  expect(await faultOf(await sampleLog((entries) => entries.splice(2, 1)))).toBe('3 gap');
  expect(await faultOf(await sampleLog((entries) => entries.splice(0, 1)))).toBe('1 gap');
  expect(await faultOf(await sampleLog((entries) => entries.splice(2, 0, entries[1]!)))).toBe('3 gap');
  expect(await faultOf(await sampleLog((entries) => entries.reverse()))).toBe('1 gap');
});

test('an entry that was hashed anew does not fit the next one', async () => {
  const entries = await sampleLog();
  const [forged] = await chainActionLog([entryOf('forged')], entries[1], 1_000);
  expect(await faultOf([...entries.slice(0, 2), forged!, ...entries.slice(3)])).toBe('4 unlinked');
});

test('a log that was cut or written anew is found by a head that was kept', async () => {
  const entries = await sampleLog();
  const head = entries[3]!;
  expect(await faultOf(entries, { head })).toBeUndefined();
  expect(await faultOf(entries.slice(0, 4), { head })).toBeUndefined();
  expect(await faultOf(entries.slice(0, 3))).toBeUndefined();
  expect(await faultOf(entries.slice(0, 3), { head })).toBe('4 cut-off');
  expect(await faultOf([], { head })).toBe('1 cut-off');
  expect(await faultOf(await sampleLog(), { head })).toBe('4 other-head');
});

test('a part is verified behind the entry before it', async () => {
  const entries = await sampleLog();
  const previous = entries[1]!;
  const head = entries[4]!;
  expect(await verifyActionLog(entries.slice(2), { previous, head })).toMatchObject({ verified: 3 });
  expect(await faultOf(entries.slice(2), { previous, head })).toBeUndefined();
  expect(await faultOf(entries.slice(2), { previous: { ...previous, hash: 'aa' } })).toBe('3 unlinked');
  expect(await faultOf(entries.slice(3), { previous })).toBe('3 gap');
  expect(await faultOf([], { previous, head: { number: 2, hash: 'aa' } })).toBe('2 other-head');
});

test('what was erased is counted; half of it is an alteration', async () => {
  const entries = await sampleLog((all) => {
    all[1] = erase(all[1]!);
    all[3] = erase(all[3]!);
  });
  expect(await verifyActionLog(entries)).toMatchObject({ verified: 5, erased: 2 });
  const { salt: _salt, ...half } = (await sampleLog())[0]!;
  expect(await faultOf([half])).toBe('1 altered');
  expect(await faultOf([{ ...erase(half), actor: 'ann' }])).toBe('1 altered');
  expect(await faultOf([{ ...erase(half), detail: null }])).toBe('1 altered');
});

test('the hashes are what anybody gets from the documented text', async () => {
  const [entry] = await chainActionLog(
    [{ actor: 'ann', action: 'begun', detail: { b: 1, a: '\n', 10: null } }],
    undefined,
    5,
  );
  const hashOf = async (text: string) =>
    Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('hex');
  const { detailHash, hash, salt } = entry!;
  expect(detailHash).toBe(
    await hashOf(`{"actor":"ann","detail":{"10":null,"a":"\\n","b":1},"salt":"${salt}"}`),
  );
  expect(hash).toBe(
    await hashOf(
      `{"action":"begun","atMs":5,"detailHash":"${detailHash}","number":1,"previousHash":"${'0'.repeat(64)}"}`,
    ),
  );
});

test('a detail may be as deep or as long as it can be kept', async () => {
  const deep: unknown = JSON.parse(`${'['.repeat(60_000)}${']'.repeat(60_000)}`);
  const long = Array.from({ length: 130_000 }, () => 1);
  const entries = await chainActionLog(
    [deep, long].map((detail) => ({ actor: 'ann', action: 'a', detail })),
    undefined,
    1,
  );
  expect(await verifyActionLog(entries)).toMatchObject({ verified: 2 });
  expect(await faultOf([entries[0]!, { ...entries[1]!, detail: long.slice(1) }])).toBe('2 altered');
});
