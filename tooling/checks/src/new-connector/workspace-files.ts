import type { Manifest, Workspace } from '../workspace.ts';
import {
  listed,
  type NewConnector,
  NewConnectorError,
  toConnectorFiles,
  toTitle,
} from './connector-files.ts';

const templateFolder = 'tooling/connector-template';
const examplesManifest = 'apps/examples/package.json';

/** The template's own files, by path in its folder. */
export function readTemplate(workspace: Workspace): ReadonlyMap<string, string> {
  const paths = workspace.files.filter((file) => file.startsWith(`${templateFolder}/`));
  return new Map(paths.map((file) => [file.slice(templateFolder.length + 1), workspace.read(file)]));
}

/**
 * All files that a new connector adds to the workspace or changes in it, by path from the root: the package, its README's
 * example, a changeset, a row in the root README.
 *
 * @throws NewConnectorError when there is such a package
 */
export function toWorkspaceFiles(workspace: Workspace, connector: NewConnector): ReadonlyMap<string, string> {
  const { kinds, name } = connector;
  const folder = `packages/connector-${name}`;
  if (workspace.files.some((file) => file.startsWith(`${folder}/`))) {
    throw new NewConnectorError(`${folder} exists already`);
  }
  const example = 'apps/examples/src/connector-template.ts';
  const template = new Map([...readTemplate(workspace), ['example', workspace.read(example)]]);
  const files = new Map<string, string>();
  for (const [path, text] of toConnectorFiles(template, connector)) {
    if (path === 'example') files.set(`apps/examples/src/connector-${name}.ts`, text);
    else if (path === 'package.json')
      files.set(`${folder}/${path}`, text.replace('  "private": true,\n', ''));
    else files.set(`${folder}/${path}`, text);
  }
  const what = `${listed(kinds)} from ${toTitle(name)}`;
  files.set(
    `.changeset/connector-${name}.md`,
    `---\n'@midwatch/connector-${name}': minor\n---\n\nFirst version: ${what}.\n`,
  );
  files.set(examplesManifest, withExample(workspace.read(examplesManifest), name));
  files.set('README.md', withRow(workspace.read('README.md'), name, what));
  return files;
}

function withExample(text: string, name: string): string {
  const manifest = JSON.parse(text) as Manifest;
  const dependencies = { ...manifest.dependencies, [`@midwatch/connector-${name}`]: 'workspace:*' };
  const sorted = Object.entries(dependencies).sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify({ ...manifest, dependencies: Object.fromEntries(sorted) }, null, 2)}\n`;
}

/** After the last connector of the list of packages. */
function withRow(text: string, name: string, what: string): string {
  const lines = text.split('\n');
  const last = lines.findLastIndex((line) => line.startsWith('| [`@midwatch/connector-'));
  const row = `| [\`@midwatch/connector-${name}\`](./packages/connector-${name}) | ${what} |`;
  return last === -1 ? text : lines.toSpliced(last + 1, 0, row).join('\n');
}
