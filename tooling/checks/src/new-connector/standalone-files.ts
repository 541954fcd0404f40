import type { Manifest, Workspace } from '../workspace.ts';
import { listed, type NewConnector, toConnectorFiles, toTitle } from './connector-files.ts';
import { readGuideFiles } from './guide-files.ts';
import { readTemplate } from './workspace-files.ts';

/** What is the workspace's own in a package of it. */
const workspaceOnly =
  /^(?:README\.md|package\.json|tsconfig.*|tsup\.config\.ts|turbo\.json|vitest\.config\.ts)$/;

/** A connector in a project of its own: the template's sources, with the settings that the guide shows. */
export function toStandaloneFiles(
  workspace: Workspace,
  connector: NewConnector,
): ReadonlyMap<string, string> {
  const { kinds, name } = connector;
  const settings = [...readGuideFiles(workspace.read)].filter(([path]) => !path.includes('/'));
  const sources = [...toConnectorFiles(readTemplate(workspace), connector)].filter(
    ([path]) => !workspaceOnly.test(path),
  );
  const files = new Map([...settings, ...sources]);
  const manifest = JSON.parse(files.get('package.json') ?? '{}') as Manifest;
  const description = `Reads ${listed(kinds)} from ${toTitle(name)} for Midwatch.`;
  files.set(
    'package.json',
    `${JSON.stringify({ ...manifest, name: `midwatch-connector-${name}`, description }, null, 2)}\n`,
  );
  files.delete('midwatch.config.ts');
  return files;
}
