import { describe, expect, it } from 'vitest';
import { createLineSplitter } from './text-lines.js';

const bytes = (text: string) => new TextEncoder().encode(text);

function split(chunks: readonly Uint8Array[], maxCharacters?: number) {
  const splitter = createLineSplitter(maxCharacters);
  const batches = [...chunks.map((chunk) => splitter.push(chunk)), splitter.end()];
  return batches.flatMap(({ firstNumber, lines }) =>
    lines.map((line, index) => [firstNumber + index, line] as const),
  );
}

it('gives lines their numbers, wherever chunks end', () => {
  const text = 'one\ntwo\n\nfour';
  const expected = [
    [1, 'one'],
    [2, 'two'],
    [3, ''],
    [4, 'four'],
  ];
  for (let at = 0; at <= text.length; at++) {
    expect(split([bytes(text.slice(0, at)), bytes(text.slice(at))])).toEqual(expected);
  }
});

it('joins a character that two chunks share', () => {
  const whole = bytes('größe\n');
  expect(split([whole.slice(0, 3), whole.slice(3)])).toEqual([[1, 'größe']]);
});

it('does not need a line feed at the end, and makes no line of one', () => {
  expect(split([bytes('one\n')])).toEqual([[1, 'one']]);
  expect(split([bytes('one')])).toEqual([[1, 'one']]);
  expect(split([])).toEqual([]);
});

describe('a line beyond the cap', () => {
  it.each([
    ['in one chunk', ['ok\n0123456789\nok\n']],
    ['over many chunks', ['ok\n01', '234', '567', '89\nok\n']],
    ['first', ['0123456789\n', 'ok\n']],
  ])('%s is dropped and the next line is read', (_, texts) => {
    const lines = split(texts.map(bytes), 5).map(([, line]) => line);
    expect(lines.filter((line) => line === undefined)).toHaveLength(1);
    expect(lines.at(-1)).toBe('ok');
  });

  it('last, without a line feed, is dropped', () => {
    expect(split([bytes('0123'), bytes('456789')], 5)).toEqual([[1, undefined]]);
  });
});
