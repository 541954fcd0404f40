import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createJiti } from 'jiti';
import { configSchema, type MidwatchConfig } from './config.js';
import { findUnseen } from './remediation-config.js';
import { UsageError } from './usage-error.js';

const fileNames = ['midwatch.config.ts', 'midwatch.config.mts', 'midwatch.config.js', 'midwatch.config.mjs'];

/** Of a configuration, in one line. */
const MOST_PROBLEMS = 3;

export { readBriefSettings } from './brief-settings.js';
export type { MidwatchConfig } from './config.js';
export { readShadow, type ShadowSettings } from './read-shadow.js';
export type { RemediationConfig } from './remediation-config.js';
export { UsageError } from './usage-error.js';

/** Reads and checks the configuration. Every mistake names the file, the place in it and what is expected. */
export async function loadConfig(given: string | undefined, folder: string): Promise<MidwatchConfig> {
  const file = given === undefined ? findConfig(folder) : resolve(folder, given);
  if (file === undefined) {
    throw new UsageError(
      `no midwatch.config.ts in ${folder}; write one, name it with --config FILE, or a recorded incident with --bundle DIR`,
    );
  }
  if (!existsSync(file))
    throw new UsageError(
      `${file}: no such file; for the server MIDWATCH_CONFIG names it, on the command line --config FILE`,
    );
  const parsed = configSchema.safeParse(await importDefault(file));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `\`${path.map(String).join('.') || 'the default export'}\` ${message}`,
    );
    const more = problems.length > MOST_PROBLEMS ? `; and ${problems.length - MOST_PROBLEMS} more` : '';
    throw new UsageError(`${file}: ${problems.slice(0, MOST_PROBLEMS).join('; ')}${more}`);
  }
  const ids = parsed.data.connectors.map(({ id }) => id);
  requireDistinct(file, 'connectors', ids);
  requireDistinct(file, 'notifiers', parsed.data.notifiers?.map(({ id }) => id) ?? []);
  const config = parsed.data as MidwatchConfig;
  const unseen = config.remediation && findUnseen(config.remediation, ids);
  if (unseen !== undefined) throw new UsageError(`${file}: ${unseen}`);
  const { runbooks } = config;
  if (runbooks === undefined) return config;
  return { ...config, runbooks: { ...runbooks, folder: resolve(dirname(file), runbooks.folder) } };
}

function requireDistinct(file: string, what: string, ids: readonly string[]): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return;
  throw new UsageError(`${file}: two ${what} have the id \`${twice}\`; give one of them another \`id\``);
}

/** The configuration of a folder, where there is one. */
export function findConfig(folder: string): string | undefined {
  return fileNames.map((name) => resolve(folder, name)).find((file) => existsSync(file));
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
