import type { D1DatabaseLike } from '../d1/open-d1-store.js';

interface Table {
  readonly name: string;
  readonly sql: string | null;
}

const kept = new Set(['midwatch_schema', 'd1_migrations']);

/** Takes every row away, whatever tables there are by now; those that a full-text index keeps for itself go with it. */
export async function emptyDatabase(database: D1DatabaseLike): Promise<void> {
  const [answer] = await database.batch([
    database.prepare("select name, sql from sqlite_master where type = 'table' order by name"),
  ]);
  const tables = (answer?.results ?? []) as readonly Table[];
  const indexes = tables.filter(({ sql }) => /^create virtual/i.test(sql ?? '')).map(({ name }) => name);
  const own = tables.filter(
    ({ name }) =>
      !kept.has(name) && !/^(sqlite_|_cf_)/.test(name) && !indexes.some((index) => name.startsWith(`${index}_`)),
  );
  await database.batch(own.map(({ name }) => database.prepare(`delete from ${name}`)));
}
