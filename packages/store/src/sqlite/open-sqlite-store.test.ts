import { storeSuite } from '../__fixtures__/store-suite.js';
import { openSqliteStore } from './open-sqlite-store.js';

storeSuite('sqlite in memory', () => openSqliteStore({ path: ':memory:' }));
