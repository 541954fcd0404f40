import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installComposeReader } from './tools.ts';

interface ComposeModel {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * By the reader and the schema of `docker compose` itself. Its command gives variables no values, so they are put in here: a
 * required one is filled, another has its default.
 */
export function checkCompose(root: string): string {
  const reader = installComposeReader(root);
  if (reader === undefined) return 'NOT CHECKED: its reader cannot be built here, which needs Go';
  const text = readFileSync(join(root, 'apps/server/compose.yaml'), 'utf8')
    .replaceAll(/\$\{\w+:\?[^}]*\}/g, 'filled')
    .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-compose-'));
  try {
    writeFileSync(join(folder, 'compose.yaml'), text);
    const args = ['-no-interpolation', '-format', 'json', 'compose.yaml'];
    const json = execFileSync(reader, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    return describe(JSON.parse(json) as ComposeModel);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What every container has, whatever else stands in the file. */
const hardened = {
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  restart: 'unless-stopped',
};

function describe({ services }: ComposeModel): string {
  for (const [name, service] of Object.entries(services)) {
    for (const [key, expected] of Object.entries(hardened)) {
      if (JSON.stringify(service[key]) !== JSON.stringify(expected))
        throw new Error(`${name}: ${key} is missing`);
    }
  }
  return `${Object.keys(services).join(', ')}: read by the compose specification's own reader`;
}
