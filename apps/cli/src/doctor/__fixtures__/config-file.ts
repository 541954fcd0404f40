import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MidwatchConfig } from '../../config.js';

const shelf = globalThis as unknown as Record<string, MidwatchConfig>;
let configs = 0;

/**
 * A folder with a `midwatch.config.ts` that gives these very connectors: the packages cannot be found from a temporary folder, and
 * these are already loaded.
 */
export function writeConfig(config: MidwatchConfig): string {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  const key = `midwatchTestConfig${configs++}`;
  shelf[key] = config;
  writeFileSync(join(folder, 'midwatch.config.ts'), `export default (globalThis as any).${key};\n`);
  return folder;
}
