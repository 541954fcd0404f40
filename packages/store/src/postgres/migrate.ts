import { Client, type ClientConfig } from 'pg';
import { checkNewest, checkNotNewer, type Migration, migrationError } from '../sql/schema-version.js';
import { StoreError } from '../store-error.js';
import { toPlainError } from './plain-error.js';
import { postgresMigrations } from './postgres-migrations.js';

/** For one migration, and for whoever waits until another replica has done it. */
const patience = { lock_timeout: 600_000, statement_timeout: 600_000, query_timeout: 600_000 };

async function versionOf(client: Client): Promise<number> {
  // By reading pg_class, which makes a session take note of what others have created; to_regclass alone may not know it yet.
  const found = await client.query(
    "select 1 from pg_class where relname = 'midwatch_schema' and pg_table_is_visible(oid)",
  );
  if (found.rows.length === 0) return 0;
  const { rows } = await client.query('select version from midwatch_schema');
  return Number(rows[0]?.version ?? 0);
}

/**
 * Brings the schema forward, each migration in its own transaction, which waits for others that migrate and asks for the version
 * again: of replicas that start at once, one migrates. A migration that fails leaves the schema before it.
 */
export async function migrate(
  config: ClientConfig,
  migrations: readonly Migration[] = postgresMigrations,
): Promise<void> {
  const newest = migrations.at(-1)?.version ?? 0;
  await withClient({ ...config, ...patience }, async (client) => {
    const version = await versionOf(client);
    checkNotNewer(version, newest);
    if (version === newest) return;
    for (const migration of migrations) await apply(client, migration, newest);
  });
}

/** For a database that must not be changed. */
export async function requireNewest(config: ClientConfig): Promise<void> {
  await withClient(config, async (client) =>
    checkNewest(await versionOf(client), postgresMigrations.at(-1)?.version ?? 0),
  );
}

async function withClient(config: ClientConfig, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client(config);
  // What breaks the connection also fails the statement that waits for it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } catch (error) {
    throw StoreError.is(error) ? error : toPlainError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function apply(client: Client, { name, text, version }: Migration, newest: number): Promise<void> {
  await client.query('begin');
  await client.query("select pg_advisory_xact_lock(hashtextextended('midwatch migration', 0))");
  try {
    const current = await versionOf(client);
    checkNotNewer(current, newest);
    if (current < version) await client.query(text);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw StoreError.is(error) ? error : migrationError(name, toPlainError(error));
  }
}
