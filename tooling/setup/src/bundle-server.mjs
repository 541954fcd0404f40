// Makes the folder that the server's image carries: the server, its npm packages, and all connectors that a configuration
// may import. `apps/server/Dockerfile` runs it; it needs Node 20, npm, and nothing installed.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runQuietly, SetupError } from './child.mjs';
import { packageManagerFile, root } from './paths.mjs';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

/** @param {string} folder */
async function bundleServer(folder) {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new SetupError(`${folder} is not empty; name a folder that is not there yet`);
  }
  await ensureInstalled();
  await ensureBuilt('@midwatch/server');
  await runQuietly({
    title: 'bundle',
    command: readFileSync(packageManagerFile, 'utf8').trim(),
    args: [
      // Copies of the workspace's packages instead of links to them, with the versions of the lockfile.
      '--config.inject-workspace-packages=true',
      '--filter=@midwatch/server',
      'deploy',
      '--prod',
      folder,
    ],
    cwd: root,
    advice: 'Needed: a package registry that npm can reach, and about 150 MB of disk.',
  });
  // Only what the package manager wants to know when it comes again.
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) rmSync(join(folder, name), { force: true });
  // Where a configuration is mounted: below the packages that it imports.
  mkdirSync(join(folder, 'config'));
  chmodSync(folder, 0o755);
}

try {
  const [folder] = process.argv.slice(2);
  if (folder === undefined)
    throw new SetupError('say where to: node tooling/setup/src/bundle-server.mjs FOLDER');
  await bundleServer(resolve(process.env['INIT_CWD'] ?? process.cwd(), folder));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`midwatch: ${error.message}\n`);
  process.exitCode = 1;
}
