import type { ChangeQuery, ChangeStore } from '@midwatch/core/incident';
import { type RawBuilder, sql } from 'kysely';
import { compareChanges, parseChangeQuery, prepareChanges } from '../prepare-change.js';
import { type ChangeRow, toChange } from '../stored-rows.js';
import type { SqlDialect } from './sql-dialect.js';
import type { SqlSession } from './sql-engine.js';

/** In characters, of the rows that one statement carries: at three bytes each below the 2 MB of a parameter of D1. */
const statementCharacters = 500_000;
const columnTypes = {
  id: 'text',
  timestamp_ms: 'bigint',
  service: 'text',
  namespace: 'text',
  recorded_at_ms: 'bigint',
  document: 'text',
} as const satisfies Record<keyof ChangeRow, string>;
const columns = sql.join(Object.keys(columnTypes).map((name) => sql.ref(name)));

export function createSqlChanges(session: SqlSession): ChangeStore {
  return {
    async add(changes, nowMs) {
      const rows = await prepareChanges(changes, nowMs);
      if (rows.length === 0) return [];
      const results = await session.runAll(
        toParts(rows).map((part) => insertStatement(session.dialect, part)),
      );
      const added = new Set((results.flat() as { id: string }[]).map(({ id }) => id));
      // An id that stands twice in one call was added by the first of them.
      return rows.map(({ id }) => ({ id, outcome: added.delete(id) ? 'added' : 'repeated' }));
    },
    async list(request) {
      const query = parseChangeQuery(request);
      const [counts, rows] = (await session.runAll([
        sql`select count(*) as total from told_change where ${matches(query)}`,
        selectStatement(session.dialect, query),
      ])) as readonly [readonly { total: number }[], readonly ChangeRow[]];
      return {
        changes: rows.toSorted(compareChanges).map((row) => toChange(row)),
        total: Number(counts[0]?.total ?? 0),
      };
    },
  };
}

/** One statement for many rows: D1 counts statements, and takes at most 100 parameters in each. */
function insertStatement(dialect: SqlDialect, rows: readonly ChangeRow[]): RawBuilder<unknown> {
  return sql`insert into told_change (${columns})
    select ${columns} from ${dialect.jsonTable(JSON.stringify(rows), columnTypes)} where true
    on conflict (id) do nothing returning id`;
}

function toParts(rows: readonly ChangeRow[]): ChangeRow[][] {
  const parts: ChangeRow[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const length = JSON.stringify(row).length;
    characters += length;
    if (characters > statementCharacters) {
      parts.push([]);
      characters = length;
    }
    parts.at(-1)?.push(row);
  }
  return parts;
}

function matches({ endMs, namespace, service, startMs }: ChangeQuery): RawBuilder<unknown> {
  const ofService = service === undefined ? sql`1 = 1` : sql`service = ${service}`;
  const ofNamespace =
    namespace === undefined ? sql`1 = 1` : sql`(namespace is null or namespace = ${namespace})`;
  return sql`timestamp_ms >= ${startMs} and timestamp_ms < ${endMs} and ${ofService} and ${ofNamespace}`;
}

function selectStatement(dialect: SqlDialect, query: ChangeQuery): RawBuilder<unknown> {
  const { keep, limit } = query;
  if (keep === 'newest') {
    return sql`select ${columns} from told_change where ${matches(query)}
      order by timestamp_ms desc, id desc limit ${limit}`;
  }
  if (keep === 'oldest') {
    return sql`select ${columns} from told_change where ${matches(query)}
      order by timestamp_ms, id limit ${limit}`;
  }
  // A row is taken when the share of it and those before it reaches the next whole number: integers, which parameters need
  // not be.
  const share = sql`cast(${limit} as integer)`;
  const total = dialect.greater(sql`(select count(*) from told_change where ${matches(query)})`, share);
  return sql`select ${columns} from (select ${columns}, row_number() over (order by timestamp_ms, id) as position
      from told_change where ${matches(query)}) as numbered
    where position * ${share} / ${total} > (position - 1) * ${share} / ${total}`;
}
