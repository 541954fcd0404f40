// What a ledger of 400 days takes to count: 100,000 incidents with a shown analysis each, every third with a shadow beside it, two of
// three settled. The process answers nothing while SQLite counts, so each figure is also how long everything else waits.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareShadow, readAccuracy, readCalibrations } from '@midwatch/ledger';
import { openSqliteStore } from '@midwatch/store/sqlite';
import Database from 'better-sqlite3';
import { printResult } from './bench-result.ts';

const DAY_MS = 86_400_000;
const days = 400;
const count = 100_000;
const nowMs = Date.UTC(2026, 10, 1);
const folder = mkdtempSync(join(tmpdir(), 'midwatch-ledger-'));
const path = join(folder, 'midwatch.db');
try {
  await (await openSqliteStore({ path })).close();
  fill(path);
  const store = await openSqliteStore({ path });
  const { ledger } = store;
  const window = (length: number) => ({ fromMs: nowMs - length * DAY_MS, toMs: nowMs });
  const asked = [
    ['accuracy of 30 days', () => readAccuracy(ledger, window(30))],
    ['accuracy of 90 days', () => readAccuracy(ledger, window(90))],
    ['accuracy of 400 days', () => readAccuracy(ledger, window(400))],
    ['accuracy of 90 days by service', () => readAccuracy(ledger, { ...window(90), by: 'service' })],
    ['accuracy of 90 days by week', () => readAccuracy(ledger, { ...window(90), by: 'week' })],
    ['calibrations', () => readCalibrations(ledger, nowMs)],
    ['shadows of 90 days', () => compareShadow(ledger, window(90))],
    ['a page of analyses', () => ledger.listAnalyses({ ...window(400), limit: 200 })],
  ] as const;
  for (const [name, ask] of asked)
    printResult({ name: `ledger-queries.${name}`, value: await median(ask), unit: 'ms' });
  await store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function median(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const fromMs = performance.now();
    await ask();
    times.push(performance.now() - fromMs);
  }
  return Math.round(times.toSorted((one, other) => one - other)[1] ?? 0);
}

/** Rows as the store writes them, without 100,000 commits. */
function fill(file: string): void {
  const database = new Database(file);
  const insert = (table: string, row: Readonly<Record<string, unknown>>) =>
    database
      .prepare(
        `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.keys(row)
          .map((name) => `@${name}`)
          .join(', ')})`,
      )
      .run(row);
  const levels = ['HIGH', 'MEDIUM', 'LOW'];
  const judgements = ['right', 'right', 'wrong', 'partly'];
  database.transaction(() => {
    for (let index = 0; index < count; index += 1) {
      const id = `inc-${(index * 7_919) % count}`;
      const at_ms = nowMs - Math.floor(((count - index) / count) * days * DAY_MS);
      const service = `service-${index % 60}`;
      const analysis = {
        ...{
          incident_id: id,
          number: 1,
          at_ms,
          service,
          look: 1,
          state: 'admitted',
          was_shown: 1,
          is_shadow: 0,
        },
        ...{ analyzer: 'claude', model: `model-${index % 2}`, prompt_version: 'p1', verdict: 'cause-found' },
        ...{
          confidence: levels[index % 3],
          first_service: service,
          services: JSON.stringify([service, 'other']),
        },
        ...{ source_set: 'logs:loki,metrics:prometheus', gaps: '[]', analyze_ms: 4_000, brief_ms: 5_000 },
        ...{ answered_by: 'model', input_tokens: 6_000, output_tokens: 900, nano_usd: 12_000_000 },
        ...{
          reason: 'x'.repeat(60),
          bundle_key: `${id}/collect-1`,
          signatures: JSON.stringify(['s'.repeat(400)]),
        },
      };
      insert('analysis', analysis);
      if (index % 3 === 0)
        insert('analysis', { ...analysis, number: 2, was_shown: 0, is_shadow: 1, model: 'model-9' });
      if (index % 3 > 0) {
        const judgement = judgements[index % 4];
        insert('outcome', {
          incident_id: id,
          number: 1,
          at_ms: at_ms + DAY_MS,
          judgement,
          service,
          via: 'page',
        });
      }
    }
  })();
  database.close();
}
