import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serve } from '@hono/node-server';
import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idleResponder } from '../__fixtures__/idle-responder.js';
import { createHttpApp } from '../http/index.js';

const run = promisify(execFile);
const text = readFileSync(join(import.meta.dirname, '../../../../docs/changes.md'), 'utf8');
const snippets = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code = '']) => code);

/** What Terraform says of a plan: one resource as before, one with other values, one that is new. */
const plan = {
  resource_changes: [
    { address: 'db.idle', change: { actions: ['no-op'], before: { size: 1 }, after: { size: 2 } } },
    {
      address: 'db.main',
      change: {
        actions: ['update'],
        before: { max_connections: 200, name: 'main', tags: { a: 'b' }, admin: 'old-hush' },
        after: { max_connections: 20, name: 'main', tags: { a: 'c' }, admin: 'new-hush' },
        before_sensitive: { admin: true },
        after_sensitive: { admin: true },
      },
    },
    {
      address: 'queue.mail',
      change: {
        actions: ['create'],
        before: null,
        after: { depth: 10 },
        before_sensitive: false,
        after_sensitive: {},
      },
    },
    {
      address: 'secret.all',
      change: { actions: ['update'], before: { a: 'hush' }, after: { a: 'hush2' }, after_sensitive: true },
    },
  ],
};

const hasTools = await run('sh', ['-c', 'command -v bash && command -v curl && command -v jq']).then(
  () => true,
  () => false,
);

describe.skipIf(!hasTools)('what docs/changes.md says to run (needs bash, curl and jq)', () => {
  const store = createMemoryStore();
  const app = createHttpApp({
    budgets: DEFAULT_BUDGETS,
    responder: idleResponder,
    store,
    redact: createRedactor(),
    tokens: [
      { role: 'webhook', token: 'writes' },
      { role: 'viewer', token: 'reads' },
    ],
    onReceived: () => undefined,
  });
  let url = '';
  let server: ReturnType<typeof serve> | undefined;
  beforeAll(
    () =>
      new Promise<void>((resolve) => {
        server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
          url = `http://127.0.0.1:${port}`;
          resolve();
        });
      }),
  );
  afterAll(() => new Promise((resolve) => server?.close(resolve)));

  async function execute(code: string): Promise<unknown> {
    const terraform = `terraform() { printf '%s' "$PLAN"; }`;
    const env = {
      PATH: process.env['PATH'],
      MIDWATCH_URL: url,
      MIDWATCH_WEBHOOK_TOKEN: 'writes',
      MIDWATCH_READ_TOKEN: 'reads',
      PLAN: JSON.stringify(plan),
      VERSION: 'v2.4.1',
      PREVIOUS_VERSION: 'v2.4.0',
      ACTOR: 'ann',
      RUN_URL: 'https://ci.example/runs/17',
      NO_PROXY: '*',
    };
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', `${terraform}\n${code}`], { env });
    return JSON.parse(stdout);
  }

  const added = { changes: [{ outcome: 'added' }] };

  it('is one snippet each for CI, a flag, Terraform and reading', () => {
    expect(snippets).toHaveLength(4);
  });

  it('keeps what CI tells, once however often it is sent', async () => {
    expect(await execute(snippets[0] ?? '')).toMatchObject(added);
    expect(await execute(snippets[0] ?? '')).toEqual({
      changes: [{ id: 'https://ci.example/runs/17', outcome: 'repeated' }],
    });
  });

  it('keeps a flag', async () => {
    expect(await execute(snippets[1] ?? '')).toMatchObject(added);
  });

  it("keeps what Terraform's plan changed, without what it calls sensitive", async () => {
    expect(await execute(snippets[2] ?? '')).toMatchObject(added);
    const query = { startMs: 0, endMs: Date.now() + 1_000, limit: 200, keep: 'newest' } as const;
    const { changes } = await store.changes.list(query);
    expect(changes.find(({ summary }) => summary === 'terraform apply')?.changes).toEqual([
      { path: 'db.main max_connections', before: '200', after: '20' },
      { path: 'queue.mail depth', before: null, after: '10' },
    ]);
  });

  it('lists all three', async () => {
    expect(await execute(snippets[3] ?? '')).toMatchObject({
      total: 3,
      changes: expect.arrayContaining([
        expect.objectContaining({ version: 'v2.4.1', previousVersion: 'v2.4.0', actor: 'ann' }),
        expect.objectContaining({ summary: 'new cart for everybody' }),
      ]),
    });
  });
});
