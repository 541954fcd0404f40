import type { Store } from '@midwatch/core/incident';
import { Pool } from 'pg';
import { createSqlStore } from '../sql/create-sql-store.js';
import { toConnectionConfig } from './connection-config.js';
import { createPostgresEngine } from './create-postgres-engine.js';
import { migrate, requireNewest } from './migrate.js';

export interface PostgresStoreOptions {
  /** `postgres://USER:PASSWORD@HOST:5432/DATABASE`; `?sslmode=verify-full&sslrootcert=FILE` for TLS. */
  url: string;
  /** At most so many connections of this process, more than its work takes at a time. Default: 16. */
  maxConnections?: number;
  /**
   * Reads what servers keep: nothing is migrated, and PostgreSQL refuses every write. A schema of another version is refused.
   * Default: false.
   */
  readOnly?: boolean;
}

/**
 * Connects and brings the schema forward; any number of replicas may do so at once. Rejects when the database cannot be reached,
 * and with a `StoreError` when a newer version has migrated it or a migration fails. No error holds the URL or its password.
 * Every statement gives up after 12 seconds at the latest, and connections that broke are made anew.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { maxConnections = 16, readOnly = false, url } = options;
  const config = toConnectionConfig(url);
  if (readOnly) {
    config.options = `${config.options ?? ''} -c default_transaction_read_only=on`;
    await requireNewest(config);
  } else await migrate(config);
  const pool = new Pool({ ...config, max: maxConnections });
  // A connection that breaks is told to whoever waits on it, and the pool forgets it; unheard, it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return createSqlStore(createPostgresEngine(pool));
}
