import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Proposal, type Store, verifyActionLog } from '@midwatch/core/incident';
import { openSqliteStore } from '@midwatch/store/sqlite';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import {
  alertOf,
  createChannel,
  linesOf,
  logSource,
  openRoom,
  START_MS,
} from './__fixtures__/incident-room.js';

/** A word that stands in every text of the incident, and in no name that figures are told apart by. */
const MARKER = 'quagmire-of-custard';
const DAY_MS = 86_400_000;
const later = START_MS + 30 * DAY_MS;

/** The tables of the file in which the word stands, packed or not. */
function tablesWith(file: string, word: string): string[] {
  const database = new Database(file, { readonly: true });
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all() as {
    name: string;
  }[];
  const found = tables.filter(({ name }) => {
    const rows = database.prepare(`select * from "${name}"`).raw().all() as unknown[][];
    return rows.flat().some((cell) => textOf(cell).includes(word));
  });
  database.close();
  return found.map(({ name }) => name).toSorted();
}

function textOf(cell: unknown): string {
  if (!Buffer.isBuffer(cell)) return String(cell);
  return (cell[0] === 0x1f && cell[1] === 0x8b ? gunzipSync(cell) : cell).toString('utf8');
}

/** From a question to its effect, with the word in every text and name. */
async function carryOut({ actions }: Store, incidentId: string): Promise<void> {
  const entry = (action: string) => ({ incidentId, actor: MARKER, action, detail: { why: [MARKER] } });
  const at = { planId: 'plan-1', nowMs: START_MS } as const;
  const proposal: Proposal = {
    ...{ planId: 'plan-1', remedy: 'rollback', service: 'checkout', target: 'deployment checkout' },
    ...{ title: MARKER, steps: [MARKER], diff: [], isReversible: true, people: 1, peopleReasons: [MARKER] },
    ...{ evidence: [], madeAtMs: START_MS, expiresAtMs: later, plan: { [MARKER]: MARKER } },
  };
  const budget = { approvalIds: [], maxBegun: 1, countSinceMs: 0, nowMs: START_MS };
  await actions.log.append([entry('proposed')], START_MS);
  expect(await actions.begin({ incidentId, proposal, ...budget, entry: entry('begun') })).toBe('begun');
  expect(await actions.end({ ...at, outcome: 'applied', entry: entry('applied') })).toBe(true);
  expect(await actions.recordEffect({ ...at, effect: 'success', entry: entry('success') })).toBe(true);
}

it('deletes with an incident every text of it, from every table and from the file itself, and keeps the figures', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  const file = join(folder, 'midwatch.db');
  const store = await openSqliteStore({ path: file });
  const lines = linesOf('checkout', 40).map((line) => ({ ...line, body: `${line.body} ${MARKER}` }));
  const room = openRoom(store, {
    connectors: [logSource('lines', async () => lines)],
    notifiers: [createChannel().notifier],
  });
  const { incidentId } = await room.responder.receive(
    alertOf({
      ...{ name: MARKER, fingerprint: MARKER, summary: MARKER, description: MARKER.repeat(400) },
      ...{ labels: { team: MARKER }, annotations: { summary: MARKER } },
    }),
  );
  await room.workAll();
  const said = { via: 'api', by: MARKER } as const;
  for (const action of [
    { kind: 'take' },
    { kind: 'silence', minutes: 5 },
    { kind: 'rate', score: 4 },
    { kind: 'settle', judgement: 'right', service: 'checkout', cause: `it was the ${MARKER}` },
  ] as const)
    expect(
      await room.responder.act({ ...said, incidentId, action, actionId: `${MARKER} ${action.kind}` }),
    ).toEqual({
      outcome: 'done',
    });
  const [analysis] = (await store.ledger.history(incidentId)).analyses;
  const { atMs: _, incidentId: __, number: ___, service: ____, ...recorded } = analysis!;
  const marked = { ...recorded, reason: MARKER, signatures: [MARKER], bundleKey: `${incidentId}/${MARKER}` };
  await store.apply({ incidentId, nowMs: START_MS, effects: { analyses: [marked] } });
  await store.bundles.put(marked.bundleKey, new TextEncoder().encode(MARKER.repeat(1_000)), START_MS);
  const change = { timestampMs: START_MS, service: 'checkout', summary: MARKER, changes: [] };
  await store.changes.add([change], START_MS);
  const approval = {
    id: MARKER,
    incidentId,
    hash: 'h',
    action: MARKER,
    requestedAtMs: START_MS,
    expiresAtMs: later,
  };
  await store.approvals.request(approval);
  await store.approvals.decide({ ...approval, state: 'approved', by: MARKER, role: MARKER, nowMs: START_MS });
  await carryOut(store, incidentId);
  await room.workAll();

  const window = { fromMs: 0, toMs: later };
  const figures = await store.ledger.tally(window);
  expect(tablesWith(file, MARKER)).toEqual([
    ...[
      'action_log',
      'alert',
      'analysis',
      'approval',
      'audit_entry',
      'begun_action',
      'bundle',
      'bundle_part',
      'incident',
    ],
    ...['incident_action', 'memory', 'outcome', 'rating', 'told_change', 'work_item'],
  ]);

  // As retention does, but for the figures, which are kept as long as the incident would have been.
  const before = {
    incidentsBeforeMs: later,
    auditBeforeMs: later,
    changesBeforeMs: later,
    bundlesBeforeMs: later,
  };
  await store.prune({ ...before, limit: 200 });
  expect(await store.getIncident(incidentId)).toBeUndefined();
  expect(tablesWith(file, MARKER)).toEqual([]);
  expect(await store.actions.get('plan-1')).toMatchObject({ state: 'applied', effect: 'success' });
  expect(await verifyActionLog((await store.actions.log.list({ limit: 9 })).items)).toMatchObject({
    ...{ verified: 4, erased: 4, head: await store.actions.log.head() },
  });
  expect(await store.ledger.tally(window)).toEqual(figures);
  expect(figures).toMatchObject([
    { standing: [{ count: 1, judgement: 'right' }], usefulness: { count: 1, sum: 4 } },
  ]);

  await store.close();
  for (const name of readdirSync(folder))
    expect([name, readFileSync(join(folder, name)).includes(MARKER)]).toEqual([name, false]);
});
