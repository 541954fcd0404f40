import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createJiti } from 'jiti';
import { configSchema, type MidwatchConfig } from './config.js';
import { UsageError } from './usage-error.js';

const fileNames = ['midwatch.config.ts', 'midwatch.config.mts', 'midwatch.config.js', 'midwatch.config.mjs'];

/** Reads and checks the configuration. Every mistake names the file, the place in it and what is expected. */
export async function loadConfig(given: string | undefined, folder: string): Promise<MidwatchConfig> {
  const file = given === undefined ? findConfig(folder) : resolve(folder, given);
  if (!existsSync(file))
    throw new UsageError(`${file}: no such file; give the configuration with --config FILE`);
  const parsed = configSchema.safeParse(await importDefault(file));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `\`${path.map(String).join('.') || 'the default export'}\` ${message}`,
    );
    throw new UsageError(`${file}: ${problems.slice(0, 3).join('; ')}`);
  }
  const ids = parsed.data.connectors.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw new UsageError(`${file}: two connectors have the id \`${twice}\`; give one of them another \`id\``);
  return parsed.data as MidwatchConfig;
}

function findConfig(folder: string): string {
  const found = fileNames.map((name) => resolve(folder, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new UsageError(
    `no midwatch.config.ts in ${folder}; write one, or name a recorded incident with --bundle DIR`,
  );
}

async function importDefault(file: string): Promise<unknown> {
  try {
    return await createJiti(file, { interopDefault: true, moduleCache: false }).import(file, {
      default: true,
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The loader appends how it came there; only what and where is of use.
    const [what = ''] = message.split('\nRequire stack:');
    throw new UsageError(what.includes(file) ? what : `${file}: ${what}`);
  }
}
