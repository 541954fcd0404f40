import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type BundleSize, measureSizes } from './measure-size.ts';
import { checkBundleSizes, sizeLineOf, updatedReadmes, withSizeLine } from './rules/bundle-size.ts';
import { sampleFiles, sampleManifest, sampleWorkspace } from './sample-workspace.ts';
import { openWorkspace } from './workspace.ts';

const folder = 'packages/connector-sample';
const readme = `${folder}/README.md`;

function sizeOf(change: Partial<BundleSize> = {}, workspace = sampleWorkspace()): BundleSize {
  const unit = workspace.packages.find((it) => it.folder === folder)!;
  return { unit, minified: 20_000, gzipped: 8000, wholeGzipped: 40_000, packages: [], ...change };
}

function workspaceWith(line: string) {
  return sampleWorkspace({ [readme]: `${sampleFiles()[readme]}\n${line}\n` });
}

const says = (change: Partial<BundleSize> = {}) => workspaceWith(sizeLineOf(sizeOf(change)));

test('a README that says what is measured, or nearly, is right', () => {
  expect(checkBundleSizes(says(), [sizeOf()])).toEqual([]);
  expect(checkBundleSizes(says({ gzipped: 8140 }), [sizeOf()])).toEqual([]);
});

test.each<[string, Partial<BundleSize>]>([
  ['gzipped', { gzipped: 8300 }],
  ['minified', { minified: 21_000 }],
  ['with core and zod', { wholeGzipped: 38_000 }],
])('a size %s that is no longer so is told with the right line and the command', (_, old) => {
  const [problem] = checkBundleSizes(says(old), [sizeOf()]);
  expect(problem).toMatchObject({ file: readme, rule: 'bundle-size' });
  expect(problem?.line).toBeGreaterThan(20);
  expect(problem?.message).toMatch(/8\.0 kB .*20\.0 kB .*40\.0 kB .*pnpm sizes:update/);
});

test('a README without a size lacks it; the command adds it to the section about runtimes, once', () => {
  const size = sizeOf();
  expect(checkBundleSizes(sampleWorkspace(), [size])).toHaveLength(1);
  const [updated] = updatedReadmes(sampleWorkspace(), [size]);
  expect(updated?.text).toMatch(
    /## Runtimes\n\nNode and Workers; conformance passed\.\n\nSize: .*\n\n## Licence/,
  );
  expect(withSizeLine(updated!.text, size)).toBe(updated!.text);
  expect(withSizeLine(updated!.text, sizeOf({ gzipped: 9000 })).match(/^Size: .*$/gm)).toEqual([
    sizeLineOf(sizeOf({ gzipped: 9000 })),
  ]);
});

test('a package in the bundle that the tag does not allow is a problem, whoever brought it', () => {
  const [problem] = checkBundleSizes(says({ packages: ['@vendor/sdk'] }), [
    sizeOf({ packages: ['@vendor/sdk'] }),
  ]);
  expect(problem).toMatchObject({
    file: `${folder}/package.json`,
    message: expect.stringContaining('@vendor/sdk'),
  });
});

test('what a connector may bring is named in its line', () => {
  const name = '@midwatch/connector-cloudwatch';
  const workspace = sampleWorkspace({
    [`${folder}/package.json`]: JSON.stringify({ ...sampleManifest, name }),
  });
  const size = sizeOf({ packages: ['aws4fetch'] }, workspace);
  expect(sizeLineOf(size)).toContain('without core and zod, aws4fetch included,');
  const file = {
    ...workspace,
    read: (path: string) => (path === readme ? sizeLineOf(size) : workspace.read(path)),
  };
  expect(checkBundleSizes(file, [size])).toEqual([]);
});

test('a real connector is measured without core and zod, and with them', async () => {
  const workspace = openWorkspace(join(import.meta.dirname, '../../..'));
  const packages = workspace.packages.filter((it) => it.folder === 'packages/connector-loki');
  const [size] = await measureSizes({ ...workspace, packages });
  expect(size?.gzipped).toBeGreaterThan(2000);
  expect(size!.minified).toBeGreaterThan(size!.gzipped);
  expect(size!.wholeGzipped).toBeGreaterThan(size!.gzipped + 15_000);
  expect(size?.packages).toEqual([]);
});
