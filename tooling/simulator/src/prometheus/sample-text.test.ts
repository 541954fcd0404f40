import { expect, test } from 'vitest';
import { sampleText } from './sample-text.js';

test.each([
  [0.0005825935445036236, '0.0005825935445036236'],
  [5e-7, '0.0000005'],
  [1.25e-10, '0.000000000125'],
  [1.5e22, '15000000000000000000000'],
  [-1.5e21, '-1500000000000000000000'],
  [42, '42'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('%d is written %s', (value, text) => {
  expect(sampleText(value)).toBe(text);
});
