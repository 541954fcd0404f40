#!/usr/bin/env node
import { runServer } from './run-server.js';

const starting = runServer({
  environment: process.env,
  // npm and pnpm change into the package's folder; files are meant from where the person stands.
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
});

// From the first moment: the first process of a container dies of no signal that it has not asked for.
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    starting
      .then((server) => server?.close())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  });
}

if ((await starting) === undefined) process.exitCode = 1;
