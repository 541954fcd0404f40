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

/**
 * The source file that carries an engine's migrations, so that bundlers need no `.sql` files. PostgreSQL compares texts byte by
 * byte, as SQLite does, whatever the database's collation is: an index outlives changes of the system's.
 */
export function toEmbeddedSource(engine: 'sqlite' | 'postgres'): string {
  const toText = (text: string) =>
    engine === 'postgres' ? text.replaceAll(/\bTEXT\b/g, 'TEXT COLLATE "C"') : text;
  const entries = readMigrations('common', engine).map(
    ({ name, text }) =>
      `  {\n    version: ${Number(name.slice(0, 4))},\n    name: '${name}',\n    text: \`${toText(text)}\`,\n  },\n`,
  );
  return `import type { Migration } from '../sql/schema-version.js';

/** Written by \`vitest run -u\` from \`migrations/common\` and \`migrations/${engine}\`. */
export const ${engine}Migrations: readonly Migration[] = [
${entries.join('')}];
`;
}
