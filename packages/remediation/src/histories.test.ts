import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterKind } from './__fixtures__/history-clusters.js';
import { commands, run } from './__fixtures__/history-commands.js';
import { createHistoryWorld, type HistoryWorld } from './__fixtures__/history-world.js';
import { isWholeLog } from './__fixtures__/memory-actions.js';

// `pnpm --filter @midwatch/remediation run histories` runs thousands, from another seed where MIDWATCH_SEED is one.
const numRuns = Number(process.env['MIDWATCH_HISTORIES'] ?? 300);
const seed = Number(process.env['MIDWATCH_SEED'] ?? 20_261_123);

const DAY_MS = 86_400_000;
const settings = fc.record({
  isOn: fc.constant(true),
  safeActions: fc.constant(['rollback', 'restart', 'scale-up'] as const),
  approverRoles: fc.constant(['approver']),
  maxActionsPerDay: fc.integer({ min: 1, max: 3 }),
  isAutomatic: fc.boolean(),
  undoesByItself: fc.boolean(),
});

/** What must be so of a whole history. */
async function check(world: HistoryWorld): Promise<void> {
  expect(world.violations).toEqual([]);
  expect([...world.sent.values(), ...world.done.values()].filter((count) => count > 1)).toEqual([]);
  const rows = [...world.actions.rows.values()];
  const most = world.goodSettings.maxActionsPerDay ?? 1;
  for (const { begunAtMs, undoes } of rows) {
    const before = rows.filter((row) => row.begunAtMs <= begunAtMs && row.begunAtMs > begunAtMs - DAY_MS);
    expect(before.length).toBeLessThanOrEqual(2 * most);
    if (undoes === undefined) {
      expect(before.filter((row) => row.undoes === undefined).length).toBeLessThanOrEqual(most);
    }
  }
  const undone = rows.filter(({ undoes, planId }) => undoes !== undefined && world.done.has(planId));
  expect(new Set(undone.map(({ undoes }) => undoes)).size).toBe(undone.length);
  for (const { outcome, planId } of world.outcomes) {
    const target = rows.find((row) => row.planId === planId)?.target ?? '';
    // Kubernetes keeps which plan a write was for, Argo CD only to what it went.
    const isKept = target.startsWith('kubernetes');
    const wasWritten = rows.some((row) => row.target === target && world.done.has(row.planId));
    if (outcome === 'applied') expect(isKept ? world.done.has(planId) : wasWritten).toBe(true);
    if (outcome === 'refused' && isKept) expect(world.done.has(planId)).toBe(false);
  }
  const { items } = await world.actions.store.log.list({ limit: 200 });
  expect(await isWholeLog(items)).toBe(true);
}

describe.each<ClusterKind>(['kubernetes', 'argocd'])('random histories of actions by %s', (kind) => {
  it('write at most once, one at a time, within the budget, and only behind every gate', {
    timeout: 600_000,
  }, async () => {
    const counts = { applied: 0, undone: 0, unknown: 0, crashed: 0, failed: 0, refused: 0, gated: 0 };
    const property = fc.asyncProperty(
      settings,
      fc.array(commands, { minLength: 15, maxLength: 30, size: 'max' }),
      async (own, history) => {
        const world = createHistoryWorld(kind, own);
        // So that no history is about nothing.
        await run(world, {
          type: 'propose',
          cluster: 0,
          kind: 'rollback',
          isApproved: true,
          isLooked: true,
          isMeasured: true,
        });
        for (const command of history) await run(world, command);
        await check(world);
        for (const { outcome } of world.outcomes) counts[outcome as 'unknown'] += 1;
        counts.undone += [...world.actions.rows.values()].filter(
          ({ undoes, planId }) => undoes !== undefined && world.done.has(planId),
        ).length;
      },
    );
    await fc.assert(property, { numRuns, seed });
    // The histories must reach what they are about.
    const share = numRuns / 300;
    for (const [what, least] of Object.entries({
      applied: 100,
      undone: 5,
      unknown: 20,
      crashed: 100,
      gated: 100,
    })) {
      expect.soft(counts[what as 'unknown'], what).toBeGreaterThan(least * share);
    }
    console.info(`${numRuns} histories (${kind}, seed ${seed}): ${JSON.stringify(counts)}`);
  });
});
