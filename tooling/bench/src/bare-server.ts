// What `ack-vs-bare` compares with: one hono route that reads and parses a body, proves nothing and keeps nothing.
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono();
app.post('/webhooks/:source', async (context) => {
  const body = JSON.parse(await context.req.text()) as { readonly alerts: readonly unknown[] };
  return context.json({ alerts: body.alerts.length }, 202);
});
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`bare listens on http://127.0.0.1:${port}\n`);
});
process.once('SIGTERM', () => process.exit(0));
