import { expect, test } from 'vitest';
import { joinBatches } from './join-batches.js';

/** Answers each statement with its own text, and keeps what was sent together. */
function createDatabase() {
  const sent: (readonly string[])[] = [];
  return {
    sent,
    batch: async (statements: readonly string[]) => {
      sent.push(statements);
      await Promise.resolve();
      if (statements.includes('bad')) throw new Error('bad statement');
      return statements.map((statement) => [statement]);
    },
  };
}

test('what comes while one is under way goes together, in order, and each gets its own rows', async () => {
  const { batch, sent } = createDatabase();
  const joined = joinBatches(batch);
  const answers = await Promise.all([joined(['a1', 'a2']), joined(['b1']), joined([]), joined(['c1', 'c2'])]);
  expect(sent).toEqual([
    ['a1', 'a2'],
    ['b1', 'c1', 'c2'],
  ]);
  expect(answers).toEqual([[['a1'], ['a2']], [['b1']], [], [['c1'], ['c2']]]);
});

test('one that fails keeps no other out, and only it is told', async () => {
  const { batch, sent } = createDatabase();
  const joined = joinBatches(batch);
  const answers = await Promise.allSettled([joined(['a']), joined(['b']), joined(['bad']), joined(['c'])]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(sent).toEqual([['a'], ['b', 'bad', 'c'], ['b'], ['bad'], ['c']]);
  expect(await joined(['d'])).toEqual([['d']]);
});

test('a batch stays below 500 statements, however many wait', async () => {
  const { batch, sent } = createDatabase();
  const joined = joinBatches(batch);
  const call = Array.from({ length: 30 }, (_, index) => `s${index}`);
  await Promise.all(Array.from({ length: 101 }, () => joined(call)));
  expect(sent.map(({ length }) => length)).toEqual([30, ...Array.from({ length: 6 }, () => 480), 120]);
});
