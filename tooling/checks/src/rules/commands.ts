import type { Problem } from '../problem.ts';
import { lineAt, type Manifest, type Workspace } from '../workspace.ts';

const builtIn = ['exec', 'install', 'pack', 'run'];

/** Commands that documents tell people to run exist: `pnpm NAME` and `npm run NAME` are scripts of the root. */
export function checkCommands(workspace: Workspace): Problem[] {
  const root = workspace.files.includes('package.json') ? workspace.read('package.json') : '{}';
  const scripts = Object.keys((JSON.parse(root) as Manifest).scripts ?? {});
  return workspace.files
    .filter((file) => /^(?:[^/]+|docs\/.+)\.md$/.test(file))
    .flatMap((file) => {
      const text = workspace.read(file);
      return [...text.matchAll(/`(?:pnpm|npm run(?: -s)?) ([a-z][a-z:-]*)/g)].flatMap((match) => {
        const name = match[1] ?? '';
        if (scripts.includes(name) || builtIn.includes(name)) return [];
        const message = `there is no root script ${name}`;
        return [{ file, line: lineAt(text, match.index), rule: 'commands', message }];
      });
    });
}
