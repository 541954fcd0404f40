import type { BundleStore, Pruned, PruneRequest, Store } from '@midwatch/core/incident';
import { sql } from 'kysely';
import type { SqlSession } from '../sql/sql-engine.js';
import { StoreError } from '../store-error.js';
import { checkBundle, toStoredText } from '../stored-text.js';

/** What the store uses of an R2 binding. */
export interface R2BucketLike {
  put(key: string, bytes: Uint8Array): Promise<unknown>;
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
  delete(keys: string | string[]): Promise<void>;
}

/** https://developers.cloudflare.com/r2/platform/limits/ */
const MAX_KEY_BYTES = 1_024;
const MAX_KEYS_OF_DELETE = 1_000;
const EMPTY = new Uint8Array();

/**
 * Bundles as objects of the bucket; the database keeps their keys and times. A key is written before its object and removed
 * after it: whatever breaks between, retention still finds the object.
 */
export function createR2Bundles(bucket: R2BucketLike, keys: BundleStore): BundleStore {
  return {
    async put(key, bytes, nowMs) {
      checkBundle(bytes);
      const stored = toObjectKey(key);
      await keys.put(stored, EMPTY, nowMs);
      await bucket.put(stored, bytes);
    },
    async get(key) {
      const found = await bucket.get(toObjectKey(key));
      return found === null ? undefined : new Uint8Array(await found.arrayBuffer());
    },
    async delete(key) {
      const stored = toObjectKey(key);
      await bucket.delete(stored);
      return keys.delete(stored);
    },
  };
}

/** As the engine prunes, but for bundles: objects first, then their keys. */
export function createR2Prune(
  bucket: R2BucketLike,
  session: SqlSession,
  prune: Store['prune'],
): (request: PruneRequest) => Promise<Pruned> {
  return async (request) => {
    const { bundlesBeforeMs, limit } = request;
    if (bundlesBeforeMs === undefined) return prune(request);
    const rows = await session.run<{ bundle_key: string }>(sql`select bundle_key from bundle
      where stored_at_ms < ${bundlesBeforeMs} order by stored_at_ms, bundle_key limit ${limit}`);
    const keys = rows.map(({ bundle_key: key }) => key);
    for (let start = 0; start < keys.length; start += MAX_KEYS_OF_DELETE)
      await bucket.delete(keys.slice(start, start + MAX_KEYS_OF_DELETE));
    return prune(request);
  };
}

function toObjectKey(key: string): string {
  const stored = toStoredText(key, "a bundle's key");
  const bytes = new TextEncoder().encode(stored).byteLength;
  if (bytes <= MAX_KEY_BYTES) return stored;
  throw new StoreError('too-large', `a bundle's key has ${bytes} bytes, R2 takes at most ${MAX_KEY_BYTES}`);
}
