import { describe, expect, it } from 'vitest';
import { applyCall, approvalOf, nowMs } from '../__fixtures__/deploy-signals.js';
import {
  apply,
  cases,
  deploymentCases,
  planFor,
  podPlan,
  rollbackPlan,
  type SetUp,
  setUp,
} from '../__fixtures__/kubernetes-plans.js';
import { createKubernetesStandIn } from '../__fixtures__/kubernetes-stand-in.js';

describe('applying', () => {
  it.each(cases)('a %s writes once, and finds its own write when it is asked again', async (_, make) => {
    const set = setUp();
    const plan = await make(set);
    expect(await apply(set, plan)).toMatchObject({ outcome: 'applied', wrote: true });
    expect(await apply(set, plan)).toMatchObject({ outcome: 'applied', wrote: false });
    expect(set.stand.writes).toBe(1);
  });

  it('a rollback puts the whole former template back, and a restart and a scale-up nothing else', async () => {
    const rolled = setUp();
    await apply(rolled, await rollbackPlan(rolled));
    expect(rolled.stand.deployment.spec.template.spec).toMatchObject({ containers: [{ image: 'api:2' }] });
    expect(rolled.stand.deployment.metadata.annotations['deployment.kubernetes.io/revision']).toBe('4');
    const restarted = setUp();
    await apply(restarted, await planFor('restart', restarted));
    expect(restarted.stand.deployment.spec.template.metadata.annotations).toEqual({
      'kubectl.kubernetes.io/restartedAt': new Date(nowMs).toISOString(),
    });
    const scaled = setUp();
    await apply(scaled, await planFor('scale-up', scaled));
    expect(scaled.stand.deployment.spec.replicas).toBe(6);
  });

  it.each(cases)('a %s whose answer is lost after the write is found by reading', async (_, make) => {
    const set = setUp();
    const plan = await make(set);
    set.stand.faults.push({ kind: 'reset', isWritten: true });
    expect(await apply(set, plan)).toMatchObject({ outcome: 'applied', wrote: false });
    expect(set.stand.writes).toBe(1);
  });

  it.each(cases)('a %s that may still arrive is unknown, and is not sent again', async (_, make) => {
    const set = setUp();
    const plan = await make(set);
    set.stand.faults.push({ kind: 'reset', isWritten: false });
    expect(await apply(set, plan)).toMatchObject({ outcome: 'unknown' });
    expect(set.stand.requests.filter(({ method }) => method !== 'GET')).toHaveLength(1);
    expect(await set.executor.lookUp(plan, applyCall())).toMatchObject({ outcome: 'unknown' });
  });

  it('a rollback that hangs past its deadline is looked up with time of its own', async () => {
    const set = setUp();
    const plan = await rollbackPlan(set);
    set.stand.faults.push({ kind: 'hang', isWritten: true });
    const outcome = await set.executor.apply(plan, approvalOf(plan), applyCall(100));
    expect(outcome).toMatchObject({ outcome: 'applied', wrote: false });
  });

  it.each([
    [403, 'forbidden'],
    [404, 'no-such-object'],
    [409, 'conflict'],
    [422, 'conflict'],
    [400, 'rejected'],
    [302, 'rejected'],
  ])('HTTP %i has written nothing: %s', async (status, reason) => {
    const set = setUp();
    const plan = await rollbackPlan(set);
    set.stand.faults.push({ kind: 'status', status });
    expect(await apply(set, plan)).toMatchObject({ outcome: 'refused', reason });
    expect(set.stand.writes).toBe(0);
  });

  it.each([500, 503, 504])('HTTP %i may have written', async (status) => {
    const set = setUp();
    const plan = await rollbackPlan(set);
    set.stand.faults.push({ kind: 'status', status, isWritten: true });
    expect(await apply(set, plan)).toMatchObject({ outcome: 'applied', wrote: false });
    const other = setUp();
    const second = await rollbackPlan(other);
    other.stand.faults.push({ kind: 'status', status });
    expect(await apply(other, second)).toMatchObject({ outcome: 'unknown' });
  });

  it('a sign-in page after the write is looked up', async () => {
    const set = setUp();
    const plan = await rollbackPlan(set);
    set.stand.faults.push({ kind: 'html' });
    expect(await apply(set, plan)).toMatchObject({ outcome: 'applied', wrote: false });
  });

  it('an eviction keeps to the disruption budget', async () => {
    const set = setUp();
    const plan = await podPlan(set);
    set.stand.evictionsAllowed = false;
    expect(await apply(set, plan)).toMatchObject({ outcome: 'refused', reason: 'disruption-budget' });
    expect(set.stand.pods).toHaveLength(1);
  });

  it.each(deploymentCases)('a %s is refused when the object changed since the plan', async (_, make) => {
    const set = setUp();
    const plan = await make(set);
    set.stand.rollOut('api:4');
    expect(await apply(set, plan)).toMatchObject({ outcome: 'refused', reason: 'changed' });
    expect(set.stand.writes).toBe(0);
  });

  it.each(deploymentCases)('a %s is refused when somebody is faster by a moment', async (_, make) => {
    const set = setUp();
    const plan = await make(set);
    set.stand.beforeWrite = () => set.stand.rollOut('api:4');
    expect(await apply(set, plan)).toMatchObject({ outcome: 'refused', reason: 'conflict' });
    expect(set.stand.writes).toBe(0);
  });

  it('is refused when an autoscaler or a pause came meanwhile, or the object is another of the same name', async () => {
    const changes: ((set: SetUp) => unknown)[] = [
      ({ stand }) => Object.assign(stand.deployment.spec, { paused: true }),
      ({ stand }) => Object.assign(stand.deployment.metadata, { uid: 'uid-other' }),
      ({ stand }) =>
        stand.autoscalers.push({
          metadata: { name: 'api' },
          spec: { scaleTargetRef: { kind: 'Deployment', name: 'api' }, maxReplicas: 9 },
        }),
    ];
    for (const change of changes) {
      const set = setUp();
      const plan = await planFor('scale-up', set);
      change(set);
      expect(await apply(set, plan)).toMatchObject({ outcome: 'refused', reason: 'changed' });
    }
  });

  it('does not mind what moves by itself', async () => {
    const set = setUp();
    const plan = await rollbackPlan(set);
    set.stand.touch(set.stand.deployment);
    expect(await apply(set, plan)).toMatchObject({ outcome: 'applied' });
  });

  it('needs an approval of this plan, used and in time', async () => {
    const set = setUp();
    const plan = await rollbackPlan(set);
    const refusals = [
      { ...approvalOf(plan), hash: 'other' },
      { ...approvalOf(plan), state: 'approved' as const },
      { ...approvalOf(plan), expiresAtMs: nowMs },
    ].map((approval) => set.executor.apply(plan, approval, applyCall()));
    expect((await Promise.all(refusals)).map((answer) => 'reason' in answer && answer.reason)).toEqual([
      'wrong-approval',
      'wrong-approval',
      'expired',
    ]);
    const changed = { ...plan, state: { ...plan.state, generation: 9 } };
    expect(await apply(set, changed)).toMatchObject({ reason: 'wrong-plan' });
    const elsewhere = createKubernetesStandIn();
    const other = setUp({ id: 'other', fetch: elsewhere.fetch });
    expect(await apply(other, plan)).toMatchObject({ reason: 'wrong-plan' });
    expect([...set.stand.requests, ...elsewhere.requests].filter(({ method }) => method !== 'GET')).toEqual(
      [],
    );
  });

  it('is refused when the state cannot be read', async () => {
    const set = setUp();
    const plan = await rollbackPlan(set);
    set.stand.readFaults.push(...Array.from({ length: 4 }, () => ({ kind: 'status', status: 503 }) as const));
    expect(await apply(set, plan)).toMatchObject({ outcome: 'refused', reason: 'not-read' });
  });

  it.each(cases)('a %s as a dry run changes nothing', async (_, make) => {
    const set = setUp({ dryRun: true });
    const plan = await make(set);
    const before = structuredClone([set.stand.deployment, set.stand.pods]);
    expect(await apply(set, plan)).toMatchObject({ outcome: 'refused', reason: 'dry-run' });
    expect([set.stand.deployment, set.stand.pods]).toEqual(before);
    expect(set.stand.requests.at(-1)?.query).toMatchObject({ dryRun: 'All' });
  });
});
