import { describe, expect, it } from 'vitest';
import { spanIdOf, traceIdOf, writtenTraceIds } from './datadog-ids.js';

const high = '4bf92f3577b34da6';

describe('trace ids', () => {
  it.each([
    [
      'a decimal of 64 bits, beyond what a number holds',
      '17551449796724253880',
      undefined,
      'f39346993ad9e4b8'.padStart(32, '0'),
    ],
    ['the same with its high half', '255', high, `${high}00000000000000ff`],
    ['a high half that is none', '255', 'xyz', 'ff'.padStart(32, '0')],
    [
      'a decimal of 128 bits',
      (2n ** 100n + 5n).toString(),
      undefined,
      (2n ** 100n + 5n).toString(16).padStart(32, '0'),
    ],
    ['32 hex digits', `${high}A3CE929D0E0E4736`, undefined, `${high}a3ce929d0e0e4736`],
    ['32 digits that happen to have no letter', '1'.repeat(32), undefined, '1'.repeat(32)],
    ['16 hex digits', 'a3ce929d0e0e4736', undefined, 'a3ce929d0e0e4736'.padStart(32, '0')],
    ['a small number', 255, undefined, 'ff'.padStart(32, '0')],
    ['zero', '0', undefined, undefined],
    ['more than 128 bits', '9'.repeat(39), undefined, undefined],
    ['no id', 'none', undefined, undefined],
    ['nothing', undefined, undefined, undefined],
  ])('%s', (_, text, half, expected) => {
    expect(traceIdOf(text, half)).toBe(expected);
  });

  it('are written in full and as the decimal of the low half', () => {
    expect(writtenTraceIds(`${high}f39346993ad9e4b8`)).toEqual([
      `${high}f39346993ad9e4b8`,
      BigInt('0xf39346993ad9e4b8').toString(),
    ]);
  });
});

it('span ids are decimal, 0 is no parent, and hex stays hex', () => {
  expect(spanIdOf('16')).toBe('0000000000000010');
  expect(spanIdOf('0')).toBeUndefined();
  expect(spanIdOf('A3CE929D0E0E4736')).toBe('a3ce929d0e0e4736');
  expect(spanIdOf((2n ** 64n).toString())).toBeUndefined();
});
