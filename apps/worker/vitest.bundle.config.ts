import { defineConfig } from 'vitest/config';

const conditions = ['@midwatch/source', 'node', 'import', 'module', 'default'];

/** From outside: what would be uploaded, in a workerd of its own. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name: 'bundle', root: import.meta.dirname, include: ['src/bundle.test.ts'], retry: 0 },
});
