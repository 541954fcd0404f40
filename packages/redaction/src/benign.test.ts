import { expect, it } from 'vitest';
import { BENIGN_LINES } from './__fixtures__/benign-lines.js';
import { createRedactor } from './redactor.js';

const { redact } = createRedactor();

it.each(BENIGN_LINES)('%s', (line) => {
  expect(redact(line)).toBe(line);
});

it('leaves them in JSON and in one text as well', () => {
  for (const line of BENIGN_LINES) {
    const inJson = JSON.stringify({ message: line, stream: 'stdout' });
    expect(redact(inJson)).toBe(inJson);
  }
  const all = BENIGN_LINES.join('\n');
  expect(redact(all)).toBe(all);
});
