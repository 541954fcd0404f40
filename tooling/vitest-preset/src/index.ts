import { globSync } from 'node:fs';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Workspace packages resolve to each other's TypeScript, so that tests need no build. */
const conditions = ['@midwatch/source', 'import', 'module', 'default'];
const workersTests = ['src/**/*.conformance.test.ts', 'src/**/*.workers.test.ts'];

/** The tests of one package: every `*.test.ts` in Node; `*.conformance.test.ts` and `*.workers.test.ts` in workerd too. */
export function packageTests(folder: string): ViteUserConfig {
  const inWorkers = globSync(workersTests, { cwd: folder }).length > 0;
  const node = {
    resolve: { conditions: ['@midwatch/source', 'node', 'module'] },
    ssr: { resolve: { conditions: ['@midwatch/source', 'node', 'module'] } },
    test: {
      name: 'node',
      include: ['src/**/*.test.ts'],
      exclude: ['src/**/*.workers.test.ts'],
      server: { deps: { inline: [/@midwatch\//] } },
    },
  };
  const workers = {
    plugins: [
      cloudflareTest({
        miniflare: { compatibilityDate: '2026-10-20', compatibilityFlags: ['nodejs_compat'] },
      }),
    ],
    resolve: { conditions: ['@midwatch/source', 'workerd', 'worker', ...conditions.slice(1)] },
    ssr: { resolve: { conditions: ['@midwatch/source', 'workerd', 'worker', ...conditions.slice(1)] } },
    test: { name: 'workerd', include: workersTests },
  };
  return defineConfig({
    test: {
      root: folder,
      // For a machine that is slow and busy: what fails fails before.
      testTimeout: 60_000,
      hookTimeout: 60_000,
      expect: { poll: { timeout: 30_000 } },
      retry: 0,
      reporters: ['default', ['json', { outputFile: '.vitest/report.json' }]],
      projects: inWorkers ? [node, workers] : [node],
    },
  });
}
