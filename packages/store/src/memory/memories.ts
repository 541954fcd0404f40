import type { Memory, MemoryStore } from '@midwatch/core/incident';
import {
  type MemoryRow,
  type PreparedMemories,
  parseMemoryQuery,
  prepareAddedMemories,
  toMemory,
  type Verdict,
} from '../memory-rows.js';
import { toStoredText } from '../stored-text.js';
import type { MemoryTables } from './memory-tables.js';

export function createMemoryMemories(tables: MemoryTables): MemoryStore {
  return {
    async search(query) {
      const { limit, terms } = parseMemoryQuery(query);
      if (terms.length === 0) return { memories: [], total: 0 };
      const asked = new Set(terms);
      // In place of a database's own order: by how many terms are shared.
      const found = [...tables.memories.values()]
        .map((row) => ({ row, shared: row.terms.split(' ').filter((term) => asked.has(term)).length }))
        .filter(({ shared }) => shared > 0)
        .toSorted((one, other) => other.shared - one.shared || compareKeys(one.row, other.row))
        .slice(0, limit);
      return { memories: found.map(({ row }) => told(tables, row)), total: tables.memories.size };
    },
    async add(memories, nowMs) {
      const before = tables.memories.size;
      for (const row of prepareAddedMemories(memories, nowMs))
        if (!tables.memories.has(row.memory_key)) tables.memories.set(row.memory_key, row);
      return tables.memories.size - before;
    },
    async listShown(incidentId) {
      const id = toStoredText(incidentId, "an incident's id");
      return [...tables.shown.values()]
        .filter(({ incident_id }) => incident_id === id)
        .flatMap(({ memory_key }) => tables.memories.get(memory_key) ?? [])
        .toSorted(compareKeys)
        .map((row) => told(tables, row));
    },
  };
}

function told(tables: MemoryTables, row: MemoryRow): Memory {
  const tally = (wanted: Verdict) =>
    [...tables.shown.values()].filter(
      ({ memory_key, verdict }) => memory_key === row.memory_key && verdict === wanted,
    ).length;
  return toMemory({ ...row, helped: tally('helped'), misled: tally('misled') });
}

export function writeMemories(
  tables: MemoryTables,
  { memory, shown, verdicts }: PreparedMemories,
  incidentId: string,
  nowMs: number,
): void {
  const toKey = (key: string) => JSON.stringify([incidentId, key]);
  if (memory !== undefined) tables.memories.delete(incidentId);
  if (typeof memory === 'object') {
    const place = { memory_key: incidentId, incident_id: incidentId, kept_at_ms: nowMs };
    tables.memories.set(incidentId, { ...place, ...memory });
  }
  for (const key of shown) {
    if (tables.shown.has(toKey(key))) continue;
    const row = { incident_id: incidentId, memory_key: key, at_ms: nowMs, verdict: 'open' } as const;
    tables.shown.set(toKey(key), row);
  }
  for (const { key, verdict } of verdicts) {
    const row = tables.shown.get(toKey(key));
    if (row !== undefined) row.verdict = verdict;
  }
}

/** With what is known of them; the number of those that were there. */
export function forgetMemories(
  { memories, shown }: MemoryTables,
  isForgotten: (row: MemoryRow) => boolean,
): number {
  const rows = [...memories.values()].filter(isForgotten);
  for (const { memory_key } of rows) {
    memories.delete(memory_key);
    for (const [key, row] of shown) if (row.memory_key === memory_key) shown.delete(key);
  }
  return rows.length;
}

/** Deletes the oldest. */
export function pruneMemories(tables: MemoryTables, beforeMs: number, limit: number): number {
  const old = new Set(
    [...tables.memories.values()]
      .filter(({ kept_at_ms }) => kept_at_ms < beforeMs)
      .toSorted((one, other) => one.kept_at_ms - other.kept_at_ms || compareKeys(one, other))
      .slice(0, limit),
  );
  for (const [key, { at_ms }] of tables.shown) if (at_ms < beforeMs) tables.shown.delete(key);
  return forgetMemories(tables, (row) => old.has(row));
}

function compareKeys(one: MemoryRow, other: MemoryRow): number {
  return one.memory_key < other.memory_key ? -1 : 1;
}
