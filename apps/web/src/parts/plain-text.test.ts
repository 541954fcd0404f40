import { expect, it } from 'vitest';
import { plainText } from './plain-text.js';

it('shows what turns text around or hides, and leaves what people write', () => {
  expect(plainText('rollback \u202ekcabllor\u202c')).toBe('rollback �kcabllor�');
  expect(plainText('a\u200bb\u2066c\u0000d\u001b[31m\u{e0041}')).toBe('a�b�c�d�[31m�');
  const ordinary = 'Zeile 1\n\tat x (ä, 日本, عربي, 👩🏽) — “ok” …';
  expect(plainText(ordinary)).toBe(ordinary);
});
