import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { Alert } from '@midwatch/core/incident';
import type { Environment } from '../environment.js';
import type { WorkMessage } from '../send-work.js';

/** What the tests in workerd run with: the bindings of wrangler.jsonc, and the world outside. */
export const environment = env as Environment & { readonly MIGRATIONS: unknown; readonly WORLD_URL: string };

export const migrate = (): Promise<void> => applyD1Migrations(environment.DB, environment.MIGRATIONS);

const kept = new Set(['midwatch_schema', 'd1_migrations']);

/** Takes every row away, whatever tables there are by now; those that a full-text index keeps for itself go with it. */
export async function emptyDatabase(): Promise<void> {
  const { DB: database } = environment;
  const [answer] = await database.batch([
    database.prepare("select name, sql from sqlite_master where type = 'table' order by name"),
  ]);
  const tables = (answer?.results ?? []) as readonly { readonly name: string; readonly sql: string | null }[];
  const indexes = tables.filter(({ sql }) => /^create virtual/i.test(sql ?? '')).map(({ name }) => name);
  const own = tables.filter(
    ({ name }) =>
      !kept.has(name) && !/^(sqlite_|_cf_)/.test(name) && !indexes.some((index) => name.startsWith(`${index}_`)),
  );
  await database.batch(own.map(({ name }) => database.prepare(`delete from ${name}`)));
}

/** A queue that keeps what it is sent, and delivers nothing. */
export function createQueue(): { readonly sent: WorkMessage[][]; readonly queue: Environment['WORK_QUEUE'] } {
  const sent: WorkMessage[][] = [];
  const queue: Environment['WORK_QUEUE'] = {
    sendBatch: async (messages) => void sent.push(messages.map(({ body }) => body)),
  };
  return { sent, queue };
}

/** An alert that fires now, of one service of a namespace. */
export function alertOf(service: string, namespace: string, more: Partial<Alert> = {}): Alert {
  return {
    source: 'alertmanager',
    fingerprint: `${namespace} ${service}`,
    status: 'firing',
    name: 'Slow',
    startsAtMs: Date.now() - 60_000,
    target: { service, namespace, environment: 'test' },
    labels: {},
    annotations: {},
    ...more,
  };
}
