import { describe, expect, it } from 'vitest';
import { createActionStore } from './__fixtures__/action-store.js';
import { applyCall, nowMs } from './__fixtures__/deploy-signals.js';
import { passingInput } from './__fixtures__/gate-input.js';
import { rollbackPlan, setUp } from './__fixtures__/kubernetes-plans.js';
import { carryOut } from './carry-out.js';
import type { Executor } from './executor.js';
import type { GateInput } from './gates/gate-input.js';

async function prepare(change: Partial<GateInput> = {}) {
  const set = setUp();
  const plan = await rollbackPlan(set);
  const kept = createActionStore();
  const times = { requestedAtMs: nowMs, expiresAtMs: nowMs + 600_000 };
  const row = {
    incidentId: 'inc-1',
    hash: plan.id,
    action: plan.action,
    state: 'approved' as const,
    ...times,
  };
  kept.approvals.set('ap-jo', { id: 'ap-jo', ...row, decidedBy: 'jo' });
  const begin = (executor: Executor = set.executor) =>
    carryOut({
      plan,
      incidentId: 'inc-1',
      executor,
      store: kept.store,
      readGates: async () => ({ ...passingInput(plan), ...change }),
      call: applyCall(),
    });
  return { ...set, plan, kept, begin };
}

describe('carryOut', () => {
  it('uses the approval, claims the plan, and applies it', async () => {
    const { begin, kept, stand } = await prepare();
    expect(await begin()).toMatchObject({ outcome: 'applied', wrote: true, gates: { passed: true } });
    expect(kept.approvals.get('ap-jo')?.state).toBe('used');
    expect(stand.writes).toBe(1);
  });

  it('names the gates that were not passed, and leaves the approval', async () => {
    const { begin, kept, stand } = await prepare({ stopped: undefined, settings: undefined });
    expect(await begin()).toMatchObject({
      outcome: 'gated',
      detail: 'not passed: switched-on, kill-switch, safe-list, approval',
    });
    expect(kept.approvals.get('ap-jo')?.state).toBe('approved');
    expect(stand.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('goes by the approvals of the store, whatever the gates were told', async () => {
    const { begin, kept, stand } = await prepare();
    kept.approvals.clear();
    expect(await begin()).toMatchObject({ outcome: 'gated', detail: 'the approval ap-jo: unknown' });
    expect(stand.writes).toBe(0);
  });

  it('after a crash before the write only looks, and does not write', async () => {
    const { begin, executor, stand } = await prepare();
    const crashing = { ...executor, apply: () => Promise.reject(new Error('crash')) };
    await expect(begin(crashing)).rejects.toThrow('crash');
    expect(await begin()).toMatchObject({ outcome: 'unknown' });
    expect(stand.writes).toBe(0);
  });

  it('after a crash behind the write finds it', async () => {
    const { begin, executor, stand } = await prepare();
    const crashing: Executor = {
      ...executor,
      async apply(...input) {
        await executor.apply(...input);
        throw new Error('crash');
      },
    };
    await expect(begin(crashing)).rejects.toThrow('crash');
    expect(await begin()).toMatchObject({ outcome: 'applied', wrote: false });
    expect(stand.writes).toBe(1);
  });
});
