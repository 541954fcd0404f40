import type { Store } from '@midwatch/core/incident';
import { createSqlStore } from '../sql/create-sql-store.js';
import { checkNotNewer } from '../sql/schema-version.js';
import { createSqlSession, type SqlEngine } from '../sql/sql-engine.js';
import { sqliteDialect } from '../sql/sqlite-dialect.js';
import { StoreError } from '../store-error.js';
import { joinBatches } from './join-batches.js';
import { createR2Bundles, createR2Prune, type R2BucketLike } from './r2-bundles.js';

/** The number of the newest file in `migrations/d1`. */
export const newestD1Version = 10;

/** What the store uses of a D1 binding. */
export interface D1DatabaseLike {
  prepare(query: string): D1StatementLike;
  batch(statements: D1StatementLike[]): Promise<{ readonly results: unknown[] }[]>;
}

export interface D1StatementLike {
  bind(...values: unknown[]): D1StatementLike;
}

export interface D1StoreOptions {
  /** Keeps the bundles as objects; the database keeps their keys and times. @default bundles are parts in the database */
  readonly bucket?: R2BucketLike | undefined;
  /**
   * What is asked while the database works waits and goes together as one batch, in order. For something that lives longer than
   * a request and that many ask at once, such as a Durable Object. @default false
   */
  readonly joinsBatches?: boolean | undefined;
}

/**
 * Opens a store over a D1 binding, whose schema `wrangler d1 migrations apply` has brought forward; one query asks. Rejects
 * with a `StoreError` when it is older or newer than this package.
 */
export async function openD1Store(database: D1DatabaseLike, options: D1StoreOptions = {}): Promise<Store> {
  const version = await readVersion(database);
  checkNotNewer(version, newestD1Version);
  if (version < newestD1Version) {
    throw new StoreError(
      'not-migrated',
      `the database has schema version ${version}, ${newestD1Version} is needed: run wrangler d1 migrations apply with ` +
        '"migrations_dir": "node_modules/@midwatch/store/migrations/d1"',
    );
  }
  const { bucket, joinsBatches = false } = options;
  const plain = createD1Engine(database);
  const engine = joinsBatches ? { ...plain, batch: joinBatches(plain.batch) } : plain;
  const store = createSqlStore(engine);
  if (bucket === undefined) return store;
  return {
    ...store,
    bundles: createR2Bundles(bucket, store.bundles),
    prune: createR2Prune(bucket, createSqlSession(engine), store.prune),
  };
}

async function readVersion(database: D1DatabaseLike): Promise<number> {
  try {
    const [answer] = await database.batch([database.prepare('select version from midwatch_schema')]);
    return Number((answer?.results[0] as { version?: unknown } | undefined)?.version ?? 0);
  } catch (error) {
    if (error instanceof Error && error.message.includes('no such table')) return 0;
    throw error;
  }
}

function createD1Engine(database: D1DatabaseLike): SqlEngine {
  return {
    dialect: sqliteDialect,
    async batch(statements) {
      const answers = await database.batch(
        statements.map(({ sql, parameters }) => database.prepare(sql).bind(...parameters)),
      );
      return answers.map(({ results }) => results);
    },
    toCell: toBase64,
    fromCell: (cell) => Uint8Array.from(atob(String(cell)), (character) => character.charCodeAt(0)),
    // A binding has nothing to give back.
    close: async () => undefined,
  };
}

function toBase64(bytes: Uint8Array): string {
  // In slices that fit a call's arguments.
  let binary = '';
  for (let offset = 0; offset < bytes.length; offset += 8_192) {
    binary += String.fromCharCode(...bytes.subarray(offset, offset + 8_192));
  }
  return btoa(binary);
}
