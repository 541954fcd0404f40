import { expect, it } from 'vitest';
import deploys from './__fixtures__/recorded/deploys.json' with { type: 'json' };
import { askRecorded } from './__fixtures__/recorded-answer.js';

it('maps deploys; what the vendor does not tell is absent', async () => {
  const { signals } = await askRecorded('deploys', { '/api/v1/deploys': deploys });
  expect(signals).toMatchObject([
    { revision: 'a81b0d3', phase: 'unknown' },
    {
      actor: 'Ann',
      phase: 'succeeded',
      previousRevision: 'a81b0d3',
      revision: '4f2c1e9',
      version: 'v2.0.0',
    },
  ]);
  expect(signals[0]).not.toHaveProperty('version');
});
