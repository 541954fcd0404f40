import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Manifest {
  name?: string;
  version?: string;
  private?: boolean;
  description?: string;
  license?: string;
  type?: string;
  sideEffects?: boolean;
  files?: string[];
  bin?: Record<string, string>;
  exports?: Record<string, string | Record<string, string>>;
  engines?: Record<string, string>;
  publishConfig?: Record<string, string>;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  devDependencies?: Record<string, string>;
}

export interface WorkspacePackage {
  /** Relative to the root, such as `packages/core`. */
  folder: string;
  name: string;
  /** The one tag of its turbo.json, by which imports are allowed; undefined when there is not exactly one. */
  tag: string | undefined;
  manifest: Manifest;
  /** Its files, relative to the root. */
  files: readonly string[];
}

/** The text of the checkout as rules see it: what git tracks or would add. */
export interface Workspace {
  root: string;
  files: readonly string[];
  packages: readonly WorkspacePackage[];
  read(file: string): string;
}

function parseJson<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

function workspaceOf(root: string, files: readonly string[], read: (file: string) => string): Workspace {
  const folders = files
    .filter((file) => /^(packages|apps|tooling)\/[^/]+\/package\.json$/.test(file))
    .map((file) => file.slice(0, -'/package.json'.length));
  const packages = folders.map((folder) => {
    const manifest = parseJson<Manifest>(read(`${folder}/package.json`)) ?? {};
    const turboFile = `${folder}/turbo.json`;
    const turbo = files.includes(turboFile) ? parseJson<{ tags?: string[] }>(read(turboFile)) : undefined;
    const tags = turbo?.tags ?? [];
    return {
      folder,
      name: manifest.name ?? folder,
      tag: tags.length === 1 ? tags[0] : undefined,
      manifest,
      files: files.filter((file) => file.startsWith(`${folder}/`)),
    };
  });
  return { root, files, packages, read };
}

/** The checkout at `root`. Files that git ignores are not seen. */
export function openWorkspace(root: string): Workspace {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = [...new Set(listed.split('\0'))].filter(
    (file) => file !== '' && existsSync(join(root, file)),
  );
  const cache = new Map<string, string>();
  return workspaceOf(root, files.sort(), (file) => {
    const text = cache.get(file) ?? readFileSync(join(root, file), 'utf8');
    cache.set(file, text);
    return text;
  });
}

/** A workspace of texts, for tests. */
export function createWorkspace(texts: Readonly<Record<string, string>>): Workspace {
  return workspaceOf('/nowhere', Object.keys(texts).sort(), (file) => {
    const text = Object.hasOwn(texts, file) ? texts[file] : undefined;
    if (text === undefined) throw new TypeError(`no ${file} in this workspace`);
    return text;
  });
}

/** Packages that are published: `packages/*` and the command line. */
export function publishedPackages(workspace: Workspace): readonly WorkspacePackage[] {
  return workspace.packages.filter(
    ({ manifest, folder }) => manifest.private !== true && !folder.startsWith('tooling/'),
  );
}

/** The libraries, which run everywhere and obey the strictest rules. */
export function libraries(workspace: Workspace): readonly WorkspacePackage[] {
  return workspace.packages.filter(({ folder }) => folder.startsWith('packages/'));
}

/** TypeScript under `src`, tests and fixtures left out. */
export function sourcesOf(unit: WorkspacePackage): readonly string[] {
  return unit.files.filter(
    (file) => file.startsWith(`${unit.folder}/src/`) && /\.m?ts$/.test(file) && !isTestFile(file),
  );
}

export function isTestFile(file: string): boolean {
  return file.endsWith('.test.ts') || file.includes('/__fixtures__/');
}

/** The line, counted from 1, on which `offset` of `text` lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The line on which `needle` first stands; 1 when it stands nowhere. */
export function lineOf(text: string, needle: string): number {
  return lineAt(text, Math.max(0, text.indexOf(needle)));
}
