import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { querySignals } from '@midwatch/core';
import { loadConfig } from 'midwatch/config';
import { afterEach, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Nothing of Midwatch's is imported but types, which are gone when it runs: it needs no package and no fork. */
const connector = `import type { ConnectorV1 } from '@midwatch/core';

const window = (startMs: number, endMs: number) => ({ startMs, endMs });

export function createFlagConnector(flags: readonly { at: number; service: string; name: string }[]): ConnectorV1 {
  return {
    specVersion: 'v1',
    id: 'flags',
    sources: {
      deploys: {
        limits: { maxItems: 100 },
        async doQuery({ limit, target, window: { startMs, endMs } }) {
          const found = flags.filter(({ at, service }) => at >= startMs && at < endMs && service === target.service);
          return {
            signals: found.slice(-limit).map(({ at, name, service }) => ({
              kind: 'deploys', id: name, timestampMs: at, timeUnixNano: at + '000000', connectorId: 'flags', queryId: 'q',
              service, revision: name, changes: [{ path: 'flag ' + name, before: 'off', after: 'on' }], phase: 'succeeded',
            })),
            gaps: found.length > limit ? [{ reason: 'row-limit' }] : [],
            provenance: [{ queryId: 'q', language: 'list', text: 'flags', window: window(startMs, endMs) }],
          };
        },
      },
    },
    checkHealth: async () => ({ state: 'healthy' }),
  };
}
`;

const config = `import { createFlagConnector } from './flag-connector.js';

export default {
  connectors: [createFlagConnector([{ at: 1_000_000, service: 'shop-cart', name: 'new-cart' }])],
  services: [{ name: 'cart', aliases: { flags: 'shop-cart' } }],
};
`;

it('a configuration outside of the workspace brings a connector of its own, from a file beside it', async () => {
  writeFileSync(join(folder, 'flag-connector.ts'), connector);
  writeFileSync(join(folder, 'midwatch.config.ts'), config);
  const { connectors, services } = await loadConfig(undefined, folder);
  expect(services).toEqual([{ name: 'cart', aliases: { flags: 'shop-cart' } }]);
  const [flags] = connectors;
  const { gaps, signals } = await querySignals(
    flags!,
    'deploys',
    { target: { service: 'shop-cart' }, window: { startMs: 999_000, endMs: 1_001_000 } },
    { redact: 'none' },
  );
  expect(gaps).toEqual([]);
  expect(signals).toMatchObject([
    { service: 'shop-cart', changes: [{ path: 'flag new-cart', after: 'on' }] },
  ]);
});
