import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { findProgram, needOf, realComponents } from '@midwatch/setup/real-components';
import { describe, expect, test } from 'vitest';

/**
 * A suite that needs a real program, named as in `tooling/setup/src/real-components.mjs`. Without the program the suite
 * is skipped with the sentence `needs Debian package NAME` or the like, which `npm test` prints; under `MIDWATCH_REAL=require` it
 * fails instead. `suite` gets the program's absolute path.
 */
export function realComponent(name: string, suite: (binaryPath: string) => void): void {
  const component = Object.hasOwn(realComponents, name) ? realComponents[name] : undefined;
  if (component === undefined) {
    throw new TypeError(`add ${name} and what brings it to tooling/setup/src/real-components.mjs`);
  }
  const path = findProgram(component.binary);
  if (path !== undefined) {
    describe(`real ${name}`, () => suite(path));
    return;
  }
  const sentence = `real ${name}: needs ${needOf(name)}`;
  if (process.env['MIDWATCH_REAL'] === 'require') {
    test(sentence, () => {
      expect.fail(`MIDWATCH_REAL=require, but the program ${component.binary} was not found`);
    });
    return;
  }
  test.skip(sentence, () => undefined);
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
    test.skip('evaluation bundles: need the folder ../shared/eval beside the checkout', () => undefined);
    return;
  }
  describe('evaluation bundles', () => suite(folder));
}
