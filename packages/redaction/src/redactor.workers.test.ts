import { expect, it } from 'vitest';
import { BENIGN_LINES } from './__fixtures__/benign-lines.js';
import { ADDRESSES, ASSIGNED, BLOCKS, HEADERS, PERSONAL, TOKENS } from './__fixtures__/planted-secrets.js';
import { survivors } from './__fixtures__/survivors.js';
import { createRedactor } from './redactor.js';

const { redact } = createRedactor();

it('takes the same secrets out in workerd', () => {
  for (const { text, secrets } of [
    ...TOKENS,
    ...ASSIGNED,
    ...HEADERS,
    ...ADDRESSES,
    ...PERSONAL,
    ...BLOCKS,
  ]) {
    expect(survivors(redact(text), secrets), text).toEqual([]);
  }
});

it('leaves the same telemetry alone in workerd', () => {
  for (const line of BENIGN_LINES) expect(redact(line)).toBe(line);
});
