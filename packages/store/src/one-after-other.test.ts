import { expect, test } from 'vitest';
import { oneAfterOther } from './one-after-other.js';

test('one begins when the one before has ended, also by failing, and each learns its own end', async () => {
  const inTurn = oneAfterOther();
  const told: string[] = [];
  const work = (name: string, fails = false) =>
    inTurn(async () => {
      told.push(`${name} begins`);
      await Promise.resolve();
      told.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const ends = await Promise.allSettled([work('a'), work('b', true), work('c')]);
  expect(ends).toMatchObject([
    { value: 'a' },
    { status: 'rejected', reason: { message: 'b' } },
    { value: 'c' },
  ]);
  expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});
