import { describe, expect, it } from 'vitest';
import { wrapText } from './wrap-text.js';

describe('wrapText', () => {
  it('keeps to 80 columns, under its label', () => {
    const lines = wrapText('learned', 'checkout is shop-checkout here, since '.repeat(5).trim());
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^ {6}learned {4}checkout is/);
    expect(lines.slice(1).every((line) => /^ {17}\S/.test(line))).toBe(true);
    expect(lines.map((line) => line.slice(17)).join(' ')).toBe(
      'checkout is shop-checkout here, since '.repeat(5).trim(),
    );
  });

  it('leaves a long word whole', () => {
    const word = 'x'.repeat(200);
    expect(wrapText('clock', `a ${word} b`).map((line) => line.trim())).toEqual(['clock      a', word, 'b']);
  });
});
