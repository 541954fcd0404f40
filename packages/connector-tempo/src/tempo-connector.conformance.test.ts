import { connectorConformance } from '@midwatch/testkit/conformance';
import { createFakeTempo } from './__fixtures__/fake-tempo.js';
import { createTempoConnector } from './index.js';

await connectorConformance({
  name: 'tempo',
  skip: {
    'repeated-cursor': 'Tempo has no cursor: a search is cut at its limit, and each trace is one answer.',
  },
  create: (input) =>
    createTempoConnector({ ...input, tenant: 'team-a', webUrl: 'https://grafana.example.com' }),
  backend: ({ count, service, window }) => {
    const lengthMs = window.endMs - window.startMs;
    const traces = Array.from({ length: count }, (_, index) => ({
      traceId: (index + 1).toString(16).padStart(32, '0'),
      startMs: window.startMs + Math.floor((lengthMs * index) / count),
      service,
      durationMs: 20,
    }));
    // The service is known from a time before the window.
    const earlier = { traceId: 'f'.repeat(32), startMs: 1_000_000, service };
    return createFakeTempo([earlier, ...traces], { nowMs: window.endMs + lengthMs * 2 });
  },
});
