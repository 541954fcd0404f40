import type { ChangeQuery, ChangeStore } from '@midwatch/core/incident';
import { compareChanges, parseChangeQuery, prepareChanges } from '../prepare-change.js';
import { type ChangeRow, toChange } from '../stored-rows.js';
import type { MemoryTables } from './memory-tables.js';

export function createMemoryChanges({ changes }: MemoryTables): ChangeStore {
  return {
    async add(given, nowMs) {
      const rows = await prepareChanges(given, nowMs);
      return rows.map((row) => {
        if (changes.has(row.id)) return { id: row.id, outcome: 'repeated' };
        changes.set(row.id, row);
        return { id: row.id, outcome: 'added' };
      });
    },
    async list(request) {
      const query = parseChangeQuery(request);
      const { endMs, namespace, service, startMs } = query;
      const found = [...changes.values()]
        .filter((row) => row.timestamp_ms >= startMs && row.timestamp_ms < endMs)
        .filter((row) => service === undefined || row.service === service)
        .filter((row) => namespace === undefined || (row.namespace ?? namespace) === namespace)
        .toSorted(compareChanges);
      return { changes: cut(found, query).map((row) => toChange(row)), total: found.length };
    },
  };
}

function cut(ascending: readonly ChangeRow[], { keep, limit }: ChangeQuery): readonly ChangeRow[] {
  const total = ascending.length;
  if (total <= limit || keep === 'oldest') return ascending.slice(0, limit);
  if (keep === 'newest') return ascending.slice(-limit);
  // As the SQL engines do: a row is taken when the share of it and those before reaches the next whole number.
  const share = (count: number) => Math.floor((count * limit) / total);
  return ascending.filter((_, index) => share(index + 1) > share(index));
}
