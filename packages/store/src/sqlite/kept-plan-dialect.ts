import { SqliteQueryCompiler } from 'kysely';
import type { SqlDialect } from '../sql/sql-dialect.js';
import { sqliteDialect } from '../sql/sqlite-dialect.js';

/**
 * SQLite as `better-sqlite3` builds it (with `SQLITE_ENABLE_STAT4`, and without the switch for stable plans) plans a statement
 * anew each time that it is given other values, if it sorts or joins by one of them: planning took ten times as long as running.
 * A value inside of a query of its own is no part of the plan. https://sqlite.org/c3ref/c_dbconfig_defensive.html, ENABLE_QPSG
 */
class KeptPlanCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '(select ?)';
  }
}

export const keptPlanDialect: SqlDialect = {
  ...sqliteDialect,
  createQueryCompiler: () => new KeptPlanCompiler(),
};
