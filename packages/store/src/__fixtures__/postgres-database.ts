import { startPostgres, type TestPostgres } from '@midwatch/vitest-preset/postgres';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';

export interface TestDatabases {
  /** The URL of a new, empty database. */
  create(): string;
  /** Beside the store, as an operator would. */
  query(url: string, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Locks the table until it is let go. */
  lock(url: string, table: string): Promise<{ letGo(): Promise<void> }>;
  readonly server: TestPostgres;
}

/** PostgreSQL for the tests of one suite. */
export function postgresDatabases(binary: string, settings?: Record<string, string>): TestDatabases {
  let server: TestPostgres | undefined;
  let made = 0;
  beforeAll(async () => {
    server = await startPostgres(binary, settings);
  });
  afterAll(() => server?.stop());
  return {
    create() {
      made += 1;
      return server!.createDatabase(`store_${made}`);
    },
    async query(url, sql, values) {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        return (await client.query(sql, values)).rows;
      } finally {
        await client.end();
      }
    },
    async lock(url, table) {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(`begin; lock table ${table}`);
      return { letGo: () => client.end() };
    },
    get server() {
      return server!;
    },
  };
}
