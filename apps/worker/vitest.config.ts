import { join } from 'node:path';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { findFreePort } from '@midwatch/vitest-preset/free-port';
import { defineConfig } from 'vitest/config';

/** For the simulated sources, Slack's stand-in and a model, which run in Node beside workerd. */
const port = await findFreePort();
process.env['MIDWATCH_WORLD_PORT'] = String(port);
const world = `http://127.0.0.1:${port}`;
const migrations = await readD1Migrations(join(import.meta.dirname, '../../packages/store/migrations/d1'));
const conditions = ['@midwatch/source', 'workerd', 'worker', 'import', 'module', 'default'];

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.jsonc' },
      miniflare: {
        bindings: {
          MIGRATIONS: migrations,
          WORLD_URL: world,
          MIDWATCH_WEBHOOK_TOKEN: 'token-of-whoever-sends',
          MIDWATCH_READ_TOKEN: 'token-of-whoever-reads',
          // The simulator computes beside the Worker: its time says nothing of a vendor.
          MIDWATCH_COLLECT_DEADLINE_MS: '20000',
          LOKI_URL: `${world}/loki`,
          PROMETHEUS_URL: `${world}/prometheus`,
          JAEGER_URL: `${world}/jaeger`,
          ARGOCD_URL: `${world}/argocd`,
          ARGOCD_TOKEN: 'replaced-by-the-world',
          SLACK_BOT_TOKEN: 'xoxb-stand-in',
          SLACK_CHANNEL: 'C0STANDIN',
          SLACK_API_URL: `${world}/api`,
          ANTHROPIC_API_KEY: 'sk-test-0123456789',
          ANTHROPIC_BASE_URL: `${world}/claude`,
        },
      },
    }),
  ],
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: 'workerd',
    root: import.meta.dirname,
    include: ['src/**/*.workers.test.ts'],
    globalSetup: ['src/__fixtures__/outside-world.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    retry: 0,
    reporters: ['default', ['json', { outputFile: '.vitest/report.json' }]],
  },
});
