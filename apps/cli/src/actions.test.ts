import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionLogEntry, Proposal, Remediator, RemedyCase } from '@midwatch/core/incident';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { describe, expect, it } from 'vitest';
import { createCapture } from './__fixtures__/small-bundle.js';
import { showPlan } from './actions/plan-actions.js';
import { verifyLog } from './actions/verify-log.js';
import { runCommand } from './run-command.js';

const planId = 'c0ffee'.padEnd(64, '0');
const atMs = Date.UTC(2026, 10, 1, 3, 30);
const proposal: Proposal = {
  ...{ planId, remedy: 'rollback', service: 'cart', target: 'kubernetes deployment shop/cart' },
  ...{ title: 'Roll cart back to v1', steps: ['Set the template of shop/cart to that of revision 41'] },
  diff: [{ path: 'spec.containers.cart.image', before: 'cart:v2', after: 'cart:v1' }],
  ...{ isReversible: true, people: 2, peopleReasons: ['more than 20 pods'], evidence: ['D1'] },
  ...{ madeAtMs: atMs, expiresAtMs: atMs + 900_000, plan: { secret: 'of the plan' } },
};

async function run(folder: string, ...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder);
  const exitCode = await runCommand(['actions', ...argv], terminal);
  return { exitCode, ...written };
}

/** A server's folder with one incident, whose action was approved by dana and helped. */
async function folderWithAction(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  const store = await openSqliteStore({ path: join(folder, 'midwatch.db') });
  await store.recordAlert({
    alert: {
      ...{ source: 'test', fingerprint: 'f', status: 'firing', name: 'Slow', startsAtMs: 1 },
      ...{ target: { service: 'cart' }, labels: {}, annotations: {} },
    },
    ...{ incidentId: 'inc-1', groupKey: 'cart', joinSinceMs: 0, nowMs: atMs, effects: {} },
  });
  const entry = (actor: string, action: string) => ({
    incidentId: 'inc-1',
    planId,
    actor,
    action,
    detail: {},
  });
  await store.actions.log.append([entry('midwatch', 'proposed'), entry('dana\u001b[31m', 'approved')], atMs);
  await store.actions.begin({
    ...{ incidentId: 'inc-1', proposal, approvalIds: [], maxBegun: 1, countSinceMs: 0, nowMs: atMs + 1_000 },
    entry: entry('midwatch', 'begun'),
  });
  await store.actions.end({
    planId,
    outcome: 'applied',
    nowMs: atMs + 2_000,
    entry: entry('midwatch', 'applied'),
  });
  await store.actions.recordEffect({
    planId,
    effect: 'success',
    nowMs: atMs + 60_000,
    entry: entry('midwatch', 'helped'),
  });
  await store.close();
  return folder;
}

describe('midwatch actions', () => {
  it('tells of an incident what was done, by whom it was agreed to, and what came of it', async () => {
    const { exitCode, stdout } = await run(await folderWithAction(), 'inc-1');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      '2026-11-01 03:30:01 UTC  Roll cart back to v1  applied, success  plan c0ffee00000…\n\n' +
        '#1  2026-11-01 03:30:00 UTC  midwatch  proposed  plan c0ffee00000…  inc-1\n' +
        '#2  2026-11-01 03:30:00 UTC  dana[31m  approved  plan c0ffee00000…  inc-1\n' +
        '#3  2026-11-01 03:30:01 UTC  midwatch  begun  plan c0ffee00000…  inc-1\n' +
        '#4  2026-11-01 03:30:02 UTC  midwatch  applied  plan c0ffee00000…  inc-1\n' +
        '#5  2026-11-01 03:31:00 UTC  midwatch  helped  plan c0ffee00000…  inc-1\n',
    );
    expect(await run(await folderWithAction(), 'inc-2')).toMatchObject({ exitCode: 1, stdout: '' });
  });

  it('gives the log as JSON lines that can be followed elsewhere', async () => {
    const { stdout } = await run(await folderWithAction(), 'log', '--json', '--incident', 'inc-1');
    const entries = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(entries).toHaveLength(5);
    expect(entries.slice(1).map(({ previousHash }) => previousHash)).toEqual(
      entries.slice(0, -1).map(({ hash }) => hash),
    );
  });
});

describe('midwatch actions verify', () => {
  it('follows the chain, and tells what to keep', async () => {
    const folder = await folderWithAction();
    const { exitCode, stdout } = await run(folder, 'verify');
    expect(exitCode).toBe(0);
    const [, head = ''] = /^head (5:[0-9a-f]{64})$/m.exec(stdout) ?? [];
    expect(stdout).toMatch(/^5 entries are as written\.\n/);
    expect((await run(folder, 'verify', '--head', head)).stdout).toContain(
      'Entry 5 is the one that was kept.',
    );
  });

  it('says when names and texts are gone from an entry whose incident is not', async () => {
    const store = await openSqliteStore({ path: join(await folderWithAction(), 'midwatch.db') });
    const { log } = store.actions;
    const isHidden = new Set([2]);
    const list: typeof log.list = async (page) => {
      const { items, ...rest } = await log.list(page);
      const hide = ({ actor: _, detail: __, salt: ___, ...entry }: ActionLogEntry) => entry;
      return { ...rest, items: items.map((entry) => (isHidden.has(entry.number) ? hide(entry) : entry)) };
    };
    const { terminal, written } = createCapture(tmpdir());
    const actions = { ...store.actions, log: { ...log, list } };
    await expect(
      verifyLog({ store: { ...store, actions }, head: undefined, json: true }, terminal),
    ).rejects.toThrow('entry 2: its name and text were taken out, and its incident is still there');
    expect(JSON.parse(written.stdout)).toMatchObject({ erased: 1, fault: { number: 2, reason: 'erased' } });
    await store.close();
  });

  it('says when entries are gone that were there, and when the log was written anew', async () => {
    const folder = await folderWithAction();
    const other = 'f'.repeat(64);
    const cut = await run(folder, 'verify', '--head', `6:${other}`);
    expect(cut).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('entry 6: the log ends before it'),
    });
    const anew = await run(folder, 'verify', '--head', `4:${other}`, '--json');
    expect(anew).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('entry 4: it is not the one'),
    });
    expect(JSON.parse(anew.stdout)).toMatchObject({
      verified: 3,
      fault: { number: 4, reason: 'other-head' },
    });
  });

  it('takes a number and a hash, and nothing else', async () => {
    const folder = await folderWithAction();
    for (const head of ['5', '5:abc', `x:${'a'.repeat(64)}`])
      expect(await run(folder, 'verify', '--head', head)).toMatchObject({ exitCode: 2 });
    expect(await run(folder, 'log', '--head', `5:${'a'.repeat(64)}`)).toMatchObject({ exitCode: 2 });
  });
});

describe('midwatch actions plan', () => {
  const gates = [
    { gate: 'switched-on', passed: true, reason: 'it is switched on' },
    { gate: 'proven-record', passed: false, reason: '12 of at least 73 answers at HIGH are settled' },
  ];
  const carriedOut: string[] = [];
  const remediator: Remediator = {
    propose: async () => ({ proposal }),
    proposeUndo: async () => ({ nothing: 'no' }),
    askGates: async () => gates,
    async carryOut() {
      carriedOut.push('written');
      return { outcome: 'applied', detail: '' };
    },
    automation: () => ({ approves: false, undoes: false }),
    approverRoles: () => [],
  };
  const remedyCase = {} as RemedyCase;

  it('shows the plan and every answer, and does nothing', async () => {
    const { terminal, written } = createCapture(tmpdir());
    await showPlan({ remediator, remedyCase, json: false }, terminal);
    expect(written.stdout).toBe(
      [
        'Roll cart back to v1',
        '  on kubernetes deployment shop/cart, plan c0ffee000000; a dry run: nothing was written',
        '  1. Set the template of shop/cart to that of revision 41',
        '  spec.containers.cart.image: cart:v2 -> cart:v1',
        '  two different people would have to agree (more than 20 pods); it can be undone',
        '',
        '1 of 2 gates',
        '  + switched-on: it is switched on',
        '  x proven-record: 12 of at least 73 answers at HIGH are settled',
        '',
      ].join('\n'),
    );
    expect(carriedOut).toEqual([]);
  });

  it('says why nothing would be proposed, and as JSON gives all but what is the remediator’s own', async () => {
    const { terminal, written } = createCapture(tmpdir());
    const nothing = { ...remediator, propose: async () => ({ nothing: 'actions are off for cart' }) };
    await showPlan({ remediator: nothing, remedyCase, json: false }, terminal);
    expect(written.stdout).toBe('Nothing would be proposed: actions are off for cart\n');
    const other = createCapture(tmpdir());
    await showPlan({ remediator, remedyCase, json: true }, other.terminal);
    expect(JSON.parse(other.written.stdout)).toMatchObject({
      proposal: { planId },
      gates,
      isAutomatic: false,
    });
    expect(other.written.stdout).not.toContain('of the plan');
  });

  it('needs a configuration that has actions', async () => {
    const folder = await folderWithAction();
    const connector =
      "{ specVersion: 'v1', id: 'a', sources: {}, checkHealth: async () => ({ state: 'healthy' }) }";
    writeFileSync(join(folder, 'midwatch.config.ts'), `export default { connectors: [${connector}] };`);
    expect(await run(folder, 'plan', 'inc-1')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('actions are off: the configuration has no `remediation`'),
    });
  });
});
