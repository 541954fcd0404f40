// After `changeset version`: writes each package's new version into its `src/version.ts`, and the server's into its chart.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withVersion } from './rules/version.ts';
import { libraries, openWorkspace } from './workspace.ts';

const root = join(import.meta.dirname, '../../..');
const workspace = openWorkspace(root);
for (const unit of libraries(workspace)) {
  const file = `${unit.folder}/src/version.ts`;
  if (!unit.files.includes(file)) continue;
  writeFileSync(join(root, file), withVersion(workspace.read(file), unit.manifest.version ?? ''));
}

const { version = '' } = JSON.parse(workspace.read('apps/server/package.json')) as { version?: string };
const chart = 'apps/server/chart/Chart.yaml';
writeFileSync(
  join(root, chart),
  workspace.read(chart).replace(/^appVersion: .*$/m, `appVersion: ${version}`),
);
