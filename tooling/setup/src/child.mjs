import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { binaries, memory, packageManagerFile } from './paths.mjs';

/** Said to the person as it is, without a stack. */
export class SetupError extends Error {}

/** The environment for the checkout's own tools: its Node first, no telemetry, development packages always. */
export function toolEnvironment() {
  // Turbo calls the package manager by name. npx keeps it in a folder of its own; the install wrote down where.
  const packageManager = readIfThere(packageManagerFile);
  const folders = [binaries, ...(packageManager === undefined ? [] : [dirname(packageManager)])];
  /** @type {NodeJS.ProcessEnv} */
  const environment = {
    ...process.env,
    PATH: [...folders, process.env['PATH'] ?? ''].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    WRANGLER_SEND_METRICS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    // `npm run -s` means our own silence, not that of a tool whose errors we may have to show.
    npm_config_loglevel: 'warn',
  };
  // With `production` the package manager leaves out what builds and tests need.
  delete environment['NODE_ENV'];
  return environment;
}

/**
 * Runs a tool without a word on the screen; what it printed is kept in a file and its end is shown when it fails.
 * @param {{ title: string, command: string, args: string[], cwd: string, advice: string }} tool
 * @returns {Promise<string>} its standard output
 */
export async function runQuietly({ title, command, args, cwd, advice }) {
  /** @type {Buffer[]} */
  const output = [];
  /** @type {Buffer[]} */
  const standardOutput = [];
  const status = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: toolEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => {
      output.push(chunk);
      standardOutput.push(chunk);
    });
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (status === 0) return Buffer.concat(standardOutput).toString('utf8');
  const text = Buffer.concat(output).toString('utf8').trimEnd();
  const end = text.split('\n').slice(-25).join('\n');
  const lines = [
    `${title} failed (${status}): ${[command, ...args].join(' ')}, in ${cwd}`,
    end,
    keep(title, text),
    advice,
  ];
  throw new SetupError(lines.filter((line) => line !== '').join('\n'));
}

/**
 * @param {string} title
 * @param {string} text
 */
function keep(title, text) {
  try {
    const file = join(memory, `${title.replaceAll(' ', '-')}.log`);
    mkdirSync(memory, { recursive: true });
    writeFileSync(file, text);
    return `All of its output: ${file}`;
  } catch {
    return '';
  }
}

/**
 * Runs a program as if it had been started instead of this one: same streams, its exit code, its death by a signal.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} where
 * @returns {Promise<number>} the exit code, 128 + signal number when a signal ended it
 */
export function runInPlace(command, args, { cwd, env = process.env }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    /** @type {NodeJS.Signals[]} */
    const forwarded = ['SIGTERM', 'SIGHUP', 'SIGINT'];
    for (const signal of forwarded) {
      // A terminal sends Ctrl-C to the child by itself.
      process.on(signal, () => {
        if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal);
      });
    }
    child.on('error', (error) => {
      process.stderr.write(`midwatch: ${command} cannot be started: ${error.message}\n`);
      resolve(127);
    });
    child.on('close', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

/** @param {string} file */
export function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
