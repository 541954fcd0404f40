import { connectorConformance } from '@midwatch/testkit/conformance';
import { createFakeLoki, type StoredLine } from './__fixtures__/fake-loki.js';
import { createLokiConnector } from './index.js';

await connectorConformance({
  name: 'loki',
  create: (input) =>
    createLokiConnector({
      ...input,
      tenant: 'team-a',
      webUrl: 'https://grafana.example.com',
      // A server with a low limit, so that few lines are several pages.
      maxEntriesPerRequest: 4,
    }),
  backend: ({ count, service, window }) => {
    const stream = {
      service_name: service,
      app: service,
      namespace: 'shop',
      pod: `${service}-5d4b9c7f6-9hjlc`,
    };
    const lengthNs = BigInt(window.endMs - window.startMs) * 1_000_000n;
    const lines = Array.from(
      { length: count },
      (_, index): StoredLine => ({
        timeNs: BigInt(window.startMs) * 1_000_000n + (lengthNs * BigInt(index)) / BigInt(count),
        body: `level=error msg="attempt ${index} failed"`,
        stream,
        metadata: { detected_level: 'error', trace_id: '0af7651916cd43dd8448eb211c80319c' },
      }),
    );
    const answer = createFakeLoki(lines);
    // The labels of a service outlive its lines: streams are known though the window holds none.
    return async (request) =>
      request.url.includes('/loki/api/v1/series')
        ? Response.json({ status: 'success', data: [stream] })
        : answer(request);
  },
});
