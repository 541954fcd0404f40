import { afterEach, beforeEach, describe } from 'vitest';
import { storeSuite } from '../__fixtures__/store-suite.js';
import { actionTests } from '../__fixtures__/suite-actions.js';
import { createMemoryStore } from './create-memory-store.js';

storeSuite('memory', async () => createMemoryStore());

describe('actions', () => {
  let store = createMemoryStore();
  beforeEach(() => {
    store = createMemoryStore();
  });
  afterEach(() => store.close());
  actionTests(() => store);
});
