import type { SpendingRequest, Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';

const day = Date.UTC(2026, 10, 23);
const budgets = { perIncidentUsd: 0.3, perServiceAndDayUsd: 0.5, perDayUsd: 0.8 };

export function spendingTests(current: () => Store): void {
  const reserve = (key: string, change: Partial<SpendingRequest> = {}) =>
    current().spending.reserve({
      key,
      incidentId: 'inc-1',
      service: 'checkout',
      usd: 0.1,
      nowMs: day + 1000,
      budgets,
      ...change,
    });

  test('a budget may be used up to its last tenth, and the narrowest that would be passed is named', async () => {
    const outcomes = [];
    for (const key of ['1', '2', '3', '4']) outcomes.push(await reserve(key));
    expect(outcomes).toEqual(['reserved', 'reserved', 'reserved', 'incident']);
    expect(await reserve('5', { incidentId: 'inc-2' })).toBe('reserved');
    expect(await reserve('6', { incidentId: 'inc-2' })).toBe('reserved');
    expect(await reserve('7', { incidentId: 'inc-2' })).toBe('service');
    const other = { incidentId: 'inc-3', service: 'cart' };
    expect(await reserve('8', { ...other, usd: 0.3 })).toBe('reserved');
    expect(await reserve('9', { ...other, incidentId: 'inc-4', usd: 1e-9 })).toBe('day');
    expect(await current().spending.sumOfDay(day)).toEqual({
      usd: 0.8,
      services: [
        { service: 'checkout', usd: 0.5 },
        { service: 'cart', usd: 0.3 },
      ],
    });
  });

  test('what a question did not cost is free again', async () => {
    await reserve('1', { usd: 0.3 });
    expect(await reserve('2')).toBe('incident');
    await current().spending.settle('1', 0.000_000_001);
    expect(await reserve('2')).toBe('reserved');
    await current().spending.settle('unknown', 5);
    expect(await current().spending.sumOfDay(day)).toMatchObject({ usd: 0.100_000_001 });
  });

  test('a key is counted once, however often it is set aside', async () => {
    for (let round = 0; round < 5; round++) expect(await reserve('1', { usd: 0.3 })).toBe('reserved');
    expect(await current().spending.sumOfDay(day)).toMatchObject({ usd: 0.3 });
  });

  test('the next day begins at nothing, but an incident keeps what it cost', async () => {
    await reserve('1', { usd: 0.3 });
    const next = { nowMs: day + 86_400_000 };
    expect(await reserve('2', next)).toBe('incident');
    expect(await reserve('3', { ...next, incidentId: 'inc-2', usd: 0.3 })).toBe('reserved');
    expect(await current().spending.sumOfDay(next.nowMs)).toMatchObject({ usd: 0.3 });
    expect(await current().spending.sumOfDay(next.nowMs - 1)).toMatchObject({ usd: 0.3 });
  });

  test('alerts without a service share one budget', async () => {
    const without = { incidentId: 'inc-2', service: '' };
    await reserve('1', { ...without, usd: 0.3 });
    expect(await current().spending.sumOfDay(day)).toEqual({ usd: 0.3, services: [{ usd: 0.3 }] });
  });

  test('twenty at once do not share the last of it', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    const outcomes = await Promise.all(keys.map((key) => reserve(key)));
    expect(outcomes.filter((outcome) => outcome === 'reserved')).toHaveLength(3);
  });

  test('what is no amount is refused', async () => {
    for (const usd of [Number.NaN, -1, Number.POSITIVE_INFINITY])
      await expect(reserve('1', { usd })).rejects.toMatchObject({ code: 'bad-amount' });
  });
}
