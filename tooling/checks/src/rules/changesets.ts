import type { Problem } from '../problem.ts';
import { publishedPackages, type Workspace } from '../workspace.ts';

/** Files changed since a package's release `name@version`; undefined when that was never released. */
export type ChangedSince = (release: string) => readonly string[] | undefined;

/** A change of what is shipped is told to its users: a changeset names the package. */
export function checkChangesets(workspace: Workspace, changedSince: ChangedSince): Problem[] {
  const named = new Set(
    workspace.files
      .filter((file) => /^\.changeset\/[^/]+\.md$/.test(file) && !file.endsWith('/README.md'))
      .flatMap((file) => {
        const front = workspace.read(file).match(/^---\n(.*?)^---$/ms)?.[1] ?? '';
        return [...front.matchAll(/^['"]?([^'":\n]+)['"]?:/gm)].map((match) => match[1] ?? '');
      }),
  );
  return publishedPackages(workspace).flatMap((unit) => {
    const changed = changedSince(`${unit.name}@${unit.manifest.version}`);
    const touched = changed?.some((file) => file.startsWith(`${unit.folder}/src/`)) ?? true;
    if (!touched || named.has(unit.name)) return [];
    const message = `changed since its last release, but no changeset names ${unit.name}: run pnpm changeset`;
    return [{ file: `${unit.folder}/package.json`, line: 1, rule: 'changesets', message }];
  });
}
