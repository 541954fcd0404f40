import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  checkApiReports,
  checkDocComments,
  checkOptionTables,
  reportFileOf,
  reportOf,
} from './rules/api-report.ts';
import { sampleFiles } from './sample-workspace.ts';
import { readPublicApis } from './types/public-api.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

let root = '';
const declarations = 'packages/connector-sample/dist/index.d.ts';
const reportFile = reportFileOf('@midwatch/connector-sample');
const readme = 'packages/connector-sample/README.md';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'midwatch-checks-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function workspaceWith(texts: Record<string, string>): Workspace {
  const files: Record<string, string> = { ...sampleFiles(), ...texts };
  const built = files[declarations];
  if (built !== undefined) {
    mkdirSync(dirname(join(root, declarations)), { recursive: true });
    writeFileSync(join(root, declarations), built);
    delete files[declarations];
  }
  return { ...createWorkspace(files), root };
}

const documented = [
  '/** Where Sample answers. */',
  'export interface SampleConnectorOptions {',
  '  /** The address. */',
  '  baseUrl: string;',
  '}',
  '/** Makes one. */',
  'export declare function createSampleConnector(options: SampleConnectorOptions): void;',
  '',
].join('\n');

test('the report holds every export, sorted and without comments', () => {
  const [api] = readPublicApis(workspaceWith({ [declarations]: documented }));
  expect(api && reportOf(api).split('\n').slice(4, 14)).toMatchInlineSnapshot(`
    [
      "## \`.\`",
      "",
      "\`\`\`ts",
      "export interface SampleConnectorOptions {",
      "    baseUrl: string;",
      "}",
      "",
      "export function createSampleConnector(options: SampleConnectorOptions): void;",
      "\`\`\`",
      "",
    ]
  `);
});

test('a change of the API is caught until its report is written', () => {
  const [api] = readPublicApis(workspaceWith({ [declarations]: documented }));
  const report = api === undefined ? '' : reportOf(api);
  const same = workspaceWith({ [declarations]: documented, [reportFile]: report });
  expect(checkApiReports(same, readPublicApis(same))).toEqual([]);
  const changed = workspaceWith({
    [declarations]: documented.replace('baseUrl: string', 'baseUrl: URL'),
    [reportFile]: report,
  });
  expect(checkApiReports(changed, readPublicApis(changed))).toMatchObject([
    { file: reportFile, line: 9, message: expect.stringContaining('pnpm api:update') },
  ]);
});

test('a package that is not built is said', () => {
  const workspace = workspaceWith({});
  expect(checkApiReports(workspace, readPublicApis(workspace))).toMatchObject([
    { file: declarations, message: expect.stringContaining('pnpm build') },
  ]);
});

test('an option that the README does not name is caught', () => {
  const workspace = workspaceWith({
    [declarations]: documented.replace('baseUrl: string;', 'baseUrl: string;\n  serviceLabel?: string;'),
  });
  expect(checkOptionTables(workspace, readPublicApis(workspace))).toMatchObject([
    { file: readme, message: expect.stringContaining('serviceLabel') },
  ]);
});

test('an export without a doc comment is caught', () => {
  const workspace = workspaceWith({ [declarations]: documented.replace('/** Makes one. */', '') });
  expect(checkDocComments(readPublicApis(workspace)).map(({ message }) => message)).toEqual([
    expect.stringContaining('createSampleConnector'),
  ]);
});
