import { expect, it } from 'vitest';
import { count, formatDuration, formatTick, formatValue } from './format.js';
import { splitCause, splitHeadline } from './split-headline.js';

it('writes values as people read them', () => {
  const written = [
    [8.199, 's', '8.2 s'],
    [0.1852, 's', '185 ms'],
    [0.01, 's', '10 ms'],
    [300, 's', '5 min'],
    [0.1228, '1', '12.3 %'],
    [0.00096, '1', '0.096 %'],
    [318, '{request}', '318 requests'],
    [44.13, '{timeout}/s', '44.1 timeouts/s'],
    [0.83, '{cpu}', '0.83 cpu'],
    [536_870_912, 'By', '512 MiB'],
    [1_234_567, '', '1.23e+6'],
  ] as const;
  for (const [value, unit, text] of written) expect(formatValue(value, unit)).toBe(text);
  expect(formatTick(300, '{request}')).toBe('300');
});

it('writes durations in two parts', () => {
  const minute = 60_000;
  expect([8_000, 8 * minute, 372 * minute, 120 * minute, 50 * 60 * minute].map(formatDuration)).toEqual([
    '8 s',
    '8 min',
    '6 h 12 min',
    '2 h',
    '2 d 2 h',
  ]);
  expect([count(1, 'alert'), count(2_000, 'alert')]).toEqual(['1 alert', '2,000 alerts']);
});

it('takes headlines and causes apart', () => {
  expect(splitHeadline('Slow: shop, since 15:52 UTC · p99 8.2 s (was 185 ms) · errors 12 %')).toEqual({
    main: 'Slow: shop, since 15:52 UTC',
    numbers: ['p99 8.2 s (was 185 ms)', 'errors 12 %'],
  });
  expect(splitCause('v2.14.3 changed LIMIT. Since 15:52 it is slow. So is b.')).toEqual({
    lead: 'v2.14.3 changed LIMIT.',
    rest: 'Since 15:52 it is slow. So is b.',
  });
  expect(splitCause('one')).toEqual({ lead: 'one', rest: '' });
});
