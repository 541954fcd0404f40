import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { lifeCycleSuite } from '@midwatch/server/life-cycle-suite';
import { openD1Store } from '@midwatch/store/d1';
import { beforeAll } from 'vitest';
import type { Environment } from './environment.js';

const environment = env as Environment & { MIGRATIONS: unknown };
const tables = [
  'incident',
  'alert',
  'work_item',
  'audit_entry',
  'bundle',
  'bundle_part',
  'told_change',
  'spending',
  'incident_action',
  'analysis',
  'outcome',
  'rating',
  'control',
];

beforeAll(() => applyD1Migrations(environment.DB, environment.MIGRATIONS));

lifeCycleSuite('D1 in workerd', async () => {
  await environment.DB.batch(tables.map((table) => environment.DB.prepare(`delete from ${table}`)));
  return openD1Store(environment.DB);
});
