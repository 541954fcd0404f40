import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
} from 'kysely';
import type { SqlDialect } from './sql-dialect.js';

/** What a database has to do for the store: run some statements as one transaction. All else is written once, in SQL. */
export interface SqlEngine {
  readonly dialect: SqlDialect;
  /** In order, all or none; the rows that each gave. Every parameter is a text, a number, null, or what `toCell` made. */
  batch(statements: readonly CompiledQuery[]): Promise<readonly (readonly unknown[])[]>;
  /**
   * As one transaction too, where what is said next depends on what was answered. It may be begun again from its start. Absent
   * where nothing can be read before a transaction's end.
   */
  converse?<Result>(begin: () => Talk<CompiledQuery, Result>): Promise<Result>;
  /** Bytes as the dialect's migration stores them. */
  toCell(bytes: Uint8Array): unknown;
  fromCell(cell: unknown): Uint8Array;
  close(): Promise<void>;
}

/** Asks with statements, is answered with the rows of each, and ends with a result. */
export type Talk<Statement, Result> = Generator<
  readonly Statement[],
  Result,
  readonly (readonly unknown[])[]
>;

/** Makes a statement out of a template; it has no connection, so it can only compile. */
type Compile = <Row>(statement: RawBuilder<Row>) => CompiledQuery<Row>;

function createCompile(dialect: SqlDialect): Compile {
  const compiler = new Kysely<Record<string, never>>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => dialect.createQueryCompiler(),
    },
  });
  return (statement) => statement.compile(compiler);
}

/** A database with the dialect: what the parts of the store share. */
export interface SqlSession {
  readonly dialect: SqlDialect;
  /** In one transaction, in order; the rows of the last statement. */
  run<Row>(last: RawBuilder<Row>, before?: readonly RawBuilder<unknown>[]): Promise<readonly Row[]>;
  /** In one transaction, behind those `before`; the rows of every other statement, whose types the caller knows. */
  runAll(
    statements: readonly RawBuilder<unknown>[],
    before?: readonly RawBuilder<unknown>[],
  ): Promise<readonly (readonly unknown[])[]>;
  /** See `SqlEngine.converse`. */
  readonly converse:
    | (<Result>(begin: () => Talk<RawBuilder<unknown>, Result>) => Promise<Result>)
    | undefined;
  toCell(bytes: Uint8Array): unknown;
  fromCell(cell: unknown): Uint8Array;
}

export function createSqlSession(engine: SqlEngine): SqlSession {
  const compile = createCompile(engine.dialect);
  const runAll: SqlSession['runAll'] = async (statements, before = []) => {
    const results = await engine.batch([...before, ...statements].map((statement) => compile(statement)));
    return results.slice(before.length);
  };
  function* compiled<Result>(talk: Talk<RawBuilder<unknown>, Result>): Talk<CompiledQuery, Result> {
    for (let next = talk.next(); ; ) {
      if (next.done === true) return next.value;
      next = talk.next(yield next.value.map((statement) => compile(statement)));
    }
  }
  const converse = engine.converse?.bind(engine);
  return {
    dialect: engine.dialect,
    converse: converse && ((begin) => converse(() => compiled(begin()))),
    async run<Row>(last: RawBuilder<Row>, before: readonly RawBuilder<unknown>[] = []) {
      const results = await runAll([...before, last]);
      return (results.at(-1) ?? []) as readonly Row[];
    },
    runAll,
    toCell: (bytes) => engine.toCell(bytes),
    fromCell: (cell) => engine.fromCell(cell),
  };
}
