import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** By hadolint: every rule, warnings too. */
export async function checkDockerfile(root: string): Promise<string> {
  const components = pathToFileURL(join(root, 'tooling/setup/src/real-components.mjs')).href;
  const { findProgram } = (await import(components)) as { findProgram(name: string): string | undefined };
  const hadolint = findProgram('hadolint');
  if (hadolint === undefined) {
    if (process.env['MIDWATCH_REAL'] === 'require') throw new Error('hadolint is not here');
    return 'not checked: run node tooling/setup/src/install-python.mjs for hadolint';
  }
  const options = { cwd: root, encoding: 'utf8', stdio: 'pipe' } as const;
  execFileSync(hadolint, ['--failure-threshold=style', 'apps/server/Dockerfile'], options);
  return 'hadolint finds nothing';
}
