#!/usr/bin/env node
import { runServer } from './run-server.js';

const server = await runServer({
  environment: process.env,
  // npm and pnpm change into the package's folder; files are meant from where the person stands.
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
});

if (server === undefined) {
  process.exitCode = 1;
} else {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      server.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
