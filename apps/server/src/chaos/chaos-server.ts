// The server as it is composed, as a process of its own that can be killed. What `main.ts` does beside, reading a configuration,
// is done here in code: an address of this machine as receiver of the signed webhook needs it.

import { flushCompileCache } from 'node:module';
import { createWebhookNotifier } from '@midwatch/notifier-webhook';
import { createLog } from '../create-log.js';
import { readEnvironment } from '../environment.js';
import { startServer } from '../start-server.js';
import { chaosConnectors } from './chaos-sources.js';

const folder = process.cwd();
const webhookUrl = process.env['CHAOS_RECEIVER_URL'] ?? '';
const secret = process.env['CHAOS_RECEIVER_SECRET'] ?? '';

const server = await startServer({
  settings: readEnvironment(process.env, folder),
  connectors: chaosConnectors,
  notifiers: [createWebhookNotifier({ webhookUrl, secret, allowLoopback: true })],
  // Nothing is left to come once the first looks are made: what waits at the end was forgotten.
  rules: { secondLooksAfterMs: [], cooldownMs: 1_000 },
  plan: {},
  log: createLog({ level: 'warn', secrets: [] }),
  output: process.stdout,
  color: false,
});
process.stdout.write(`Midwatch listens on ${server.url}\n`);
// Otherwise done when a process ends, which this one hardly ever may.
flushCompileCache();
process.once('SIGTERM', () => {
  server.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
