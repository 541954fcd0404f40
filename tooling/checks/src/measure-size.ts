import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { packageNameOf } from './syntax.ts';
import type { Workspace, WorkspacePackage } from './workspace.ts';

/** What a connector adds to a bundle, in bytes. */
export interface BundleSize {
  unit: WorkspacePackage;
  /** Its code and that of its dependencies, but for core and zod, which all connectors share. */
  minified: number;
  gzipped: number;
  /** The same with core and zod. */
  wholeGzipped: number;
  /** The npm packages in it, but for zod. */
  packages: readonly string[];
}

const shared = ['@midwatch/core', '@midwatch/core/*', 'zod', 'zod/*'];

/** Bundles each connector from its sources, as a Worker that uses it and nothing else would. */
export async function measureSizes(workspace: Workspace): Promise<BundleSize[]> {
  const connectors = workspace.packages.filter(({ folder }) => folder.startsWith('packages/connector-'));
  return Promise.all(connectors.map((unit) => measureSize(workspace.root, unit)));
}

async function measureSize(root: string, unit: WorkspacePackage): Promise<BundleSize> {
  const [own, whole] = await Promise.all([bundle(root, unit, shared), bundle(root, unit, [])]);
  return {
    unit,
    minified: own.bytes.length,
    gzipped: gzipSync(own.bytes, { level: 9 }).length,
    wholeGzipped: gzipSync(whole.bytes, { level: 9 }).length,
    packages: [...new Set(whole.inputs.flatMap(toPackageName))].filter((name) => name !== 'zod').sort(),
  };
}

async function bundle(root: string, unit: WorkspacePackage, external: readonly string[]) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`${unit.folder}/src/index.ts`],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    mainFields: ['module', 'main'],
    conditions: ['@midwatch/source', 'workerd', 'worker', 'import'],
    external: [...external],
    legalComments: 'none',
    logLevel: 'silent',
    metafile: true,
    write: false,
  });
  return { bytes: outputFiles[0]?.contents ?? new Uint8Array(), inputs: Object.keys(metafile.inputs) };
}

/** `node_modules/.pnpm/zod@4.6.7/node_modules/zod/index.js` is of `zod`. */
function toPackageName(input: string): string[] {
  const [, path] = /.*\bnode_modules\/(.+)$/.exec(input) ?? [];
  const name = path === undefined ? undefined : packageNameOf(path);
  return name === undefined ? [] : [name];
}
