import { storeSuite } from '../__fixtures__/store-suite.js';
import { createMemoryStore } from './create-memory-store.js';

storeSuite('memory', async () => createMemoryStore());
