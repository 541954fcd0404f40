import { createMemoryStore } from '@midwatch/store/memory';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { lifeCycleSuite } from './__fixtures__/life-cycle-suite.js';

lifeCycleSuite('memory', async () => createMemoryStore());
lifeCycleSuite('SQLite', () => openSqliteStore({ path: ':memory:' }));
