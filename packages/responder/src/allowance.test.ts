import type { Calibration, SettledCount } from '@midwatch/core/incident';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createAllowance } from './allowance.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const model = { name: 'claude', model: 'small-1', promptVersion: 'p3' };
const MINUTE_MS = 60_000;

function calibrationTo(confidence: 'HIGH' | 'MEDIUM'): Calibration {
  const reasons = confidence === 'HIGH' ? [] : ['right in 41 of 62'];
  return { analyzer: model, settled: 62, right: 41, shrunk: 0.7, ceiling: { confidence, reasons } };
}

/** `read` stands for the ledger and what is made of it. */
function open(read: () => Promise<readonly Calibration[]>) {
  const asked: number[] = [];
  const ledger = { settledRecord: async (): Promise<readonly SettledCount[]> => [] };
  const allowance = createAllowance({
    ledger,
    now: () => Date.now(),
    readCalibrations: (given, atMs) => {
      expect(given).toBe(ledger);
      asked.push(atMs);
      return read();
    },
  });
  return { allowance, asked };
}

it('knows each analyzer by name, model and prompt version', async () => {
  const { allowance, asked } = open(async () => [calibrationTo('MEDIUM')]);
  expect(await allowance({ ...model })).toEqual({ ceiling: calibrationTo('MEDIUM').ceiling });
  for (const other of [
    { name: 'claude' },
    { ...model, name: 'evidence' },
    { ...model, model: 'large-1' },
    { ...model, promptVersion: 'p4' },
    { name: 'claude', model: 'small-1' },
  ])
    expect(await allowance(other)).toEqual({});
  expect(asked).toHaveLength(1);
});

it('reads once in five minutes, and once for many that ask at the same time', async () => {
  let confidence: 'HIGH' | 'MEDIUM' = 'HIGH';
  const { allowance, asked } = open(async () => [calibrationTo(confidence)]);
  await Promise.all(Array.from({ length: 5 }, () => allowance(model)));
  confidence = 'MEDIUM';
  await vi.advanceTimersByTimeAsync(5 * MINUTE_MS - 1);
  expect(await allowance(model)).toMatchObject({ ceiling: { confidence: 'HIGH' } });
  await vi.advanceTimersByTimeAsync(1);
  expect(await allowance(model)).toMatchObject({ ceiling: { confidence: 'MEDIUM' } });
  expect(asked).toHaveLength(2);
});

it('of a ledger that fails, what it said last stands, and it is asked again after half a minute', async () => {
  let isBroken = false;
  const { allowance, asked } = open(async () => {
    if (isBroken) throw new Error('gone');
    return [calibrationTo('MEDIUM')];
  });
  await allowance(model);
  isBroken = true;
  for (let minute = 0; minute < 60; minute += 5) {
    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect(await allowance(model)).toMatchObject({ ceiling: { confidence: 'MEDIUM' } });
    expect(await allowance(model)).toMatchObject({ ceiling: { confidence: 'MEDIUM' } });
  }
  expect(asked).toHaveLength(13);
  await vi.advanceTimersByTimeAsync(30_000);
  await allowance(model);
  expect(asked).toHaveLength(14);
});

it('says that nothing is known while a ledger never answered', async () => {
  const { allowance } = open(() => Promise.reject(new Error('gone')));
  expect(await allowance(model)).toEqual({ isUnread: true });
});

it('waits half a second for a ledger that hangs; its late answer counts from then on', async () => {
  const { promise, resolve } = Promise.withResolvers<readonly Calibration[]>();
  const { allowance, asked } = open(() => promise);
  const first = allowance(model);
  await vi.advanceTimersByTimeAsync(500);
  expect(await first).toEqual({ isUnread: true });
  resolve([calibrationTo('MEDIUM')]);
  expect(await allowance(model)).toMatchObject({ ceiling: { confidence: 'MEDIUM' } });
  expect(asked).toHaveLength(1);
});

it('is not held for ever by one that never ends', async () => {
  let isHanging = true;
  const { allowance, asked } = open(() =>
    isHanging ? new Promise(() => undefined) : Promise.resolve([calibrationTo('MEDIUM')]),
  );
  const first = allowance(model);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await first).toEqual({ isUnread: true });
  isHanging = false;
  expect(await allowance(model)).toMatchObject({ ceiling: { confidence: 'MEDIUM' } });
  expect(asked).toHaveLength(2);
});
