import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runContained } from './run-contained.ts';

const webhookToken = 'deployment-webhook-token';
const readToken = 'deployment-reading-token';
const briefDeadlineMs = 60_000;

export interface BundleInput {
  readonly root: string;
  /** An empty folder of this run. */
  readonly folder: string;
}

/** A copy, since the checkout may be where nobody else may look. */
export const nodeIn = (folder: string): string => join(folder, 'node');

/** The folder that the image carries, made by the script that the Dockerfile runs; and a Node beside it. */
export function makeBundle({ folder, root }: BundleInput): void {
  const bundle = join(folder, 'app');
  execFileSync(process.execPath, ['tooling/setup/src/bundle-server.mjs', bundle], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // What is made for one user only must not be the reason that another cannot read it.
  chmodSync(folder, 0o755);
  copyFileSync(process.execPath, nodeIn(folder));
}

/**
 * Writes a configuration that imports every connector, in TypeScript, as a ConfigMap of Kubernetes is mounted: by links to a
 * folder that is replaced as a whole. Gives its path.
 */
export function mountConfiguration({ folder, root }: BundleInput): string {
  const names = readdirSync(join(root, 'packages')).filter((name) => name.startsWith('connector-'));
  const connectors = names.map((name, index) => `import * as connector${index} from '@midwatch/${name}';`);
  const text = `${connectors.join('\n')}
import { createLokiConnector, type LokiConnectorOptions } from '@midwatch/connector-loki';
import { readInCluster } from '@midwatch/connector-kubernetes/node';
import { createSlackNotifier } from '@midwatch/notifier-slack';
import { defineConfig } from 'midwatch';

const loki: LokiConnectorOptions = await Promise.resolve({ baseUrl: 'http://127.0.0.1:9' });
const imported = [${names.map((_, index) => `connector${index}`).join(', ')}, readInCluster, createSlackNotifier];
if (imported.includes(undefined as never)) throw new Error('a package is empty');
export default defineConfig({ connectors: [createLokiConnector(loki)] });
`;
  const mounted = join(folder, 'app/config');
  mkdirSync(join(mounted, '..2026_01_01'));
  writeFileSync(join(mounted, '..2026_01_01/midwatch.config.ts'), text);
  symlinkSync('..2026_01_01', join(mounted, '..data'));
  symlinkSync('..data/midwatch.config.ts', join(mounted, 'midwatch.config.ts'));
  return join(mounted, 'midwatch.config.ts');
}

/** From the start to the first brief, and a stop by SIGTERM with exit code 0. Gives the brief's root cause. */
export async function followOneAlert(
  { folder }: Pick<BundleInput, 'folder'>,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const dataFolder = join(folder, `data-${Object.keys(environment).length}`);
  mkdirSync(dataFolder, { mode: 0o700 });
  const server = await runContained({
    command: nodeIn(folder),
    args: ['--enable-source-maps', join(folder, 'app/dist/main.js')],
    dataFolder,
    environment: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: '0',
      LOG_LEVEL: 'error',
      MIDWATCH_WEBHOOK_TOKEN: webhookToken,
      MIDWATCH_READ_TOKEN: readToken,
      ...environment,
    },
  });
  try {
    for (const path of ['/healthz', '/readyz']) {
      const { status } = await fetch(server.url + path);
      if (status !== 200) throw new Error(`${path} answers ${status}`);
    }
    const verdict = await tellAndRead(server.url);
    const code = await server.stop();
    if (code !== 0) throw new Error(`the server ended with ${code} on SIGTERM`);
    return verdict;
  } finally {
    server.end();
  }
}

async function tellAndRead(url: string): Promise<string> {
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  const alert = { name: 'HighLatency', status: 'firing', service: 'api-gateway', startsAt };
  const sent = await fetch(`${url}/webhooks/generic`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${webhookToken}` },
    body: JSON.stringify(alert),
  });
  if (sent.status !== 202) throw new Error(`the alert is answered ${sent.status}`);
  const headers = { authorization: `Bearer ${readToken}` };
  const endsAtMs = Date.now() + briefDeadlineMs;
  while (Date.now() < endsAtMs) {
    const list = (await (await fetch(`${url}/incidents`, { headers })).json()) as {
      incidents?: { id: string }[];
    };
    const id = list.incidents?.[0]?.id;
    if (id !== undefined) {
      const read = await fetch(`${url}/incidents/${id}`, { headers });
      const { brief } = (await read.json()) as { brief?: { verdict?: string } };
      if (brief?.verdict !== undefined) return brief.verdict;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('no brief came');
}
