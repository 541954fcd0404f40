import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alert } from '@midwatch/core/incident';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { describe, expect, it } from 'vitest';
import { createCapture } from './__fixtures__/small-bundle.js';
import { runCommand } from './run-command.js';

async function run(folder: string, ...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder);
  const exitCode = await runCommand(argv, terminal);
  return { exitCode, ...written };
}

const alertOf = (service: string): Alert => ({
  ...{ source: 'test', fingerprint: service, status: 'firing', name: 'Slow', startsAtMs: 1 },
  ...{ target: { service }, labels: {}, annotations: {} },
});

/** A server's folder with one dead message for each service. */
async function folderWithDead(...services: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  const store = await openSqliteStore({ path: join(folder, 'midwatch.db') });
  for (const service of services) {
    const delivery = { key: 'collect-1 slack', channel: 'slack', payload: {}, dueAtMs: 1 };
    await store.recordAlert({
      ...{
        alert: alertOf(service),
        incidentId: `inc-${service}`,
        groupKey: service,
        joinSinceMs: 0,
        nowMs: 1,
      },
      effects: { opened: { deliveries: [delivery] } },
    });
    const claimed = await store.outbox.claim({ nowMs: 2, leaseMs: 1 });
    await store.outbox.fail(claimed!, {
      nowMs: Date.UTC(2026, 10, 1, 3, 30),
      error: '[slack] auth: no\u001b[31m',
    });
  }
  await store.close();
  return folder;
}

describe('midwatch dead', () => {
  it('shows what could not be delivered, and why', async () => {
    const folder = await folderWithDead('cart', 'checkout');
    const { exitCode, stdout } = await run(folder, 'dead');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      '2026-11-01 03:30 UTC  inc-cart  slack  1 attempt  [slack] auth: no[31m\n' +
        '2026-11-01 03:30 UTC  inc-checkout  slack  1 attempt  [slack] auth: no[31m\n' +
        '2 messages are dead; with --requeue they go out again.\n',
    );
  });

  it('puts one incident back, or all; twice does nothing', async () => {
    const folder = await folderWithDead('cart', 'checkout');
    const one = await run(folder, 'dead', '--requeue', '--incident', 'inc-cart', '--json');
    expect(JSON.parse(one.stdout)).toMatchObject({ requeued: 1, deliveries: [{ incidentId: 'inc-cart' }] });
    const rest = await run(folder, 'dead', '--requeue', '--database', 'midwatch.db');
    expect(rest.stdout).toContain('1 of 1 go out again');
    expect((await run(folder, 'dead', '--requeue')).stdout).toBe(
      'No message is dead, and no step was given up.\n',
    );
    const store = await openSqliteStore({ path: join(folder, 'midwatch.db') });
    expect(await store.outbox.claim({ nowMs: Date.now(), leaseMs: 1 })).toMatchObject({
      key: 'collect-1 slack',
      attempts: 2,
    });
    expect((await store.getIncident('inc-cart'))?.timeline.map(({ action }) => action)).toEqual([
      'delivery-requeued',
    ]);
    await store.close();
  });

  it('shows steps that were given up, and does them again; none of an action', async () => {
    const folder = await folderWithDead();
    const store = await openSqliteStore({ path: join(folder, 'midwatch.db') });
    const steps = ['collect', 'carry-out'].map((kind) => ({ key: `${kind}-1`, kind, dueAtMs: 1 }));
    await store.recordAlert({
      ...{ alert: alertOf('cart'), incidentId: 'inc-cart', groupKey: 'cart', joinSinceMs: 0, nowMs: 1 },
      effects: { opened: { steps } },
    });
    const nowMs = Date.UTC(2026, 10, 1, 3, 30);
    for (const { kind } of steps) {
      const claimed = await store.steps.claim({ nowMs, leaseMs: 1 });
      expect(claimed).toMatchObject({ kind });
      await store.steps.fail(claimed!, { nowMs, error: 'crashed' });
    }
    await store.close();
    expect((await run(folder, 'dead')).stdout).toBe(
      '2026-11-01 03:30 UTC  inc-cart  step collect-1  1 attempt  crashed\n' +
        '2026-11-01 03:30 UTC  inc-cart  step carry-out-1 (of an action)  1 attempt  crashed\n' +
        '0 messages are dead, 2 steps were given up; with --requeue they go out again.\n',
    );
    expect((await run(folder, 'status')).stdout).toContain('0 messages are dead, 2 steps were given up');
    const { stdout } = await run(folder, 'dead', '--requeue', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      requeued: 1,
      deliveries: [],
      steps: [
        { key: 'collect-1', kind: 'collect', isRequeueable: true },
        { key: 'carry-out-1', isRequeueable: false },
      ],
    });
    expect((await run(folder, 'dead')).stdout).toContain('0 messages are dead, 1 step was given up');
  });

  it('makes no database where there is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
    const { exitCode, stderr } = await run(folder, 'dead');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no such file; name the server');
  });
});
