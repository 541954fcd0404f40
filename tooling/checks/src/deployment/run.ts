// Whether what docs/deploying.md offers can be deployed, as far as that shows without a container engine and a cluster: the
// image's content is made and started as a container would start it, and Dockerfile, compose file and chart are read by the
// programs that people have. Ends with exit code 1 and a line per failure.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followOneAlert, makeBundle, mountConfiguration, nodeIn } from './bundled-server.ts';
import { checkChart } from './check-chart.ts';
import { checkCompose } from './check-compose.ts';
import { checkDockerfile } from './check-dockerfile.ts';
import { canContain } from './run-contained.ts';

const root = join(import.meta.dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'midwatch-deployment-'));
const failures: string[] = [];

async function attempt(title: string, work: () => unknown): Promise<void> {
  const startedMs = Date.now();
  try {
    const said = await work();
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    process.stdout.write(`deployment: ${title}: ${typeof said === 'string' ? said : 'ok'} (${seconds} s)\n`);
  } catch (error) {
    const { message, stderr, stdout } = error as { message: string; stderr?: string; stdout?: string };
    failures.push(`deployment: ${title}: FAILED: ${stderr?.trim() || stdout?.trim() || message}`);
  }
}

async function expectVerdict(
  expected: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const verdict = await followOneAlert({ folder }, environment);
  if (verdict !== expected) throw new Error(`the brief says ${verdict} instead of ${expected}`);
  return `brief with verdict ${verdict}, ended by SIGTERM`;
}

try {
  await attempt('Dockerfile', () => checkDockerfile(root));
  await attempt('compose file', () => checkCompose(root));
  await attempt('chart', () => checkChart(root, folder));
  await attempt("the image's content", () => makeBundle({ root, folder }));
  const how = canContain(nodeIn(folder), folder)
    ? 'as process 1, without rights, read-only'
    : 'as a plain process';
  await attempt(`the server ${how}, with the simulated shop`, () => expectVerdict('cause-found', {}));
  await attempt(`the server ${how}, with a mounted configuration of all connectors`, () =>
    expectVerdict('insufficient-evidence', { MIDWATCH_CONFIG: mountConfiguration({ root, folder }) }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const failure of failures) process.stdout.write(`${failure}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
