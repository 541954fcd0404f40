import type { QueryCompiler, RawBuilder } from 'kysely';

type Fragment = RawBuilder<unknown>;

/** Where databases differ in what the store says to them. */
export interface SqlDialect {
  createQueryCompiler(): QueryCompiler;
  greater(one: Fragment, other: Fragment): Fragment;
  /** A number above those that the table's `seq` has. */
  nextSeq(table: 'work_item' | 'audit_entry'): Fragment;
  /** A JSON list of objects as a table with these columns. */
  jsonTable(json: string, columns: Readonly<Record<string, 'text' | 'bigint'>>): Fragment;
  /** Whether a JSON list of texts, written without spaces, has this text. */
  jsonListHas(list: Fragment, text: Fragment): Fragment;
  /** At a transaction's head: none with one of these keys runs beside it. Nothing where only one writes at a time. */
  alone(...keys: string[]): readonly Fragment[];
  /** At a transaction's head: the query's rows stay as they are until its end. Nothing where only one writes at a time. */
  hold(query: Fragment): readonly Fragment[];
  /** How the database's full-text search finds memories that have one of the terms; the nearest come first. */
  findMemories(terms: readonly string[]): {
    readonly from: Fragment;
    readonly isFound: Fragment;
    readonly nearness: Fragment;
  };
  /** Behind a query that takes a row `item`: passes those that another transaction holds. */
  readonly passHeld: Fragment;
}
