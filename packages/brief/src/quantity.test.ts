import { describe, expect, it } from 'vitest';
import { formatDuration, formatQuantity, formatTime } from './quantity.js';

describe('formatQuantity', () => {
  it.each([
    [8.2, 's', '8.2 s'],
    [0.18, 's', '180 ms'],
    [0.00042, 's', '420 µs'],
    [0, 's', '0 s'],
    [180, 'ms', '180 ms'],
    [372, 's', '6 min 12 s'],
    [536_870_912, 'By', '512 MiB'],
    [0, 'By', '0 B'],
    [41.26, '{request}/s', '41.3 requests/s'],
    [1, '{connection}', '1 connection'],
    [3, '{errors}', '3 errors'],
    [0.06, '{cpu}', '0.06 cpu'],
    [1_234_567, '1', '1,234,567'],
    [0.05, '1', '0.05'],
    [Number.NaN, 's', 'unknown'],
  ])('%s %s reads %s', (value, unit, text) => {
    expect(formatQuantity(value, unit)).toBe(text);
  });

  it('shows per cent', () => {
    expect(formatQuantity(12.3, '%')).toBe('12.3 %');
    expect(formatQuantity(0.1, '%')).toBe('0.1 %');
  });
});

describe('formatDuration', () => {
  it('keeps the two largest parts that are not zero', () => {
    expect(formatDuration((6 * 3600 + 11 * 60 + 9) * 1000)).toBe('6 h 11 min');
    expect(formatDuration(-35_000)).toBe('35 s');
    expect(formatDuration(86_400_000)).toBe('1 d');
    expect(formatDuration(10)).toBe('0 s');
  });
});

describe('formatTime', () => {
  it('names the day only when it is another one', () => {
    const nowMs = Date.UTC(2026, 10, 2, 3, 50);
    expect(formatTime(Date.UTC(2026, 10, 2, 3, 41), nowMs)).toBe('03:41 UTC');
    expect(formatTime(Date.UTC(2026, 10, 1, 21, 30), nowMs)).toBe('2026-11-01 21:30 UTC');
  });
});
