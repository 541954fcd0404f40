import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playQuarter, type QuarterIncident, simulateQuarter } from '@midwatch/simulator/quarter';
import { openSqliteStore } from '@midwatch/store/sqlite';
import type { ServerInput } from '../start-server.js';
import { startHere } from './running-server.js';

/** The server over a database that holds the simulated quarter, or another time, until `closeAll`. */
export async function startQuarter(
  environment: Record<string, string> = {},
  more: Partial<ServerInput> = {},
  simulate: (endMs: number) => readonly QuarterIncident[] = simulateQuarter,
) {
  const incidents = simulate(Date.now());
  const databaseFile = join(mkdtempSync(join(tmpdir(), 'midwatch-')), 'midwatch.db');
  const store = await openSqliteStore({ path: databaseFile });
  await playQuarter(store, incidents);
  await store.close();
  const server = await startHere({ MIDWATCH_DATABASE: databaseFile, ...environment }, more);
  return { incidents, server };
}
