import { expect, test } from 'vitest';
import { redactOutcome } from './redact-outcome.js';

const said = { judgement: 'wrong', by: 'ann', via: 'api' } as const;
const redact = { redact: (text: string) => text.replaceAll(/token=\w+/g, '[redacted]') };

test('a pasted secret is taken out of the cause before it is cut, and the service keeps its name', () => {
  const cause = `${'x'.repeat(1_994)}token=hush`;
  expect(redactOutcome({ ...said, service: 'checkout', cause }, redact)).toEqual({
    ...said,
    service: 'checkout',
    cause: `${'x'.repeat(1_994)}[redac`,
  });
});

test('a redactor that throws withholds the text', () => {
  const broken = {
    redact: () => {
      throw new Error('no');
    },
  };
  const redacted = redactOutcome({ ...said, service: 'it was token=hush', cause: 'token=hush' }, broken);
  expect(JSON.stringify(redacted)).not.toContain('hush');
});
