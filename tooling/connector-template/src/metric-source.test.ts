import { expect, it } from 'vitest';
import series from './__fixtures__/recorded/series.json' with { type: 'json' };
import { askRecorded } from './__fixtures__/recorded-answer.js';

it('maps series to roles, in our units, without the samples that are missing', async () => {
  const { signals, gaps } = await askRecorded('metrics', { '/api/v1/series': series });
  expect(signals).toMatchObject([
    {
      name: 'error_percent',
      role: 'error.ratio',
      unit: '1',
      points: [
        [1790823600000, 0.005],
        [1790823720000, 0.125],
      ],
    },
    { name: 'heap_bytes', unit: '', points: [[1790823660000, 1024]] },
  ]);
  expect(gaps).toEqual([]);
});

it('asks for the names that stand for a role', async () => {
  const { sent } = await askRecorded(
    'metrics',
    { '/api/v1/series': series },
    { roles: ['latency.p99'], stepMs: 15_000 },
  );
  expect(sent).toMatchObject({ names: 'latency_p99_ms', step_ms: '15000' });
});

it('sends nothing when it has no series of the role, and says so', async () => {
  const { gaps, sent, signals } = await askRecorded(
    'metrics',
    { '/api/v1/series': series },
    { roles: ['disk.usage'] },
  );
  expect({ gaps, sent, signals }).toEqual({
    gaps: [{ reason: 'unsupported-filter', detail: 'roles' }],
    sent: {},
    signals: [],
  });
});
