import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** A program that a suite runs for real, and the Debian package that brings it. */
export interface RealComponent {
  binary: string;
  debianPackage: string;
}

function findOnPath(binary: string): string | undefined {
  // Debian puts servers in /usr/sbin, which is not on every user's PATH.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, binary))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * A suite that needs a real program. Without it the suite is skipped with the sentence `needs Debian package NAME`,
 * which `npm test` prints; under `MIDWATCH_REAL=require` it fails instead. `suite` gets the program's absolute path.
 */
export function realComponent(component: RealComponent | string, suite: (binaryPath: string) => void): void {
  const { binary, debianPackage } =
    typeof component === 'string' ? { binary: component, debianPackage: component } : component;
  const title = `real ${binary}`;
  const path = findOnPath(binary);
  if (path !== undefined) {
    describe(title, () => suite(path));
    return;
  }
  const sentence = `needs Debian package ${debianPackage}`;
  if (process.env['MIDWATCH_REAL'] === 'require') {
    test(`${title}: ${sentence}`, () => {
      expect.fail(`MIDWATCH_REAL=require, but ${binary} is not on PATH: ${sentence}`);
    });
    return;
  }
  test.skip(`${title}: ${sentence}`, () => undefined);
}

/**
 * A suite over the evaluation bundles beside the checkout (`../shared/eval`). Absent data is said by `npm test` and
 * passed over. `suite` gets the folder's absolute path.
 */
export function evaluationData(suite: (folder: string) => void): void {
  const folder = join(import.meta.dirname, '../../../../shared/eval');
  try {
    accessSync(folder, constants.R_OK);
  } catch {
    test.skip('evaluation bundles: needs the folder ../shared/eval beside the checkout', () => undefined);
    return;
  }
  describe('evaluation bundles', () => suite(folder));
}
