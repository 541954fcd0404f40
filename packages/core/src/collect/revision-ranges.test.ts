import { expect, it } from 'vitest';
import type { ConnectorV1, SignalQueryByKind } from '../connector/v1/connector.js';
import { plan } from '../plan/plan.js';
import { ALERT, NOW_MS } from './__fixtures__/connectors.js';
import { collectSignals } from './collect-signals.js';

const between = [{ repository: 'shop/edge', base: 'a1', head: 'b2' }];

function deploysOf(id: string, asked: string[], maxRanges?: number): ConnectorV1 {
  return {
    specVersion: 'v1',
    id,
    checkHealth: async () => ({ state: 'healthy' }),
    sources: {
      deploys: {
        limits: { maxItems: 100, ...(maxRanges === undefined ? {} : { maxRanges }) },
        doQuery: async (query: SignalQueryByKind['deploys']) => {
          if (query.between !== undefined) asked.push(id);
          return { signals: [], gaps: [], provenance: [] };
        },
      },
    },
  };
}

it('asks what lies between two revisions only of those who can tell, and calls the others no gap', async () => {
  const asked: string[] = [];
  const planned = plan(ALERT, NOW_MS);
  const range = {
    ...planned.queries.find(({ kind }) => kind === 'deploys')!,
    purpose: 'revision-range' as const,
  };
  const { sources } = await collectSignals({
    connectors: [deploysOf('history', asked), deploysOf('repository', asked, 10)],
    plan: {
      ...planned,
      queries: [],
      secondWave: () => [{ ...range, wave: 2, query: { ...range.query, between } } as typeof range],
    },
    redact: 'none',
  });
  expect(asked).toEqual(['repository']);
  expect(sources.filter(({ connectorId }) => connectorId === 'history')).toEqual([]);
});
