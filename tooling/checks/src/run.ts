// The house rules that no other tool checks. `node tooling/checks/src/run.ts` prints `file:line rule: what to do` for each
// broken one and exits 1; with `--update-api` it writes the API reports instead, with `--update-sizes` the connectors' sizes.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importSource } from './import-source.ts';
import { measureSizes } from './measure-size.ts';
import { formatProblem, type Problem } from './problem.ts';
import {
  checkApiReports,
  checkDocComments,
  checkOptionTables,
  reportFileOf,
  reportOf,
} from './rules/api-report.ts';
import { checkBundleSizes, updatedReadmes } from './rules/bundle-size.ts';
import { checkChangesets } from './rules/changesets.ts';
import { checkCommands } from './rules/commands.ts';
import { checkDeterminism } from './rules/determinism.ts';
import { checkFileLength } from './rules/file-length.ts';
import { checkHygiene } from './rules/hygiene.ts';
import { checkImports } from './rules/imports.ts';
import { checkModules } from './rules/modules.ts';
import { checkPackageShape } from './rules/package-shape.ts';
import { checkLinks, checkReadmes, checkSnippets } from './rules/readme.ts';
import { checkScenarioNames, firstScenarioNames } from './rules/scenario-names.ts';
import { checkVersions } from './rules/version.ts';
import { readPublicApis } from './types/public-api.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const root = join(import.meta.dirname, '../../..');

function changedSince(release: string): readonly string[] | undefined {
  try {
    return execFileSync('git', ['diff', '--name-only', `${release}..HEAD`], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).split('\n');
  } catch {
    return undefined;
  }
}

/** The simulator's own list, `scenarioNames` of `tooling/simulator/src/scenario-names.ts`, beside the first scenario's. */
async function scenarioNames(): Promise<readonly string[]> {
  const file = join(root, 'tooling/simulator/src/scenario-names.ts');
  if (!existsSync(file)) return firstScenarioNames;
  const module = (await importSource(file)) as { scenarioNames?: readonly string[] };
  return [...new Set([...firstScenarioNames, ...(module.scenarioNames ?? [])])];
}

async function checkAll(workspace: Workspace): Promise<Problem[]> {
  const apis = readPublicApis(workspace);
  return [
    ...checkPackageShape(workspace),
    ...checkImports(workspace),
    ...checkModules(workspace),
    ...checkDeterminism(workspace),
    ...checkFileLength(workspace),
    ...checkReadmes(workspace),
    ...checkSnippets(workspace),
    ...checkLinks(workspace),
    ...checkCommands(workspace),
    ...checkHygiene(workspace),
    ...checkScenarioNames(workspace, await scenarioNames()),
    ...checkVersions(workspace),
    ...checkChangesets(workspace, changedSince),
    ...checkApiReports(workspace, apis),
    ...checkOptionTables(workspace, apis),
    ...checkDocComments(apis),
    ...checkBundleSizes(workspace, await measureSizes(workspace)),
  ];
}

function updateApiReports(workspace: Workspace): void {
  for (const api of readPublicApis(workspace)) {
    const file = join(root, reportFileOf(api.unit.name));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, reportOf(api));
  }
}

async function updateSizes(workspace: Workspace): Promise<void> {
  const sizes = await measureSizes(workspace);
  for (const { file, text } of updatedReadmes(workspace, sizes)) writeFileSync(join(root, file), text);
}

const workspace = openWorkspace(root);
if (process.argv.includes('--update-api')) {
  updateApiReports(workspace);
} else if (process.argv.includes('--update-sizes')) {
  await updateSizes(workspace);
} else {
  const problems = await checkAll(workspace);
  for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
  process.stdout.write(`checks: ${problems.length} problems in ${workspace.files.length} files\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
