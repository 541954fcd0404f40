import { expect, it } from 'vitest';
import logs from './__fixtures__/recorded/logs.json' with { type: 'json' };
import { askRecorded } from './__fixtures__/recorded-answer.js';

it('maps lines as they were recorded, and the levels of the vendor to ours', async () => {
  const { signals, gaps } = await askRecorded('logs', { '/api/v1/logs': logs });
  expect(signals).toMatchObject([
    { body: 'retrying', timestampMs: 1790823660000 },
    {
      body: 'pool exhausted\n  at acquire (pool.js:7)',
      level: 'fatal',
      service: 'checkout',
      timeUnixNano: '1790823661250000000',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    },
  ]);
  // A level that is not known is left to be read from the text.
  expect(signals[0]).not.toHaveProperty('level');
  expect(gaps).toEqual([]);
});

it('asks for levels and traces, and says that it cannot ask for texts', async () => {
  const { gaps, sent } = await askRecorded(
    'logs',
    { '/api/v1/logs': logs },
    {
      minLevel: 'warn',
      traceIds: ['a', 'b'],
      contains: ['pool'],
    },
  );
  expect(sent).toMatchObject({ service: 'checkout', min_level: 'warn', trace_id: 'a,b', order: 'desc' });
  expect(gaps).toEqual([{ reason: 'unsupported-filter', detail: 'contains' }]);
});
