import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const workspaceFolders = ['packages', 'apps', 'tooling'];

/** @param {string} folder */
function namesIn(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Every workspace package's folder, relative to the root, sorted. */
export function packageFolders() {
  return workspaceFolders.flatMap((parent) =>
    namesIn(join(root, parent))
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${parent}/${entry.name}`)
      .sort(),
  );
}

/** Changes when an install has something to do: by content, since a checkout rewrites file times. */
export function installStamp() {
  const hash = createHash('sha256');
  const manifests = packageFolders().map((folder) => `${folder}/package.json`);
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    try {
      hash.update(`${file}\0`).update(readFileSync(join(root, file)));
    } catch {
      // A folder without a manifest is no package.
    }
  }
  return hash.digest('hex');
}

/** @param {string} name */
function isBuildInput(name) {
  return !name.endsWith('.test.ts') && !name.endsWith('.md');
}

/**
 * Changes when a build may have something to do: by size and time of every source, which costs milliseconds. Turbo,
 * which looks at the contents, decides whether it really has.
 */
export function buildStamp() {
  const hash = createHash('sha256').update(installStamp());
  /** @param {string} folder */
  const addFolder = (folder) => {
    for (const entry of namesIn(join(root, folder)).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== '__fixtures__') addFolder(path);
      } else if (isBuildInput(entry.name)) {
        addFile(path);
      }
    }
  };
  /** @param {string} path */
  const addFile = (path) => {
    const status = statSync(join(root, path), { throwIfNoEntry: false });
    if (status?.isFile()) hash.update(`${path}\0${status.size}\0${status.mtimeMs}\n`);
  };
  addFile('tsconfig.base.json');
  addFile('turbo.json');
  for (const folder of packageFolders()) {
    for (const file of ['tsconfig.json', 'tsconfig.build.json', 'tsup.config.ts'])
      addFile(`${folder}/${file}`);
    addFolder(`${folder}/src`);
  }
  return hash.digest('hex');
}
