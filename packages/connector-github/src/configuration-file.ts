/** How a file writes its values. */
export type FileFormat = 'nested' | 'sections' | 'pairs';

const formats: ReadonlyMap<string, FileFormat> = new Map([
  ['yaml', 'nested'],
  ['yml', 'nested'],
  ['json', 'nested'],
  ['jsonc', 'nested'],
  ['json5', 'nested'],
  ['toml', 'sections'],
  ['ini', 'sections'],
  ['cfg', 'sections'],
  ['conf', 'sections'],
  ['env', 'pairs'],
  ['properties', 'pairs'],
  ['tfvars', 'pairs'],
]);

/** What no running service reads: what tests, editors and pipelines use, texts, and what other tools lock. */
const otherFolders =
  /(?:^|\/)(?:\.(?!env)[^/]+|tests?|__tests__|__mocks__|spec|fixtures|__fixtures__|testdata|docs?|examples?|locales?|i18n|node_modules|vendor)\//i;
const otherFiles =
  /(?:^|\/)(?:package-lock|npm-shrinkwrap|pnpm-lock|pnpm-workspace|composer\.lock|tsconfig[\w.-]*|jsconfig|biome|renovate|lerna|nx|turbo|mkdocs|codecov|docker-compose[\w.-]*|\.(?!env)[^/]*)\.?(?:json5?|jsonc|ya?ml|toml|ini|cfg)?$/i;
const dependencies = /(?:^|\/)(?:package\.json|composer\.json|cargo\.toml|pyproject\.toml|pipfile)$/i;

/**
 * How to read the file when it is configuration, by its name alone: `.yaml .yml .json .jsonc .json5 .toml .ini .cfg .conf
 * .properties .tfvars .env`, and `.env.production`.
 */
export function formatOf(path: string): FileFormat | undefined {
  if (path.length > 500) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (otherFolders.test(path)) return undefined;
  if (/^\.env(?:\.[\w-]+)*$/.test(name)) return 'pairs';
  return otherFiles.test(path) ? undefined : formats.get(name.slice(name.lastIndexOf('.') + 1));
}

/** It names versions of libraries: a change there matters, but mostly less than a setting. */
export function isDependencyFile(path: string): boolean {
  return dependencies.test(path);
}
