#!/usr/bin/env node
import { constants } from 'node:os';
import { runServer } from './run-server.js';
import type { RunningServer } from './start-server.js';

let server: RunningServer | undefined;

// Before the start has ended, too: the first process of a container ignores what it has not asked for. A start may be cut off
// anywhere, since each migration is a transaction.
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    if (server === undefined) process.exit(128 + constants.signals[name]);
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}

// Whoever read what is printed may end before the server does, and takes no incident with it. The log's own stream does the same.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

server = await runServer({
  environment: process.env,
  // npm and pnpm change into the package's folder; files are meant from where the person stands.
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
});
if (server === undefined) process.exitCode = 1;
