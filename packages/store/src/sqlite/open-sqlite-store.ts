import type { Store } from '@midwatch/core/incident';
import Database from 'better-sqlite3';
import { createSqlStore } from '../sql/create-sql-store.js';
import type { SqlEngine } from '../sql/sql-engine.js';
import { commitTogether } from './commit-together.js';
import { keptPlanDialect } from './kept-plan-dialect.js';
import { migrate, requireNewest } from './migrate.js';

export interface SqliteStoreOptions {
  /** The database file, made when it is absent; its folder has to be there. `:memory:` keeps nothing. */
  path: string;
  /** How long a write waits for that of another process. Default: 5,000. */
  busyTimeoutMs?: number;
  /**
   * Reads what another process keeps: the file has to be there, and is neither made, migrated nor written. A schema of another
   * version is refused. Default: false.
   */
  readOnly?: boolean;
}

/** What SQLite writes between two checkpoints: 1,000 pages. */
const LOG_BYTES = 4 * 1024 * 1024;

/**
 * Opens the database and brings its schema forward. Rejects with a `StoreError` when a newer version has migrated it, or a
 * migration fails. Several processes of one machine may open the same file; over a network file system they may not.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, busyTimeoutMs = 5_000, readOnly = false } = options;
  const database = new Database(path, {
    timeout: busyTimeoutMs,
    readonly: readOnly,
    fileMustExist: readOnly,
  });
  try {
    if (readOnly) {
      requireNewest(database);
      return createSqlStore(createSqliteEngine(database));
    }
    await enterWal(database, busyTimeoutMs);
    // One fsync for each commit: what was acknowledged outlives a power failure, not only the process.
    database.pragma('synchronous = FULL');
    // What is deleted is gone from the file, too, and not only from what is found in it.
    database.pragma('secure_delete = ON');
    // Once large, the log would keep for good what is written beyond its usual length, also of what is deleted.
    database.pragma(`journal_size_limit = ${LOG_BYTES}`);
    migrate(database);
  } catch (error) {
    database.close();
    throw error;
  }
  return createSqlStore(createSqliteEngine(database));
}

/** Of processes that open a new file at once, all but one are told that it is busy: SQLite does not wait for this change. */
async function enterWal(database: Database.Database, busyTimeoutMs: number): Promise<void> {
  const pauseMs = 20;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      const isBusy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!isBusy || waitedMs >= busyTimeoutMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function createSqliteEngine(database: Database.Database): SqlEngine {
  // Every value is a parameter, so there are only as many texts as statements in this package.
  const prepared = new Map<string, Database.Statement>();
  const prepare = (text: string) => {
    const known = prepared.get(text);
    if (known !== undefined) return known;
    const statement = database.prepare(text);
    prepared.set(text, statement);
    return statement;
  };
  const run = (statements: Parameters<SqlEngine['batch']>[0]) =>
    statements.map(({ sql, parameters }) => {
      const statement = prepare(sql);
      if (statement.reader) return statement.all(...parameters);
      statement.run(...parameters);
      return [];
    });
  // What only reads sees the last commit and waits for nobody.
  const readAll = database.transaction(run).deferred;
  const read = (statements: Parameters<SqlEngine['batch']>[0]) =>
    statements.length === 1 ? run(statements) : readAll(statements);
  const group = commitTogether(database);
  const onlyReads = (statements: Parameters<SqlEngine['batch']>[0]) =>
    statements.every(({ sql }) => prepare(sql).readonly);
  return {
    dialect: keptPlanDialect,
    batch: async (statements) =>
      onlyReads(statements) ? read(statements) : group.write(() => run(statements)),
    // Without a pause: nothing else of this process comes between two statements.
    converse: (begin) =>
      group.write(() => {
        const talk = begin();
        for (let next = talk.next(); ; next = talk.next(run(next.value))) {
          if (next.done === true) return next.value;
        }
      }),
    toCell: (bytes) => bytes,
    fromCell: (cell) => new Uint8Array(cell as Uint8Array),
    close: async () => {
      group.flush();
      database.close();
    },
  };
}
