export { listOpenWork, type OpenWork, type OpenWorkQuery } from './list-open-work.js';
export {
  type D1DatabaseLike,
  type D1StatementLike,
  type D1StoreOptions,
  openD1Store,
} from './open-d1-store.js';
export type { R2BucketLike } from './r2-bundles.js';
