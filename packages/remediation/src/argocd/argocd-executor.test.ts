import { describe, expect, it } from 'vitest';
import { createArgoCdStandIn } from '../__fixtures__/argocd-stand-in.js';
import { applicationTarget, applyCall, approvalOf, deploySignal } from '../__fixtures__/deploy-signals.js';
import { planOf } from '../__fixtures__/kubernetes-plans.js';
import { WRITE_TOKEN } from '../__fixtures__/kubernetes-stand-in.js';
import type { Plan } from '../plan.js';
import { createArgoCdExecutor } from './argocd-executor.js';

function setUp(dryRun = false) {
  const stand = createArgoCdStandIn();
  const executor = createArgoCdExecutor({
    baseUrl: 'https://argocd.example/root',
    writeToken: WRITE_TOKEN,
    redact: 'none',
    dryRun,
    fetch: (input, init) => stand.fetch(String(input).replace('/root/', '/'), init),
  });
  return { stand, executor };
}
type SetUp = ReturnType<typeof setUp>;

async function answerFor({ executor }: SetUp, back = 1) {
  const observed = await executor.observe(applicationTarget(), applyCall());
  const to = observed.revisions[back];
  if (to === undefined) throw new Error('no entry');
  return executor.plan({ kind: 'rollback', to }, observed, [deploySignal()]);
}
const planFor = async (set: SetUp, back?: number) => planOf(await answerFor(set, back));
const apply = ({ executor }: SetUp, plan: Plan) => executor.apply(plan, approvalOf(plan), applyCall());

describe('a plan for Argo CD', () => {
  it('goes to an entry of the history', async () => {
    const plan = await planFor(setUp());
    expect(plan).toMatchObject({
      action: { kind: 'rollback', target: { name: 'api', namespace: 'argocd' }, toHistoryId: 42 },
      reversible: true,
      revisionsSince: 1,
      blastRadius: { objects: 3, people: 1 },
    });
    expect(plan.diff.map(({ path }) => path)).toEqual(['revision.0', 'source.kustomize.images.0']);
    expect((await planFor(setUp(), 2)).blastRadius).toMatchObject({ people: 2 });
  });

  const changes: [string, (stand: SetUp['stand']) => unknown][] = [
    ['auto-sync', ({ application }) => Object.assign(application.spec.syncPolicy, { automated: {} })],
    ['in-progress', (stand) => stand.sync('rev-44')],
    ['deleting', ({ application }) => Object.assign(application.metadata, { deletionTimestamp: 'now' })],
    ['protected-kinds', ({ application }) => application.status.resources.push({ kind: 'NetworkPolicy' })],
    [
      'protected-kinds',
      ({ application }) => application.status.resources.push({ kind: 'PersistentVolumeClaim' }),
    ],
    // Applications of its own, and kinds that nobody here knows: what they do is not known either.
    ['protected-kinds', ({ application }) => application.status.resources.push({ kind: 'Application' })],
    [
      'protected-kinds',
      ({ application }) => application.status.resources.push({ kind: 'AuthorizationPolicy' }),
    ],
    ['protected-kinds', ({ application }) => application.status.resources.push({ kind: 'StatefulSet' })],
    ['protected-kinds', ({ application }) => application.status.resources.push({ kind: 'Job' })],
    ['protected-kinds', ({ application }) => application.status.resources.push({} as never)],
    ['protected-kinds', ({ application }) => application.status.resources.splice(0)],
    [
      'no-such-revision',
      ({ application }) => Object.assign(application.status.history[1] ?? {}, { source: {} }),
    ],
  ];
  it.each(changes)('is refused with %s', async (reason, change) => {
    const set = setUp();
    change(set.stand);
    expect(await answerFor(set)).toMatchObject({ outcome: 'refused', reason });
  });

  it('is made where automated sync is there and switched off', async () => {
    const set = setUp();
    set.stand.application.spec.syncPolicy.automated = { enabled: false };
    expect(await answerFor(set)).toMatchObject({ outcome: 'planned' });
  });

  it('does not go to what was synced last', async () => {
    expect(await answerFor(setUp(), 0)).toMatchObject({ reason: 'no-change' });
  });
});

describe('applying to Argo CD', () => {
  it('asks for one sync, and finds it again while it waits, runs and is done', async () => {
    const set = setUp();
    const plan = await planFor(set);
    expect(await apply(set, plan)).toMatchObject({ outcome: 'applied', wrote: true });
    expect(set.stand.requests.at(-1)?.body).toEqual({
      name: 'api',
      id: 42,
      prune: false,
      dryRun: false,
      appNamespace: 'argocd',
      project: 'shop',
    });
    expect(await apply(set, plan)).toMatchObject({ outcome: 'applied', wrote: false });
    set.stand.finish();
    expect(await apply(set, plan)).toMatchObject({ outcome: 'applied', wrote: false });
    set.stand.sync('rev-44');
    set.stand.finish();
    expect(await apply(set, plan)).toMatchObject({ outcome: 'applied', wrote: false });
    expect(set.stand.writes).toBe(1);
  });

  it.each(['reset', 'hang'] as const)('looks a lost answer up (%s)', async (kind) => {
    const written = setUp();
    const plan = await planFor(written);
    written.stand.faults.push({ kind, isWritten: true });
    expect(await written.executor.apply(plan, approvalOf(plan), applyCall(100))).toMatchObject({
      outcome: 'applied',
      wrote: false,
    });
    const lost = setUp();
    const second = await planFor(lost);
    lost.stand.faults.push({ kind, isWritten: false });
    expect(await lost.executor.apply(second, approvalOf(second), applyCall(100))).toMatchObject({
      outcome: 'unknown',
    });
    expect(lost.stand.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it.each([
    [400, 'rejected'],
    [403, 'forbidden'],
    [404, 'no-such-object'],
  ])('HTTP %i has begun nothing: %s', async (status, reason) => {
    const set = setUp();
    const plan = await planFor(set);
    set.stand.faults.push({ kind: 'status', status });
    expect(await apply(set, plan)).toMatchObject({ outcome: 'refused', reason });
  });

  it.each([
    ['a sync', ({ stand }: SetUp) => [stand.sync('rev-44'), stand.finish()]],
    ['a sync under way', ({ stand }: SetUp) => stand.sync('rev-44')],
    ['a failed sync', ({ stand }: SetUp) => [stand.sync('rev-44'), stand.finish('Failed')]],
    ['another source', ({ stand }: SetUp) => Object.assign(stand.application.spec.source, { path: 'other' })],
    [
      'automated sync',
      ({ stand }: SetUp) => Object.assign(stand.application.spec.syncPolicy, { automated: {} }),
    ],
    [
      'another application of that name',
      ({ stand }: SetUp) => Object.assign(stand.application.metadata, { uid: 'uid-other' }),
    ],
    ['a shorter history', ({ stand }: SetUp) => stand.application.status.history.splice(0, 2)],
  ])('is refused after %s since the plan', async (_, change) => {
    const set = setUp();
    const plan = await planFor(set);
    change(set);
    expect(await apply(set, plan)).toMatchObject({ outcome: 'refused', reason: 'changed' });
    expect(set.stand.writes).toBe(0);
  });

  it('leaves it to Argo CD to refuse when somebody is faster by a moment', async () => {
    const set = setUp();
    const plan = await planFor(set);
    set.stand.beforeWrite = () => set.stand.sync('rev-44');
    expect(await apply(set, plan)).toMatchObject({ outcome: 'refused', reason: 'rejected' });
    expect(set.stand.writes).toBe(0);
  });

  it('does not take a dry run, or the same revision of other parameters, for its own sync', async () => {
    const dry = setUp();
    const plan = await planFor(dry);
    const { revision, source } = dry.stand.application.status.history[1] ?? { revision: '', source: {} };
    dry.stand.application.operation = { sync: { revision, source, dryRun: true } };
    expect(await dry.executor.lookUp(plan, applyCall())).toMatchObject({ outcome: 'unknown' });
    dry.stand.application.operation = { sync: { revision, source: { ...source, path: 'other' } } };
    expect(await dry.executor.lookUp(plan, applyCall())).toMatchObject({ outcome: 'unknown' });
    dry.stand.application.operation = { sync: { revision, source } };
    expect(await dry.executor.lookUp(plan, applyCall())).toMatchObject({ outcome: 'applied' });
  });

  it('sends Argo CD’s own dry run', async () => {
    const set = setUp(true);
    const plan = await planFor(set);
    expect(await apply(set, plan)).toMatchObject({ outcome: 'refused', reason: 'dry-run' });
    expect(set.stand.requests.at(-1)?.body).toMatchObject({ dryRun: true });
    set.stand.finish();
    expect(set.stand.application.status.history).toHaveLength(3);
  });

  it('is undone by another rollback, to what was before, once it has succeeded', async () => {
    const set = setUp();
    const plan = await planFor(set);
    await apply(set, plan);
    expect(await set.executor.planUndo(plan, applyCall())).toMatchObject({ reason: 'changed' });
    set.stand.finish();
    const undo = planOf(await set.executor.planUndo(plan, applyCall()));
    expect(undo.action).toMatchObject({ toHistoryId: 43 });
    expect(await apply(set, undo)).toMatchObject({ outcome: 'applied', wrote: true });
  });
});
