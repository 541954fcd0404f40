import { expect, it } from 'vitest';
import traces from './__fixtures__/recorded/traces.json' with { type: 'json' };
import { askRecorded } from './__fixtures__/recorded-answer.js';

it('maps traces; one whose parent span is missing is not complete', async () => {
  const { signals } = await askRecorded('traces', { '/api/v1/traces': traces });
  expect(signals).toHaveLength(1);
  expect(signals[0]).toMatchObject({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    complete: false,
    spans: [
      { spanId: '00f067aa0ba902b7', startNs: '1790823660000123000', durationNs: 1_500_000, status: 'error' },
      { spanId: '00f067aa0ba902b8', parentSpanId: '00f067aa0ba902ff', service: 'stock', status: 'unset' },
    ],
  });
});

it('asks for failed, slow and named traces', async () => {
  const { sent } = await askRecorded(
    'traces',
    { '/api/v1/traces': traces },
    {
      onlyErrors: true,
      minDurationMs: 250,
      traceIds: ['a'],
    },
  );
  expect(sent).toMatchObject({ failed: 'true', min_duration_ms: '250', id: 'a' });
});
