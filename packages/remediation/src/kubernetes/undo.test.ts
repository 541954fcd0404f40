import { describe, expect, it } from 'vitest';
import { applyCall } from '../__fixtures__/deploy-signals.js';
import { apply, planFor, planOf, rollbackPlan, setUp } from '../__fixtures__/kubernetes-plans.js';

describe('undoing', () => {
  it('a rollback goes to the template before, whose ReplicaSet is the same', async () => {
    const set = setUp();
    const plan = await rollbackPlan(set);
    await apply(set, plan);
    const undo = planOf(await set.executor.planUndo(plan, applyCall()));
    expect(undo.id).not.toBe(plan.id);
    expect(await apply(set, undo)).toMatchObject({ outcome: 'applied' });
    expect(set.stand.deployment.spec.template.spec).toMatchObject({ containers: [{ image: 'api:3' }] });
  });

  it('a scale-up goes back to the number before', async () => {
    const set = setUp();
    const plan = await planFor('scale-up', set);
    await apply(set, plan);
    const undo = planOf(await set.executor.planUndo(plan, applyCall()));
    expect(undo.action).toMatchObject({ kind: 'scale-back', replicas: 4 });
    await apply(set, undo);
    expect(set.stand.deployment.spec.replicas).toBe(4);
  });

  it('is refused for what was never applied, what was changed since, and a restart', async () => {
    const never = setUp();
    const plan = await rollbackPlan(never);
    expect(await never.executor.planUndo(plan, applyCall())).toMatchObject({ reason: 'changed' });
    await apply(never, plan);
    never.stand.rollOut('api:5');
    expect(await never.executor.planUndo(plan, applyCall())).toMatchObject({ reason: 'changed' });
    const restarted = setUp();
    const restart = await planFor('restart', restarted);
    await apply(restarted, restart);
    expect(await restarted.executor.planUndo(restart, applyCall())).toMatchObject({ reason: 'no-change' });
  });
});
