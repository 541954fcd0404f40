import { describe, expect, it } from 'vitest';
import { applyCall } from './__fixtures__/deploy-signals.js';
import { setUp } from './__fixtures__/kubernetes-plans.js';
import { createWorld, proposed, remediatorCall } from './__fixtures__/remediator-world.js';
import { adviceOf, changeFinding, eventFinding, remedyCase } from './__fixtures__/remedy-case.js';

const atMs = changeFinding('D1').deploy.timestampMs;

/** The deploy of revision 2, which is not the newest and so names no object, and the newest one. */
function earlierDeploy(createdMs: number) {
  const set = setUp();
  for (const one of set.stand.sets) {
    const number = Number(one.metadata.annotations['deployment.kubernetes.io/revision']);
    Object.assign(one.metadata, { creationTimestamp: new Date(atMs + (number - 2) * 60_000).toISOString() });
  }
  const { rollback: _rollback, ...deploy } = changeFinding('D2', {
    revision: '2',
    previousRevision: '1',
    previousVersion: 'v1',
    timestampMs: createdMs,
  }).deploy;
  const second = { ...changeFinding('D2'), deploy };
  const newest = changeFinding('D1', { timestampMs: atMs + 60_000 });
  return { world: createWorld({}, set), input: remedyCase([adviceOf('rollback', ['D2'])], [newest, second]) };
}

describe('a rollback behind an earlier deploy', () => {
  it('goes to what ran just before it, takes back what came since, and asks for two people', async () => {
    const { world, input } = earlierDeploy(atMs);
    const proposal = await proposed(world, input);
    expect(proposal).toMatchObject({
      title: 'Roll api back to v1',
      people: 2,
      peopleReasons: ['it takes back 2 revisions'],
      plan: { action: { toRevision: '1' }, revisionsSince: 2 },
    });
  });

  it('is none when the ReplicaSet of that number was not made then: it may be of another Deployment', async () => {
    const { world, input } = earlierDeploy(atMs - 1);
    expect(await world.remediator.propose(input, remediatorCall())).toEqual({
      nothing: 'rollback of api: it cannot be told whether the deploy was of this Deployment',
    });
  });

  it('is none when somebody rolled back meanwhile', async () => {
    const world = createWorld();
    world.set.stand.rollOut('api:2');
    expect(await world.remediator.propose(remedyCase(), remediatorCall())).toHaveProperty(
      'nothing',
      'rollback of api: what ran before it is not kept any more',
    );
  });
});

describe('nothing is proposed', () => {
  const services = { api: { isOn: true, safeActions: ['restart'], approverRoles: ['approver'] } } as const;
  it.each([
    [
      'without a cause at HIGH',
      {},
      { ...remedyCase().analysis, confidence: 'MEDIUM' },
      'cause-found at MEDIUM',
    ],
    ['for a service that is not named', { services: {} }, {}, 'actions are off for api'],
    ['for what is not listed', { services }, {}, 'rollback is not on its safe list'],
    [
      'for another cluster',
      { executors: [setUp({ id: 'eu' }).executor] },
      {},
      'no executor acts on what kubernetes',
    ],
    ['for other advice', {}, { advice: [adviceOf('config-change')] }, 'nothing is advised that can be done'],
    ['without evidence', {}, { advice: [adviceOf('restart', [])] }, 'nothing is advised that can be done'],
  ])('%s', async (_, options, analysis, why) => {
    const input = remedyCase();
    const asked = { ...input, analysis: { ...input.analysis, ...analysis } as typeof input.analysis };
    const answer = await createWorld(options).remediator.propose(asked, remediatorCall());
    expect(answer).toHaveProperty('nothing', expect.stringContaining(why));
  });

  it('and the next advice is tried', async () => {
    const advice = [adviceOf('rollback', ['D9']), adviceOf('restart', ['I1'])];
    const world = createWorld();
    const proposal = await proposed(world, remedyCase(advice, [eventFinding('I1', 'pod/api-3-x')]));
    expect(proposal).toMatchObject({
      remedy: 'restart',
      title: 'Restart the pod api-3-x of api',
      target: 'kubernetes deployment shop/api',
      isReversible: false,
    });
  });

  it('for a target made by hand', async () => {
    const { executor } = setUp();
    const target = { kind: 'deployment', namespace: 'shop', name: 'api' } as never;
    await expect(executor.planFor({ kind: 'restart', target, deploys: [] }, applyCall())).rejects.toThrow(
      TypeError,
    );
  });
});
