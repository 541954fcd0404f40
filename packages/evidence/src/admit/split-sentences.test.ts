import { expect, it } from 'vitest';
import { findUncovered } from './find-uncovered.js';
import { toFacts } from './finding-facts.js';
import { splitSentences } from './split-sentences.js';

it.each([
  ['One. Two! Three?', ['One.', 'Two!', 'Three?']],
  ['v2.4.1 went out. Then it broke', ['v2.4.1 went out.', 'Then it broke']],
  ['It says "a. b" twice. So', ['It says "a. b" twice.', 'So']],
  ['It says "a. b twice. So', ['It says "a.', 'b twice.', 'So']],
  ['a\u200bb\u202e c\nd', ['ab c d']],
  ['  ', []],
])('%j', (text, sentences) => {
  expect(splitSentences(text)).toEqual(sentences);
});

it.each([
  'a',
  'a.',
  'a-',
  'a_',
  '<',
  '`',
  '[',
  '"',
  '(L1',
  '../',
  'a@',
  '{a',
  'sh -',
  'a://',
  '--a',
  'A1a',
  '| ',
  '9a',
])(
  'a claim of nothing but %j does not hold anybody up',
  (piece) => {
    const facts = toFacts([]);
    const known = {
      services: ['a', 'a-b'],
      oddServices: [],
      parts: ['a-b-c1'],
      findingIds: new Set<string>(),
    };
    for (const sentence of splitSentences(piece.repeat(4000))) findUncovered(sentence, facts, known);
  },
  2000,
);

it('what lies beyond the longest claim is not shown', () => {
  expect(splitSentences('a'.repeat(1_000_000)).join('').length).toBe(4000);
});
