import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const migrations = join(import.meta.dirname, '../../migrations');

/** The `.sql` files of some folders of `migrations/`, in the order of their numbers. */
export function readMigrations(...folders: string[]): { name: string; text: string }[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(migrations, folder)).map((name) => ({
        name,
        text: readFileSync(join(migrations, folder, name), 'utf8'),
      })),
    )
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** The source file that carries SQLite's migrations, so that bundlers need no `.sql` files. */
export function toEmbeddedSource(): string {
  const entries = readMigrations('common', 'sqlite').map(
    ({ name, text }) =>
      `  {\n    version: ${Number(name.slice(0, 4))},\n    name: '${name}',\n    text: \`${text}\`,\n  },\n`,
  );
  return `export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly text: string;
}

/** Written by \`vitest run -u\` from \`migrations/common\` and \`migrations/sqlite\`. */
export const sqliteMigrations: readonly Migration[] = [
${entries.join('')}];
`;
}
