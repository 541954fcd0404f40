import type { MemoryStore } from '@midwatch/core/incident';
import { sql } from 'kysely';
import { type MemoryRow, parseMemoryQuery, prepareAddedMemories, toMemory } from '../memory-rows.js';
import { toStoredText } from '../stored-text.js';
import { insertMemory, toCells } from './memory-statements.js';
import type { SqlSession } from './sql-engine.js';

type FoundRow = MemoryRow & { helped: number; misled: number };

const tally = (verdict: string) => sql`(select count(*) from memory_shown as told
  where told.memory_key = memory.memory_key and told.verdict = ${verdict})`;
const columns = sql`memory.memory_key, memory.incident_id, memory.at_ms, memory.kept_at_ms, memory.service, memory.namespace,
  memory.cause_service, memory.cause, memory.signatures, memory.words, memory.terms,
  ${tally('helped')} as helped, ${tally('misled')} as misled`;

export function createSqlMemories(session: SqlSession): MemoryStore {
  return {
    async search(query) {
      const { limit, terms } = parseMemoryQuery(query);
      if (terms.length === 0) return { memories: [], total: 0 };
      const { from, isFound, nearness } = session.dialect.findMemories(terms);
      const [rows, totals] = (await session.runAll([
        sql`select ${columns} from ${from} where ${isFound} order by ${nearness} limit ${limit}`,
        sql`select count(*) as total from memory`,
      ])) as readonly [readonly FoundRow[], readonly { total: number }[]];
      return { memories: rows.map((row) => toMemory(row)), total: Number(totals[0]?.total ?? 0) };
    },
    async add(memories, nowMs) {
      const rows = prepareAddedMemories(memories, nowMs);
      const answers = await session.runAll(
        rows.map((row) => sql`${insertMemory(toCells(row), sql`1 = 1`)} returning memory_key`),
      );
      return answers.reduce((count, answer) => count + answer.length, 0);
    },
    async listShown(incidentId) {
      const id = toStoredText(incidentId, "an incident's id");
      const rows = await session.run<FoundRow>(sql`select ${columns} from memory_shown as shown
        join memory on memory.memory_key = shown.memory_key
        where shown.incident_id = ${id} limit 200`);
      return rows.map((row) => toMemory(row)).toSorted((one, other) => (one.key < other.key ? -1 : 1));
    },
  };
}
