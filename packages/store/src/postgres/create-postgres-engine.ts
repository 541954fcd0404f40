import type { CompiledQuery } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import type { SqlEngine, Talk } from '../sql/sql-engine.js';
import { codeOf, toPlainError } from './plain-error.js';
import { postgresDialect } from './postgres-dialect.js';

/** Serialisation failure and deadlock: rolled back, and likely to pass the next time. */
const passing = new Set(['40001', '40P01']);
const MAX_ATTEMPTS = 5;

export function createPostgresEngine(pool: Pool): SqlEngine {
  // Every value is a parameter, so there are only as many texts as statements in this package.
  const names = new Map<string, string>();
  const toQuery = ({ parameters, sql }: CompiledQuery) => {
    const name = names.get(sql) ?? `midwatch-${names.size}`;
    names.set(sql, name);
    return { name, text: sql, values: [...parameters] };
  };
  return {
    dialect: postgresDialect,
    batch(statements) {
      const queries = statements.map((statement) => toQuery(statement));
      return tryAgain(() => runBatch(pool, queries));
    },
    converse: (begin) => tryAgain(() => runTalk(pool, begin(), toQuery)),
    toCell: (bytes) => bytes,
    fromCell: (cell) => new Uint8Array(cell as Uint8Array),
    close: () => pool.end(),
  };
}

interface Query {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

async function tryAgain<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !passing.has(codeOf(error) ?? '')) throw toPlainError(error);
    }
  }
}

/** Statement by statement, as the talk goes. */
async function runTalk<Result>(
  pool: Pool,
  talk: Talk<CompiledQuery, Result>,
  toQuery: (statement: CompiledQuery) => Query,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    let next = talk.next();
    while (next.done !== true) {
      const rows: unknown[][] = [];
      for (const statement of next.value) rows.push((await client.query(toQuery(statement))).rows);
      next = talk.next(rows);
    }
    await client.query('commit');
    release(client, undefined);
    return next.value;
  } catch (error) {
    const isOpen = await client.query('rollback').then(
      () => true,
      () => false,
    );
    release(client, isOpen ? error : new Error('the connection is lost'));
    throw error;
  }
}

/** Sent whole. After a statement that failed, PostgreSQL refuses the others and takes `commit` for `rollback`. */
async function runBatch(pool: Pool, queries: readonly Query[]): Promise<readonly (readonly unknown[])[]> {
  const client = await pool.connect();
  const begin = queries.length > 1 ? beginOf(queries) : undefined;
  const answers = await Promise.allSettled([
    ...(begin === undefined ? [] : [client.query(begin)]),
    ...queries.map((query) => client.query(query)),
    ...(begin === undefined ? [] : [client.query('commit')]),
  ]);
  const failed = answers.find((answer) => answer.status === 'rejected');
  release(client, failed?.reason);
  if (failed !== undefined) throw failed.reason;
  const rows = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.rows : []));
  return begin === undefined ? rows : rows.slice(1, -1);
}

/** What only reads sees one moment. */
function beginOf(queries: readonly Query[]): string {
  const onlyReads = queries.every(({ text }) => /^select\b(?!.*\bfor update$)/s.test(text));
  return onlyReads ? 'begin isolation level repeatable read read only' : 'begin';
}

/** A connection on which anything else went wrong is not used again. */
function release(client: PoolClient, error: unknown): void {
  client.release(error !== undefined && !passing.has(codeOf(error) ?? ''));
}
