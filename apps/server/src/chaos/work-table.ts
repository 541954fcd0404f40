import Database from 'better-sqlite3';
import { Pool } from 'pg';

/** A piece of work as its row says. */
export interface WorkRow {
  readonly queue: string;
  readonly incidentId: string;
  readonly key: string;
  /** Of a step its kind, of a delivery its channel. */
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  /** When it is due, or when its lease ends. */
  readonly readyAtMs: number;
  readonly error: string | null;
}

/** The table of work as it stands, beside the store: no lease, no claim. */
export interface WorkTable {
  running(): Promise<readonly WorkRow[]>;
  failed(): Promise<readonly WorkRow[]>;
  find(row: Pick<WorkRow, 'queue' | 'incidentId' | 'key'>): Promise<WorkRow | undefined>;
  close(): Promise<void>;
}

type Query = (sql: string, values: readonly string[]) => Promise<unknown[]>;

const columns = `select queue, incident_id as "incidentId", item_key as "key", kind, state, attempts,
  ready_at_ms as "readyAtMs", error from work_item`;

export function openSqliteWork(path: string): WorkTable {
  const database = new Database(path, { readonly: true, timeout: 5_000 });
  const query: Query = async (sql, values) => database.prepare(sql.replaceAll(/\$\d/g, '?')).all(...values);
  return workTable(query, async () => {
    database.close();
  });
}

export function openPostgresWork(url: string): WorkTable {
  const pool = new Pool({ connectionString: url, max: 2 });
  // An idle connection that the server ends is no query that failed.
  pool.on('error', () => undefined);
  return workTable(
    async (sql, values) => (await pool.query(sql, [...values])).rows,
    () => pool.end(),
  );
}

function workTable(query: Query, close: () => Promise<void>): WorkTable {
  const rowsOf = async (sql: string, ...values: string[]) =>
    (await query(`${columns} where ${sql}`, values)).map(toRow);
  return {
    running: () => rowsOf(`state = 'running'`),
    failed: () => rowsOf(`state = 'failed'`),
    find: async ({ incidentId, key, queue }) =>
      (await rowsOf('queue = $1 and incident_id = $2 and item_key = $3', queue, incidentId, key))[0],
    close,
  };
}

/** PostgreSQL gives whole numbers as texts. */
function toRow(given: unknown): WorkRow {
  const row = given as WorkRow;
  return { ...row, attempts: Number(row.attempts), readyAtMs: Number(row.readyAtMs) };
}
