import type { RemedyCase } from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { setUp } from './__fixtures__/kubernetes-plans.js';
import {
  createWorld,
  proposed,
  remediatorCall,
  reviewOf,
  settings,
  type World,
} from './__fixtures__/remediator-world.js';
import { adviceOf, changeFinding, remedyCase } from './__fixtures__/remedy-case.js';

const input = remedyCase();
const call = remediatorCall;
const imageOf = ({ set }: World) =>
  (set.stand.deployment.spec.template.spec as { containers: { image: string }[] }).containers[0]?.image;

/** A rollback that was applied, and its proposal. */
async function applied(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  const proposal = await proposed(world, input);
  world.approve(proposal, 'jo');
  const done = await world.remediator.carryOut({ ...input, proposal, review: reviewOf(proposal) }, call());
  expect(done).toMatchObject({ outcome: 'applied' });
  return { world, proposal };
}

async function undoOf({ world, proposal }: Awaited<ReturnType<typeof applied>>) {
  const answer = await world.remediator.proposeUndo({ ...input, proposal }, call());
  if ('nothing' in answer) throw new Error(answer.nothing);
  return answer.proposal;
}
const failed = (answers: readonly { gate: string; passed: boolean }[] | undefined) =>
  answers?.filter(({ passed }) => !passed).map(({ gate }) => gate);

describe('an undo', () => {
  it('needs its approval and no advice, record or second model, and is one more than the budget', async () => {
    const set = await applied();
    const { world } = set;
    expect(imageOf(world)).toBe('api:2');
    const undo = await undoOf(set);
    expect(undo).toMatchObject({
      title: 'Undo: Roll api back to v2',
      undoes: set.proposal.planId,
      people: 1,
      target: set.proposal.target,
    });
    world.rows = [];
    const analysis: RemedyCase['analysis'] = {
      ...input.analysis,
      verdict: 'insufficient-evidence',
      confidence: 'LOW',
      advice: [],
    };
    const asked = { ...input, analysis, proposal: undo };
    expect(failed(await world.remediator.askGates(asked, call()))).toEqual(['approval']);
    world.approve(undo, 'jo');
    expect(await world.remediator.carryOut(asked, call())).toMatchObject({ outcome: 'applied' });
    expect(imageOf(world)).toBe('api:3');
    expect(await world.remediator.proposeUndo({ ...input, proposal: set.proposal }, call())).toEqual({
      nothing: 'it was undone before',
    });
    expect(await world.remediator.proposeUndo({ ...input, proposal: undo }, call())).toEqual({
      nothing: 'an undo is not undone',
    });
    const again = await proposed(
      world,
      remedyCase(undefined, [
        changeFinding('D1', {
          revision: '5',
          rollback: { system: 'kubernetes', object: 'deployment/api', namespace: 'shop', toRevision: '4' },
        }),
      ]),
    );
    const gates = await world.remediator.askGates({ ...input, proposal: again }, call());
    expect(failed(gates)).toContain('budget');
  });

  it('is held by every other gate', async () => {
    const set = await applied({ freezeWindows: [] });
    const { world } = set;
    const undo = await undoOf(set);
    world.approve(undo, 'jo');
    world.stopped = 'stopped by jo';
    world.set.stand.rollOut('api:9');
    const done = await world.remediator.carryOut({ ...input, proposal: undo }, call());
    expect(failed(done.gates)).toEqual(['kill-switch', 'state-unchanged']);
  });

  it('is nothing for what this store does not know as applied', async () => {
    const world = createWorld();
    const proposal = await proposed(world, input);
    const ask = () => world.remediator.proposeUndo({ ...input, proposal }, call());
    expect(await ask()).toEqual({ nothing: 'it was not applied' });
    const set = await applied();
    const undo = await undoOf(set);
    set.world.approve(undo, 'jo');
    const row = set.world.actions.rows.get(set.proposal.planId);
    if (row === undefined) throw new Error('no row');
    for (const change of [
      { state: 'unknown' },
      { state: 'applied', target: 'x' },
      { incidentId: 'inc-2' },
    ] as const) {
      Object.assign(row, change);
      const done = await set.world.remediator.carryOut({ ...input, proposal: undo }, call());
      expect(failed(done.gates)).toEqual(['high-confidence', 'advised', 'proven-record', 'second-model']);
    }
  });

  it('happens by itself where that is set, also of a scale-up', async () => {
    const services = { api: { ...settings, isAutomatic: true, undoesByItself: true } };
    const world = createWorld({ services });
    const scaled = remedyCase([adviceOf('scale-up')]);
    const proposal = await proposed(world, scaled);
    expect(world.remediator.automation(proposal)).toEqual({ approves: true, undoes: true });
    const done = await world.remediator.carryOut({ ...scaled, proposal, review: reviewOf(proposal) }, call());
    expect(done).toMatchObject({ outcome: 'applied' });
    const undo = await undoOf({ world, proposal });
    expect(undo).toMatchObject({ remedy: 'scale-back', isReversible: false });
    expect(world.remediator.automation(undo)).toEqual({ approves: true, undoes: true });
    expect(await world.remediator.carryOut({ ...scaled, proposal: undo }, call())).toMatchObject({
      outcome: 'applied',
    });
    expect(world.set.stand.deployment.spec.replicas).toBe(4);
  });

  it('does not follow from automatic actions alone', async () => {
    const set = await applied({ services: { api: { ...settings, isAutomatic: true } } });
    const undo = await undoOf(set);
    expect(set.world.remediator.automation(set.proposal)).toEqual({ approves: true, undoes: false });
    expect(set.world.remediator.automation(undo)).toEqual({ approves: false, undoes: false });
    expect(failed(await set.world.remediator.askGates({ ...input, proposal: undo }, call()))).toEqual([
      'approval',
    ]);
  });
});

describe('automation', () => {
  it('is none for a restart, for what two must approve, and for a service that is off', async () => {
    const world = createWorld({
      services: { api: { ...settings, isAutomatic: true, undoesByItself: true } },
    });
    const restart = await proposed(world, remedyCase([adviceOf('restart')]));
    expect(world.remediator.automation(restart)).toEqual({ approves: false, undoes: false });
    const large = { ...(await proposed(world, input)), people: 2 } as const;
    expect(world.remediator.automation(large).approves).toBe(false);
    const other = { ...large, people: 1, service: 'constructor' } as const;
    expect(world.remediator.automation(other)).toEqual({ approves: false, undoes: false });
    expect(setUp().executor.isDryRun).toBe(false);
  });
});
