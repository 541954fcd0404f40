import type { ConnectorV1, SignalBatchV1, SignalKind } from '@midwatch/core';
import type { Planting } from './attack.js';
import { editsByPlace } from './plant.js';

/** What sources answered that nobody has written into, by connector, kind and query. */
export type Batches = Map<string, SignalBatchV1<SignalKind>>;

/** Whether something is planted into this connector's answers. */
export function isPlanted({ id }: ConnectorV1, plants: readonly Planting[]): boolean {
  const isApart = id === 'kubernetes' || id === 'changes';
  return isApart || plants.some(({ at }) => editsByPlace.get(at)?.source === id);
}

/** The same connector, asked only once for the same: most attacks touch one source, and reading the others costs the time. */
export function keepBatches(connector: ConnectorV1, batches: Batches): ConnectorV1 {
  const sources = Object.entries(connector.sources).map(([kind, source]) => {
    const doQuery = async (query: never, call: never): Promise<SignalBatchV1<SignalKind>> => {
      const key = JSON.stringify([connector.id, kind, query]);
      const known = batches.get(key);
      if (known !== undefined) return known;
      const batch = (await source.doQuery(query, call)) as SignalBatchV1<SignalKind>;
      batches.set(key, batch);
      return batch;
    };
    return [kind, { ...source, doQuery }];
  });
  return { ...connector, sources: Object.fromEntries(sources) as ConnectorV1['sources'] };
}
