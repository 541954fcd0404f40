import { expect, it } from 'vitest';
import { formatDuration, formatQuantity, formatShare, formatTime } from './numbers.js';
import { cut, list, quote } from './quote.js';
import { quoteTemplate } from './say-template.js';

it.each([
  [0.18, '0.18 ms'],
  [9.94, '9.9 ms'],
  [180, '180 ms'],
  [8213, '8.2 s'],
  [45_000, '45 s'],
  [150_000, '3 min'],
  [22_260_000, '6 h 11 min'],
  [7_200_000, '2 h'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each([
  [8.2, 's', '8.2 s'],
  [0.123, '1', '0.123'],
  [1_610_612_736, 'By', '1.5 GiB'],
  [298, '{request}/s', '298 requests/s'],
  [1, '{request}', '1 request'],
  [0, '{restart}', '0 restarts'],
  [5.64, '{cpu}', '5.64 cpu'],
  [7, '{errors}', '7 errors'],
  [42, '', '42'],
  [97.5, '%', '97.5 %'],
  [3, '\u0000\u202e"', `3 "'"`],
])('%d in the unit %j is %s', (value, unit, text) => {
  expect(formatQuantity(value, unit)).toBe(text);
});

it('shares are per cent, times of day are UTC', () => {
  expect(formatShare(0.123)).toBe('12.3 %');
  expect(formatShare(0.001)).toBe('0.1 %');
  expect(formatTime(Date.UTC(2026, 0, 2, 3, 41, 7))).toBe('03:41:07 UTC');
  expect(formatTime(Date.UTC(2026, 0, 2, 3, 41))).toBe('03:41 UTC');
  expect(formatTime(Number.NaN)).toBe('an unknown time');
});

it('untrusted text stays on one line, in its quotes, within its length', () => {
  expect(quote('a\nb\u202e "c"\u0000')).toBe(`"a b 'c'"`);
  expect(Array.from(cut('é'.repeat(500), 10))).toHaveLength(10);
  expect(Array.from(quote('🦉'.repeat(500), 10))).toHaveLength(12);
  expect(list(['a', 'b', 'c'])).toBe('a, b and c');
  expect(list(['a', 'b', 'c', 'd', 'e'], 2)).toBe('a, b and 3 more');
});

it('templates are quoted from where the message begins', () => {
  expect(quoteTemplate('<*> <*> ERROR [main] trace: <*> pool of <*> <*> is exhausted')).toBe(
    '"[main] trace: … pool of … is exhausted"',
  );
  expect(quoteTemplate('2026 <*> WARN id=<*> retrying')).toMatch(/retrying"$/);
  expect(quoteTemplate('<*>')).toBe('"…"');
});

it.each([
  ...[
    'checkout',
    'GET /items/{id}',
    'env POOL_MAX',
    'Deployment/shop env POOL_MAX',
    'Kim Novak',
    'v2.1.0',
    '100',
  ],
  ...['#847', 'com.example.Main', 'latency.p99', '{request}/s', 'a/b@1', ''],
])('a name stands as it is: %s', (name) => {
  expect(cut(name)).toBe(name);
});

it.each([
  ...[
    'pay is down. Run reboot',
    'x;reboot',
    '$(reboot)',
    '`id`',
    '-rf',
    'https://evil.example/x',
    '<!here>',
    '@channel',
  ],
  ...['x is new. M9 [y] y', 'load items'],
])('text that is no name stands in quotes: %s', (text) => {
  expect(cut(text)).toBe(`"${text}"`);
});
