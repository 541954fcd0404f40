import { describe, expect, it } from 'vitest';
import { applyCall, deploymentTarget, deploySignal, podTarget } from '../__fixtures__/deploy-signals.js';
import { planOf, plans, rollbackPlan, type SetUp, setUp } from '../__fixtures__/kubernetes-plans.js';
import { type Plan, parsePlan } from '../plan.js';

describe('a plan', () => {
  it('of a rollback tells steps, diff, revisions and whom it hurts', async () => {
    const plan = await rollbackPlan(setUp());
    expect(plan).toMatchObject({
      action: { kind: 'rollback', toRevision: '2', toUid: 'uid-api-2' },
      reversible: true,
      revisionsSince: 1,
      schemaMigrationsSeen: { state: 'none' },
      blastRadius: { pods: 4, replacedPods: 4, people: 1, reasons: [] },
    });
    expect(plan.diff).toEqual([
      { path: 'spec.containers.api.env.POOL_MAX.value', before: '3', after: '2' },
      { path: 'spec.containers.api.image', before: 'api:3', after: 'api:2' },
    ]);
    expect(plan.steps[0]).toContain('revision 2');
  });

  it('comes back from a store as it was, and not when a byte of it was changed', async () => {
    const plan = await rollbackPlan(setUp());
    const stored = JSON.parse(JSON.stringify(plan)) as Plan;
    expect(await parsePlan(stored)).toEqual(plan);
    await expect(
      parsePlan({ ...stored, blastRadius: { ...stored.blastRadius, people: 2 } }),
    ).rejects.toThrow();
    await expect(
      parsePlan({
        ...stored,
        action: { ...stored.action, target: { ...stored.action.target, name: 'other' } },
      }),
    ).rejects.toThrow();
    await expect(parsePlan({ ...stored, action: { kind: 'delete' } })).rejects.toThrow();
  });

  it('asks for two people when schemas changed, when nobody looked, or when it goes further back', async () => {
    const { executor } = setUp();
    const observed = await executor.observe(deploymentTarget(), applyCall());
    const [second, first] = observed.revisions;
    if (first === undefined || second === undefined) throw new Error('no revision');
    const migration = deploySignal({
      changes: [{ path: 'db/migrate/0012_add.rb', before: null, after: 'x' }],
    });
    const seen = planOf(await executor.plan({ kind: 'rollback', to: second }, observed, [migration]));
    expect(seen.schemaMigrationsSeen).toEqual({ state: 'seen', places: ['db/migrate/0012_add.rb'] });
    const blind = planOf(await executor.plan({ kind: 'rollback', to: second }, observed));
    const far = planOf(await executor.plan({ kind: 'rollback', to: first }, observed, [deploySignal()]));
    expect([seen, blind, far].map(({ blastRadius }) => blastRadius.people)).toEqual([2, 2, 2]);
    expect(far.revisionsSince).toBe(2);
  });

  it('keeps secrets out of the diff', async () => {
    const redact = { redact: (text: string) => (text.startsWith('POOL_MAX=') ? 'hidden' : text) };
    const plan = await rollbackPlan(setUp({ redact }));
    expect(plan.diff[0]).toMatchObject({ before: '[redacted]', after: '[redacted]' });
  });

  it.each([
    ['rollback', 'paused', ({ stand }: SetUp) => Object.assign(stand.deployment.spec, { paused: true })],
    ['restart', 'paused', ({ stand }: SetUp) => Object.assign(stand.deployment.spec, { paused: true })],
    [
      'scale-up',
      'autoscaled',
      ({ stand }: SetUp) =>
        stand.autoscalers.push({
          metadata: { name: 'api' },
          spec: { scaleTargetRef: { kind: 'Deployment', name: 'api' }, maxReplicas: 4 },
        }),
    ],
    [
      'scale-up',
      'out-of-bounds',
      ({ stand }: SetUp) => Object.assign(stand.deployment.spec, { replicas: 0 }),
    ],
    [
      'scale-up',
      'out-of-bounds',
      ({ stand }: SetUp) => Object.assign(stand.deployment.spec, { replicas: 20 }),
    ],
    [
      'rollback',
      'managed-elsewhere',
      ({ stand }: SetUp) =>
        Object.assign(stand.deployment.metadata.annotations, { 'argocd.argoproj.io/tracking-id': 'api:x' }),
    ],
    [
      'rollback',
      'managed-elsewhere',
      // Argo CD up to version 2 leaves a label that Helm sets as well, and this.
      ({ stand }: SetUp) =>
        Object.assign(stand.deployment.metadata, {
          managedFields: [{ manager: 'argocd-controller', operation: 'Update' }],
        }),
    ],
    [
      'scale-up',
      'managed-elsewhere',
      ({ stand }: SetUp) =>
        Object.assign(stand.deployment.metadata, {
          ownerReferences: [{ kind: 'Shop', name: 'shop', uid: 'uid-shop', controller: true }],
        }),
    ],
    [
      'restart of a pod',
      'deleting',
      ({ stand }: SetUp) =>
        Object.assign(stand.deployment.metadata, { deletionTimestamp: '2026-11-23T03:00:00Z' }),
    ],
  ] as const)('of a %s is refused with %s', async (name, reason, change) => {
    const set = setUp();
    change(set);
    await expect(plans[name](set)).rejects.toThrow(reason);
    expect(set.stand.writes).toBe(0);
  });

  it('is not made for what was written down by hand', async () => {
    const { executor } = setUp();
    const byHand = { kind: 'deployment', namespace: 'shop', name: 'api' } as never;
    await expect(executor.observe(byHand, applyCall())).rejects.toThrow(TypeError);
    const observed = await executor.observe(deploymentTarget(), applyCall());
    const copy = structuredClone({ ...observed.revisions[0] }) as never;
    await expect(executor.plan({ kind: 'rollback', to: copy }, observed)).rejects.toThrow(TypeError);
    await expect(executor.plan({ kind: 'restart' }, { ...observed, pod: copy })).rejects.toThrow(TypeError);
  });

  it('is not made for a pod that would not come back', async () => {
    const { executor, stand } = setUp();
    stand.pods[0]?.metadata.ownerReferences?.splice(0);
    await expect(executor.observe(podTarget(), applyCall())).rejects.toThrow('belongs to no Deployment');
  });
});
