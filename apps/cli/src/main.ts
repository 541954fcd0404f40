#!/usr/bin/env node
import { runCommand } from './run-command.js';

// A reader that has seen enough (`| head`) closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCommand(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  // npm and pnpm change into the package's folder; paths on the command line are meant from where the person stands.
  folder: process.env['INIT_CWD'] ?? process.cwd(),
});
