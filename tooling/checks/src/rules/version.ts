import type { Problem } from '../problem.ts';
import { libraries, lineOf, type Workspace } from '../workspace.ts';

/** Matches the one line of `src/version.ts` that a release changes. */
const constant = /^export const VERSION = '([^']*)';$/m;

export function withVersion(text: string, version: string): string {
  return text.replace(constant, `export const VERSION = '${version}';`);
}

/** A package that tells servers its version (in `src/version.ts`) tells the right one. */
export function checkVersions(workspace: Workspace): Problem[] {
  return libraries(workspace).flatMap((unit) => {
    const file = `${unit.folder}/src/version.ts`;
    if (!unit.files.includes(file)) return [];
    const text = workspace.read(file);
    if (constant.exec(text)?.[1] === unit.manifest.version) return [];
    const message = `VERSION must be '${unit.manifest.version}', as in package.json; pnpm release:version writes it`;
    return [{ file, line: lineOf(text, 'VERSION'), rule: 'version', message }];
  });
}
