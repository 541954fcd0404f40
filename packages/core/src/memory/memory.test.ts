import { expect, test } from 'vitest';
import type { Memory } from '../incident/memory.js';
import { isSameCause } from './is-same-cause.js';
import { toFeatures, toMemoryTerms, toWords } from './memory-terms.js';
import { rankMemories } from './rank-memories.js';

const pool = 'log-pattern checkout new pool exhausted: no connection to db-proxy within <*>';
const pending = 'metric-shift checkout up db_pool_pending_requests';
const latency = 'metric-shift web up http_latency';
const restarts = 'cluster-event checkout ContainerRestarted';

function memory(key: string, signatures: readonly string[], more: Partial<Memory> = {}): Memory {
  const told = { atMs: 1, cause: `cause of ${key}`, helped: 0, misled: 0 };
  return { key, ...told, ...toFeatures(signatures), ...more };
}
const question = toFeatures([pool, pending, latency]);
const options = { total: 50 };

test('the same findings are the likest, and what shares only what everybody has is not shown', () => {
  const everybody = Array.from({ length: 30 }, (_, at) =>
    memory(`other-${at}`, [latency, `cluster-event s${at} r${at}`]),
  );
  const shown = rankMemories(
    question,
    [...everybody, memory('restarts', [latency, restarts]), memory('same', [pool, pending, latency])],
    options,
  );
  expect(shown.map(({ key }) => key)).toEqual(['same']);
  expect(shown[0]).toMatchObject({ similarity: 1, by: 'signatures', cause: 'cause of same' });
});

test('an incident is no memory of itself, at most three are shown, and a place is worth little', () => {
  const same = ['a', 'b', 'c', 'd', 'e'].map((key) => memory(key, [pool, pending], { service: 'web' }));
  const near = memory('z', [pool, pending], { service: 'checkout' });
  const shown = rankMemories({ ...question, service: 'checkout' }, [...same, near], {
    ...options,
    exceptKey: 'a',
  });
  expect(shown.map(({ key }) => key)).toEqual(['z', 'b', 'c']);
  const elsewhere = memory('nothing-alike', [restarts], { service: 'checkout', namespace: 'shop' });
  expect(rankMemories({ ...question, service: 'checkout', namespace: 'shop' }, [elsewhere], options)).toEqual(
    [],
  );
});

test('what misled sinks behind what did not, and is not shown at all in the end', () => {
  const at = (misled: number, helped = 0) =>
    rankMemories(question, [memory('same', [pool, pending, latency], { misled, helped })], options)[0]
      ?.similarity;
  expect([at(0), at(1), at(2)]).toEqual([1, 2 / 3, 1 / 2]);
  expect(at(5)).toBeUndefined();
  expect(at(5, 5)).toBeCloseTo(7 / 12);
  const misled = memory('misled', [pool, pending, latency], { misled: 1 });
  const fresh = memory('fresh', [pool, pending, latency]);
  expect(rankMemories(question, [misled, fresh], options)[0]?.key).toBe('fresh');
});

test('a text without signatures is found by three words of its own that recur, not by one', () => {
  const text = (words: string) => memory('text', [], { words: toWords(words) });
  const asked = toFeatures([pool]);
  expect(rankMemories(asked, [text('Pool exhausted, again')], options)).toEqual([]);
  expect(
    rankMemories(asked, [text('The pool was exhausted: no connection within 5 s')], options)[0],
  ).toMatchObject({
    by: 'words',
  });
});

test('words are of any script, without numbers, common words and names of services', () => {
  expect(toWords('The POOL of db-42 is Überlastet: 日本語 12345 and 3 <*> pool')).toEqual([
    'pool',
    'überlastet',
    '日本語',
  ]);
  expect(toFeatures([pool, pending]).words).not.toContain('checkout');
  expect(toWords('x '.repeat(100_000))).toEqual([]);
  expect(toWords(Array.from({ length: 99 }, (_, at) => `word${at}x`).join(' '))).toHaveLength(60);
});

test('terms are letters and digits, whatever they stand for, and differ when it differs', () => {
  const terms = toMemoryTerms({
    signatures: [pool, pending, `'; drop table`],
    words: ['pool', 'OR', '日本語'],
  });
  expect(new Set(terms).size).toBe(6);
  for (const term of terms) expect(term).toMatch(/^[sw][0-9a-f]{16}$/);
});

test('two causes are another when the service is, or when no word is common; unknown when too little is told', () => {
  const cause = (causeService: string | undefined, text: string) => ({
    ...(causeService === undefined ? {} : { causeService }),
    cause: text,
  });
  const lowered = cause('checkout', 'POOL_MAX lowered to 10');
  expect(isSameCause(lowered, cause('checkout', 'pool too small'))).toBe(true);
  expect(isSameCause(lowered, cause('checkout', 'certificate of checkout ran out'))).toBe(false);
  expect(isSameCause(lowered, cause('payments', 'POOL_MAX lowered to 10'))).toBe(false);
  expect(isSameCause(lowered, cause('checkout', ''))).toBe(true);
  expect(isSameCause(lowered, cause(undefined, ''))).toBeUndefined();
});
