import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { Alert } from '@midwatch/core/incident';
import type { Environment } from '../environment.js';
import type { WorkMessage } from '../send-work.js';

/** What the tests in workerd run with: the bindings of wrangler.jsonc, and the world outside. */
export const environment = env as Environment & { readonly MIGRATIONS: unknown; readonly WORLD_URL: string };

const tables = ['incident', 'alert', 'work_item', 'audit_entry', 'bundle', 'bundle_part', 'told_change', 'spending'];
const newer = ['incident_action', 'analysis', 'outcome', 'rating', 'control'];

export const migrate = (): Promise<void> => applyD1Migrations(environment.DB, environment.MIGRATIONS);

export async function emptyDatabase(): Promise<void> {
  await environment.DB.batch([...tables, ...newer].map((table) => environment.DB.prepare(`delete from ${table}`)));
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
