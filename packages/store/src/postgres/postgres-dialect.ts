import { PostgresQueryCompiler, sql } from 'kysely';
import type { SqlDialect } from '../sql/sql-dialect.js';

/** Transactions read what is committed at each statement; what must not change between two is held or done alone. */
export const postgresDialect: SqlDialect = {
  createQueryCompiler: () => new PostgresQueryCompiler(),
  greater: (one, other) => sql`greatest(${one}, ${other})`,
  // Whoever asks holds the incident: within one, numbers rise in the order of commits.
  nextSeq: (table) => sql`nextval(${sql.lit(`${table}_seq`)})`,
  jsonTable(json, columns) {
    const typed = Object.entries(columns).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`);
    return sql`jsonb_to_recordset(cast(${json} as jsonb)) as told(${sql.join(typed)})`;
  },
  // As in SQLite: a JSON parser of PostgreSQL's refuses NUL, which a list may have.
  jsonListHas: (list, text) =>
    sql`strpos(',' || substr(${list}, 2, length(${list}) - 2) || ',', ',' || to_json(${text})::text || ',') > 0`,
  findMemories(terms) {
    const query = sql`cast(${terms.join(' | ')} as tsquery)`;
    return {
      from: sql`memory`,
      isFound: sql`memory.found_by @@ ${query}`,
      nearness: sql`ts_rank(memory.found_by, ${query}) desc`,
    };
  },
  // Sorted, so that two that share keys wait in one order.
  alone: (...keys) => [
    sql`select pg_advisory_xact_lock(hashtextextended(told.key, 0))
      from jsonb_array_elements_text(cast(${JSON.stringify(keys.toSorted())} as jsonb)) as told(key)`,
  ],
  hold: (query) => [sql`${query} for update`],
  passHeld: sql`for update of item skip locked`,
};
