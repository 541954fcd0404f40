export { type D1DatabaseLike, type D1StatementLike, openD1Store } from './open-d1-store.js';
