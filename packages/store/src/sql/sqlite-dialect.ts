import { SqliteQueryCompiler, sql } from 'kysely';
import type { SqlDialect } from './sql-dialect.js';

/** Of SQLite and D1, where one transaction writes at a time. */
export const sqliteDialect: SqlDialect = {
  createQueryCompiler: () => new SqliteQueryCompiler(),
  greater: (one, other) => sql`max(${one}, ${other})`,
  nextSeq: (table) => sql`coalesce((select max(seq) from ${sql.table(table)}), 0) + 1`,
  jsonTable(json, columns) {
    const cells = Object.keys(columns).map(
      (name) => sql`json_extract(value, ${sql.lit(`$.${name}`)}) as ${sql.ref(name)}`,
    );
    return sql`(select ${sql.join(cells)} from json_each(${json})) as told`;
  },
  // Inside of an item a quotation mark stands behind a backslash, so that `,"` begins an item.
  jsonListHas: (list, text) =>
    sql`instr(',' || substr(${list}, 2, length(${list}) - 2) || ',', ',' || json_quote(${text}) || ',') > 0`,
  alone: () => [],
  hold: () => [],
  findMemories: (terms) => ({
    from: sql`memory_index join memory on memory.seq = memory_index.rowid`,
    isFound: sql`memory_index match ${terms.join(' OR ')}`,
    nearness: sql`memory_index.rank`,
  }),
  passHeld: sql``,
};
