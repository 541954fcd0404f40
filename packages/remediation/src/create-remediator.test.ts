import type { Proposal } from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { nowMs } from './__fixtures__/deploy-signals.js';
import { setUp } from './__fixtures__/kubernetes-plans.js';
import { isWholeLog } from './__fixtures__/memory-actions.js';
import {
  createWorld,
  proposed,
  remediatorCall,
  reviewOf,
  settings,
  type World,
} from './__fixtures__/remediator-world.js';
import { adviceOf, incidentOf, remedyCase } from './__fixtures__/remedy-case.js';
import { createRemediator } from './create-remediator.js';

const input = remedyCase();
const call = remediatorCall;

async function carryOut(world: World, proposal: Proposal, review = reviewOf(proposal)) {
  return world.remediator.carryOut({ ...input, proposal, review }, call());
}
const actionsOf = (world: World) => world.actions.entries.map(({ action }) => action);
const writesOf = ({ set }: World) => set.stand.requests.filter(({ method }) => method !== 'GET').length;

describe('a proposal', () => {
  it('is carried out once, behind an approval, with everything in the log', async () => {
    const world = createWorld();
    const proposal = await proposed(world, input);
    expect(proposal).toMatchObject({
      remedy: 'rollback',
      target: 'kubernetes deployment shop/api',
      title: 'Roll api back to v2',
      isReversible: true,
      people: 1,
      evidence: ['D1'],
      expiresAtMs: proposal.madeAtMs + 900_000,
    });
    const missing = await world.remediator.askGates({ ...input, proposal }, call());
    expect(missing.filter(({ passed }) => !passed).map(({ gate }) => gate)).toEqual([
      'second-model',
      'approval',
    ]);
    world.approve(proposal, 'jo');
    expect(await carryOut(world, proposal)).toMatchObject({ outcome: 'applied' });
    expect(await carryOut(world, proposal)).toMatchObject({ outcome: 'applied' });
    expect(writesOf(world)).toBe(1);
    expect(world.actions.approvals.get(`${proposal.planId} 1`)?.state).toBe('used');
    expect(actionsOf(world)).toEqual(['begun', 'applied']);
    expect(await isWholeLog((await world.store.actions.log.list({ limit: 200 })).items)).toBe(true);
  });

  it('is refused when anything in it was changed, and nothing is written', async () => {
    const world = createWorld();
    const proposal = await proposed(world, input);
    world.approve(proposal, 'jo');
    const { plan } = proposal as { plan: { purpose: object } };
    const tampered: unknown[] = [
      { ...proposal, service: 'other' },
      { ...proposal, people: 0 },
      { ...proposal, target: 'kubernetes deployment shop/other' },
      { ...proposal, expiresAtMs: proposal.expiresAtMs + 1 },
      { ...proposal, more: 1 },
      { ...proposal, plan: { ...plan, state: {} } },
      { ...proposal, plan: { ...plan, purpose: { ...plan.purpose, service: 'other' } }, service: 'other' },
      { ...proposal, plan: undefined },
    ];
    for (const other of tampered as Proposal[]) {
      expect(await carryOut(world, other)).toMatchObject({ outcome: 'refused' });
      const answers = await world.remediator.askGates({ ...input, proposal: other }, call());
      expect(answers).toMatchObject([{ gate: 'proposal', passed: false }]);
    }
    const elsewhere = { ...input, incident: incidentOf('inc-2'), proposal, review: reviewOf(proposal) };
    expect(await world.remediator.carryOut(elsewhere, call())).toMatchObject({ outcome: 'refused' });
    expect(writesOf(world)).toBe(0);
  });

  it('says that it is a dry run, and is refused as one', async () => {
    const world = createWorld({}, setUp({ dryRun: true }));
    const proposal = await proposed(world, input);
    expect(proposal.title).toBe('Dry run: Roll api back to v2');
    expect(proposal.steps[0]).toContain('Dry run');
    world.approve(proposal, 'jo');
    const done = await carryOut(world, proposal);
    expect(done).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('nothing was changed'),
    });
    expect(world.set.stand.writes).toBe(0);
  });
});

describe('the gates just before', () => {
  it('are asked again: the switch, a freeze and the end of the proposal hold until the write', async () => {
    const window = { startMs: nowMs + 10_000, endMs: nowMs + 60_000, reason: 'sale' };
    const cases: [why: string, askedAtMs: number, change: (world: World) => void][] = [
      ['actions are stopped by jo', nowMs, (world) => (world.stopped = 'actions are stopped by jo')],
      ['freeze: sale', nowMs, (world) => (world.now += 20_000)],
      ['the proposal has expired', nowMs + 890_000, (world) => (world.now += 20_000)],
      ['too much time has passed', nowMs + 100_000, (world) => (world.now += 70_000)],
    ];
    for (const [why, askedAtMs, change] of cases) {
      const world = createWorld({ freezeWindows: [window] });
      const proposal = await proposed(world, input);
      world.approve(proposal, 'jo');
      world.now = askedAtMs;
      const { begin } = world.actions.store;
      Object.assign(world.actions.store, {
        begin: async (request: never) => {
          const answer = await begin(request);
          change(world);
          return answer;
        },
      });
      const done = await carryOut(world, proposal);
      expect(done).toMatchObject({ outcome: 'refused', detail: expect.stringContaining(why) });
      expect(actionsOf(world)).toEqual(['begun', 'refused']);
      expect(writesOf(world)).toBe(0);
    }
  });

  it('are not passed when what they need cannot be read or is late', async () => {
    const fail = () => Promise.reject(new Error('down'));
    const world = createWorld({ whyStopped: fail });
    const proposal = await proposed(world, input);
    world.approve(proposal, 'jo');
    const broken = createRemediator({
      executors: [world.set.executor],
      services: { api: settings },
      whyStopped: fail,
      now: () => world.now,
      store: {
        actions: { ...world.store.actions, countBegun: fail },
        approvals: { get: () => new Promise(() => undefined) },
        ledger: { settledRecord: fail },
        listIncidents: fail,
      },
    });
    world.set.stand.readFaults = Array.from({ length: 9 }, () => ({ kind: 'status', status: 403 }) as const);
    const asked = { ...input, proposal, review: reviewOf(proposal, 'unreachable') };
    const soon = { ...call(), deadlineAtMs: Date.now() + 100 };
    const answer = await broken.carryOut(asked, soon);
    expect(answer).toMatchObject({
      outcome: 'gated',
      detail:
        'not passed: kill-switch, proven-record, second-model, budget, no-other-incident, approval, state-unchanged',
    });
    expect(actionsOf(world)).toEqual(['gated']);
  });

  it('log one refusal, and not one each time', async () => {
    const world = createWorld();
    const proposal = await proposed(world, input);
    for (let times = 0; times < 5; times++) await carryOut(world, proposal);
    expect(actionsOf(world)).toEqual(['gated']);
    world.stopped = 'stopped by jo';
    await carryOut(world, proposal);
    expect(actionsOf(world)).toEqual(['gated', 'gated']);
    for (let times = 0; times < 50; times++) {
      world.now += 700_000;
      await carryOut(world, proposal);
    }
    expect(actionsOf(world)).toHaveLength(20);
  });

  it('count people at HIGH only, other incidents on service and target, and approvals of this incident', async () => {
    const cases: ((world: World, proposal: Proposal) => unknown)[] = [
      (world) => (world.rows = world.rows.map((row) => ({ ...row, via: 'action' as const }))),
      (world) => (world.rows = world.rows.map((row) => ({ ...row, shownLevel: 'MEDIUM' as const }))),
      (world) => world.open.push(incidentOf('inc-2')),
      (world) => {
        const { service: _service, ...storm } = incidentOf('inc-2');
        world.open.push(storm);
      },
      (world, proposal) => world.approve(proposal, 'jo', 1, { incidentId: 'inc-2' }),
      (world, proposal) => world.approve(proposal, 'jo', 1, { decidedRole: 'viewer' }),
    ];
    const gates = [
      'proven-record',
      'proven-record',
      'no-other-incident',
      'no-other-incident',
      'approval',
      'approval',
    ];
    for (const [index, change] of cases.entries()) {
      const world = createWorld();
      const proposal = await proposed(world, input);
      world.approve(proposal, 'jo');
      change(world, proposal);
      expect(await carryOut(world, proposal)).toMatchObject({ detail: `not passed: ${gates[index] ?? ''}` });
    }
  });
});

describe('what has begun', () => {
  it.each([true, false])(
    'is looked up after a crash, and never done again; written: %s',
    async (isWritten) => {
      const world = createWorld();
      const proposal = await proposed(world, input);
      world.approve(proposal, 'jo');
      world.set.stand.faults = [{ kind: 'reset', isWritten }];
      const { end } = world.actions.store;
      Object.assign(world.actions.store, { end: () => Promise.reject(new Error('crash')) });
      await expect(carryOut(world, proposal)).rejects.toThrow('crash');
      Object.assign(world.actions.store, { end });
      const first = isWritten ? 'applied' : 'unknown';
      expect(await carryOut(world, proposal)).toMatchObject({ outcome: first });
      world.now += 11 * 60_000;
      expect(await carryOut(world, proposal)).toMatchObject({ outcome: isWritten ? 'applied' : 'refused' });
      expect(actionsOf(world)).toEqual(isWritten ? ['begun', 'applied'] : ['begun', 'unknown', 'refused']);
      expect(writesOf(world)).toBe(1);
    },
  );

  it('keeps its target busy while nobody knows what came of it', async () => {
    const world = createWorld({ services: { api: { ...settings, maxActionsPerDay: 5 } } });
    const proposal = await proposed(world, input);
    const other = await proposed(world, remedyCase([adviceOf('scale-up')]));
    world.approve(proposal, 'jo');
    world.approve(other, 'jo');
    world.set.stand.faults = [{ kind: 'reset', isWritten: false }];
    world.set.stand.readFaults = [];
    expect(await carryOut(world, proposal)).toMatchObject({ outcome: 'unknown' });
    const asked = { ...remedyCase([adviceOf('scale-up')]), proposal: other, review: reviewOf(other) };
    expect(await world.remediator.carryOut(asked, call())).toMatchObject({
      outcome: 'gated',
      detail: 'another action on the target has not ended, or nobody knows its outcome yet',
    });
  });

  it('is told in the log when somebody else has ended it otherwise', async () => {
    const world = createWorld();
    const proposal = await proposed(world, input);
    world.approve(proposal, 'jo');
    const { begin, end } = world.actions.store;
    Object.assign(world.actions.store, {
      async begin(request: never) {
        const answer = await begin(request);
        const entry = { actor: 'midwatch', action: 'refused' };
        await end({ planId: proposal.planId, outcome: 'refused', nowMs, entry });
        return answer;
      },
    });
    expect(await carryOut(world, proposal)).toMatchObject({ outcome: 'applied' });
    expect(actionsOf(world)).toEqual(['begun', 'refused', 'applied-late']);
  });

  it('is nothing when its caller gave up before', async () => {
    const world = createWorld();
    const proposal = await proposed(world, input);
    world.approve(proposal, 'jo');
    const asked = { ...input, proposal, review: reviewOf(proposal) };
    const aborted = { ...call(), signal: AbortSignal.abort(new Error('gave up')) };
    await expect(world.remediator.carryOut(asked, aborted)).rejects.toThrow('gave up');
    expect(world.actions.entries).toEqual([]);
  });
});
