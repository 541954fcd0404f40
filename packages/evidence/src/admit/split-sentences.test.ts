import { expect, it } from 'vitest';
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

it('what lies beyond the longest claim is not shown', () => {
  expect(splitSentences('a'.repeat(1_000_000)).join('').length).toBe(4000);
});
