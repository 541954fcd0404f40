import type { Problem } from '../problem.ts';
import { isTestFile, lineAt, type Workspace } from '../workspace.ts';

/** The first scenario's names, for a checkout whose simulator does not list its own. */
export const firstScenarioNames = [
  'api-gateway',
  'user-service',
  'payments-db',
  'POOL_MAX',
  'v2.14.2',
  'v2.14.3',
  'PR #847',
];

function quoted(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * What is shipped knows no scenario of the demo: otherwise it could recite the answer. Tests and recorded vendor
 * answers, which are not shipped, may use the names.
 */
export function checkScenarioNames(workspace: Workspace, names: readonly string[]): Problem[] {
  const pattern = new RegExp(`(?<![\\w-])(?:${names.map(quoted).join('|')})(?![\\w-])`, 'g');
  return workspace.files
    .filter((file) => (file.startsWith('packages/') || file.startsWith('apps/cli/')) && !isTestFile(file))
    .flatMap((file) => {
      const text = workspace.read(file);
      return [...text.matchAll(pattern)].map((match) => ({
        file,
        line: lineAt(text, match.index),
        rule: 'scenario-names',
        message: `${match[0]} belongs to a scenario of tooling/simulator; use another name`,
      }));
    });
}
