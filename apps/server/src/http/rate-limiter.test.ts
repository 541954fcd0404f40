import { expect, it } from 'vitest';
import { createRateLimiter, DEFAULT_RATES } from './index.js';

const rate = { burst: 3, perSecond: 2 };
const rates = { senders: rate, people: rate, probes: rate, 'sign-ins': rate, strangers: rate };

it('lets a burst through, then as many as come back, and says when', () => {
  let nowMs = 0;
  const { take } = createRateLimiter(rates, () => nowMs);
  expect([1, 2, 3, 4].map(() => take('people', 'a'))).toEqual([0, 0, 0, 500]);
  expect([take('people', 'b'), take('senders', 'a')]).toEqual([0, 0]);
  nowMs = 400;
  expect(take('people', 'a')).toBe(100);
  nowMs = 500;
  expect([take('people', 'a'), take('people', 'a')]).toEqual([0, 500]);
  nowMs = 3_600_000;
  expect([1, 2, 3, 4].map(() => take('people', 'a'))).toEqual([0, 0, 0, 500]);
});

it('remembers ten thousand, and forgets who was quiet the longest', () => {
  const { take } = createRateLimiter(rates, () => 0);
  for (let round = 0; round < 4; round++) take('strangers', 'loud');
  for (let index = 0; index < 9_999; index++) take('strangers', `other-${index}`);
  expect(take('strangers', 'loud')).toBeGreaterThan(0);
  for (let index = 0; index < 10_000; index++) take('strangers', `later-${index}`);
  expect(take('strangers', 'loud')).toBe(0);
});

it('lets a thousand alerts a second pass for ever', () => {
  let nowMs = 0;
  const { take } = createRateLimiter(DEFAULT_RATES, () => nowMs);
  let refused = 0;
  for (; nowMs < 120_000; nowMs += 1) if (take('senders', 'alertmanager') > 0) refused += 1;
  expect(refused).toBe(0);
});
