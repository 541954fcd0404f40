import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The real programs that suites may run, and the Debian package that brings each. `.ci/run` installs them; anywhere
 * else a suite whose program is absent is said and passed over.
 * @type {Readonly<Record<string, { binary: string, debianPackage: string }>>}
 */
export const realComponents = {
  alertmanager: { binary: 'prometheus-alertmanager', debianPackage: 'prometheus-alertmanager' },
  prometheus: { binary: 'prometheus', debianPackage: 'prometheus' },
};

/**
 * @param {string} binary
 * @returns {string | undefined} its absolute path
 */
export function findProgram(binary) {
  // Debian puts some servers in /usr/sbin, which is not on every user's PATH.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
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
