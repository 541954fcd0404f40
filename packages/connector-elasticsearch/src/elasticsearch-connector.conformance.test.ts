import { connectorConformance } from '@midwatch/testkit/conformance';
import {
  createFakeElasticsearch,
  type FakeOptions,
  type StoredRecord,
} from './__fixtures__/fake-elasticsearch.js';
import { createElasticsearchConnector } from './index.js';

for (const flavor of ['elasticsearch', 'opensearch'] as const) {
  await connectorConformance({
    name: flavor,
    skip: {
      'base-path-prefix':
        'A point in time is closed by DELETE, for which there is no other way; the prefix and the User-Agent are tested in elasticsearch-connector.requests.test.ts.',
    },
    create: (input) =>
      createElasticsearchConnector({
        ...input,
        webUrl: 'https://kibana.example.com',
        // Few lines are several pages.
        maxEntriesPerRequest: 4,
      }),
    backend: ({ count, service, window }) => {
      const lengthMs = window.endMs - window.startMs;
      const toRecord = (atMs: number, number: number): StoredRecord => ({
        source: {
          '@timestamp': new Date(atMs).toISOString(),
          message: `attempt ${number} failed`,
          log: { level: 'error' },
          'service.name': service,
          kubernetes: { namespace: 'shop', pod: { name: `${service}-5d4b9c7f6-9hjlc` } },
          trace: { id: '0af7651916cd43dd8448eb211c80319c' },
        },
      });
      const records = Array.from({ length: count }, (_, index) =>
        toRecord(window.startMs + Math.floor((lengthMs * index) / count), index),
      );
      // The service is known from a time before the window.
      const earlier = toRecord(window.startMs - 24 * 3_600_000, -1);
      const options: FakeOptions = { flavor };
      return createFakeElasticsearch([earlier, ...records], options);
    },
  });
}
