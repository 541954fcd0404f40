import { expect, it } from 'vitest';
import problems from './__fixtures__/recorded/problems.json' with { type: 'json' };
import { askRecorded } from './__fixtures__/recorded-answer.js';

it('maps problems: what has an end is resolved', async () => {
  const { signals } = await askRecorded('incidents', { '/api/v1/problems': problems });
  expect(signals).toMatchObject([
    { title: 'Disk almost full', reason: 'DiskFull', state: 'resolved', endMs: 1790823650000 },
    { title: 'Too many errors', reason: 'ErrorsHigh', service: 'checkout', state: 'firing' },
  ]);
});
