import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Store } from '@midwatch/core/incident';
import { describeStopped, readSelfState } from '@midwatch/responder';
import { toShownLine } from './doctor/shown-text.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

interface Wanted {
  /** `--database`: a file, or the URL of PostgreSQL. */
  readonly database?: string | undefined;
  /** Whether the command writes. Else nothing can be. */
  readonly writes?: boolean;
}

const DEFAULT_FILE = 'midwatch.db';

export interface OpenedStore {
  readonly store: Store;
  /** For people: the file, or PostgreSQL, never its URL. */
  readonly name: string;
}

/** Where the server keeps incidents: what `--database` names, else `DATABASE_URL`, else `MIDWATCH_DATABASE`, else midwatch.db here. */
export async function openStore(
  { database, writes = false }: Wanted,
  { environment, folder }: Terminal,
): Promise<OpenedStore> {
  const read = (name: string) => environment[name]?.trim() || undefined;
  const [url, file] = [read('DATABASE_URL'), read('MIDWATCH_DATABASE')];
  if (database === undefined && url !== undefined && file !== undefined)
    throw new UsageError(
      'DATABASE_URL and MIDWATCH_DATABASE are both set; name the one that the server uses with --database',
    );
  const wanted = database ?? url ?? file ?? DEFAULT_FILE;
  return /^postgres(ql)?:\/\//.test(wanted) || (database === undefined && url !== undefined)
    ? openPostgres(wanted, writes)
    : openFile(resolve(folder, wanted), writes);
}

/** Loaded where they are opened: no other command needs a database, nor its driver. */
async function openPostgres(url: string, writes: boolean): Promise<OpenedStore> {
  const { openPostgresStore } = await import('@midwatch/store/postgres').catch(() => {
    throw new UsageError('pg is not installed, which reads PostgreSQL: install it');
  });
  try {
    // One command, one connection: the server has the others.
    const store = await openPostgresStore({ url, readOnly: !writes, maxConnections: 1 });
    return { store, name: 'PostgreSQL' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.startsWith('PostgreSQL') ? message : `PostgreSQL: ${message}`);
  }
}

async function openFile(file: string, writes: boolean): Promise<OpenedStore> {
  // It would be made, and an empty list be no answer.
  if (!existsSync(file))
    throw new UsageError(
      `${file}: no such file; name the server's database with --database FILE, or set DATABASE_URL`,
    );
  const { openSqliteStore } = await import('@midwatch/store/sqlite').catch(() => {
    throw new UsageError('better-sqlite3 is not installed, which reads the database: install it');
  });
  try {
    return { store: await openSqliteStore({ path: file, readOnly: !writes }), name: file };
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What is amiss with Midwatch itself; on stderr, so that what is read by programs stays as it is. */
export async function tellSelf(store: Store, { stderr }: Terminal): Promise<void> {
  const { blind, stopped } = await readSelfState(store);
  const lines = [
    ...(stopped === undefined ? [] : [`${describeStopped(stopped)} (midwatch resume)`]),
    ...blind.map(({ text }) => `Midwatch itself: ${text}`),
  ];
  for (const line of lines) stderr.write(`${toShownLine(line, 700)}\n`);
}

/** The same for a command that needs no database, where there is one: one that cannot be read is told, and holds nothing up. */
export async function tellSelfWhereKept(terminal: Terminal): Promise<void> {
  const { environment, folder } = terminal;
  const isNamed = ['DATABASE_URL', 'MIDWATCH_DATABASE'].some((name) => environment[name]?.trim());
  if (!isNamed && !existsSync(resolve(folder, DEFAULT_FILE))) return;
  try {
    const { store } = await openStore({}, terminal);
    try {
      await tellSelf(store, terminal);
    } finally {
      await store.close();
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    terminal.stderr.write(`Whether models are stopped cannot be read: ${toShownLine(message, 300)}\n`);
  }
}
