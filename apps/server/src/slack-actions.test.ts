import { describe, expect, it } from 'vitest';
import { openSlackActionRoom, planIdOf } from './__fixtures__/slack-action-room.js';

const APPROVE = 'midwatch-approve';

describe('an action that is offered in Slack', () => {
  it('is done once an approver presses the button of its very message, and the message says so', async () => {
    const room = await openSlackActionRoom();
    expect(room.controls().map(({ action_id: id }) => id)).toEqual([APPROVE, 'midwatch-reject']);
    expect(JSON.stringify(room.slack.messages)).toContain('Midwatch offers: Restart checkout');
    expect(room.writes()).toEqual([]);
    expect(await room.press(APPROVE, room.valueOf(APPROVE))).toBe(200);
    expect(room.writes()).toEqual([planIdOf('plan-1')]);
    expect(await room.remedy()).toMatchObject({ state: 'watched', approvedBy: ['dana'] });
    expect(room.slack.messages).toHaveLength(1);
    expect(JSON.stringify(room.slack.messages)).toContain('Done, and being watched: Restart checkout');
    expect(room.controls().map(({ action_id: id }) => id)).toEqual(['midwatch-undo']);
    expect(room.answers).toEqual([]);
  });

  it('is kept with who agreed, as which role, in a log that holds', async () => {
    const room = await openSlackActionRoom();
    await room.press(APPROVE, room.valueOf(APPROVE));
    expect(await room.read(`/incidents/${room.incidentId}/actions`)).toMatchObject({
      actions: [{ planId: planIdOf('plan-1'), state: 'applied', title: 'Restart checkout' }],
      happened: [
        {
          number: 1,
          action: 'proposed',
          actor: 'midwatch',
          gates: [{ gate: 'switched-on', passed: true }, {}, {}, {}],
        },
        { action: 'offered' },
        { action: 'approved', actor: 'dana' },
        { action: 'begun' },
        { action: 'applied' },
      ],
    });
    expect(await room.read('/actions/log/head')).toMatchObject({ head: { number: 5 } });
    expect(await room.read('/incidents')).toMatchObject({
      incidents: [{ action: { state: 'watched', title: 'Restart checkout' } }],
    });
  });

  it.each([
    ['forged', { secret: '00000000000000000000000000000000' }],
    ['stale', { atMs: Date.now() - 900_000 }],
    ['of tomorrow', { atMs: Date.now() + 900_000 }],
  ])('is not done by a click that is %s', async (_, how) => {
    const room = await openSlackActionRoom();
    expect(await room.press(APPROVE, room.valueOf(APPROVE), how)).toBe(401);
    expect(room.writes()).toEqual([]);
    expect(await room.remedy()).toMatchObject({ state: 'offered', approvedBy: [] });
  });

  it.each(['U0ROB', 'U0EVE'])('is not decided on by %s, who is told why', async (user) => {
    const room = await openSlackActionRoom();
    for (const id of [APPROVE, 'midwatch-reject'])
      expect(await room.press(id, room.valueOf(id), { user, username: 'dana' })).toBe(200);
    expect(room.answers).toEqual(
      Array(2).fill(expect.stringContaining(`Only approvers may do this, and you (${user})`)),
    );
    expect(room.writes()).toEqual([]);
    expect(await room.remedy()).toMatchObject({ state: 'offered', approvedBy: [] });
  });

  it.each([
    ['another plan', (value: string) => value.replace(/^\S+/, planIdOf('plan-9')), 'that plan was replaced'],
    [
      'another incident',
      (value: string) => value.replace(/ .+/, ' inc-other'),
      'does not know this incident',
    ],
  ])('is not done by a click on %s', async (_, changed, answer) => {
    const room = await openSlackActionRoom();
    expect(await room.press(APPROVE, changed(room.valueOf(APPROVE)))).toBe(200);
    expect(room.answers).toEqual([expect.stringContaining(answer)]);
    expect(room.writes()).toEqual([]);
  });

  it('is not done any more when its time is over, nor after a rejection', async () => {
    const late = await openSlackActionRoom();
    const value = late.valueOf(APPROVE);
    await late.wait(31);
    await late.press(APPROVE, value);
    expect(late.answers).toEqual([
      'Nothing was done: its time is over; look again, and it may be offered anew.',
    ]);
    const room = await openSlackActionRoom();
    const approve = room.valueOf(APPROVE);
    await room.press('midwatch-reject', room.valueOf('midwatch-reject'), { user: 'U0CARL' });
    expect(await room.remedy()).toMatchObject({ state: 'rejected', choices: [] });
    expect(room.controls()).toEqual([]);
    await room.press(APPROVE, approve);
    expect(room.answers).toEqual(['Nothing was done: it was decided on before.']);
    expect([...late.writes(), ...room.writes()]).toEqual([]);
  });
});

describe('where two people must agree', () => {
  it('the same click sent again, a new name and a token of the same person are one', async () => {
    const room = await openSlackActionRoom(2);
    const value = room.valueOf(APPROVE);
    const click = { user: 'U0CARL', trigger: 'one-click' };
    for (const pressed of [
      click,
      click,
      { user: 'U0CARL', username: 'dana' },
      { user: 'U0CARL', username: 'x' },
    ])
      expect(await room.press(APPROVE, value, pressed)).toBe(200);
    expect(await room.remedy()).toMatchObject({ state: 'offered', approvedBy: ['carl'] });
    expect(room.writes()).toEqual([]);
    expect(JSON.stringify(room.slack.messages)).toContain('so far carl');

    expect(await room.ask(`${planIdOf('plan-1')}/approve`, 'a-token-of-carl-for-tests')).toEqual([
      200,
      'repeated',
    ]);

    const both = await openSlackActionRoom(2);
    await both.press(APPROVE, both.valueOf(APPROVE), { user: 'U0DANA' });
    expect(await both.ask(`${planIdOf('plan-1')}/approve`)).toEqual([200, 'repeated']);
    expect(both.writes()).toEqual([]);
    await both.press(APPROVE, both.valueOf(APPROVE), { user: 'U0CARL' });
    expect(both.writes()).toEqual([planIdOf('plan-1')]);
    expect(await both.remedy()).toMatchObject({ approvedBy: ['dana', 'carl'] });
  });
});

it('is decided on by nobody without a name: an id, a role and a name can be one person', async () => {
  const room = await openSlackActionRoom(2);
  for (const id of [APPROVE, 'midwatch-reject'])
    expect(await room.press(id, room.valueOf(id), { user: 'U0ABE', username: 'dana' })).toBe(200);
  expect(room.answers).toEqual(Array(2).fill(expect.stringContaining('you (U0ABE) have none here')));
  for (const kind of ['approve', 'reject', 'undo'])
    expect(await room.ask(`${planIdOf('plan-1')}/${kind}`, 'a-token-of-some-admin')).toEqual([
      403,
      'nobody-in-particular',
    ]);
  expect(await room.remedy()).toMatchObject({ state: 'offered', approvedBy: [] });
});

describe('undoing', () => {
  it('is worked out on a press, offered in the same message, and approved by itself', async () => {
    const room = await openSlackActionRoom();
    const first = room.valueOf(APPROVE);
    await room.press(APPROVE, first);
    await room.press('midwatch-undo', room.valueOf('midwatch-undo'));
    expect(await room.remedy()).toMatchObject({
      state: 'offered',
      undoes: planIdOf('plan-1'),
      approvedBy: [],
    });
    expect(room.writes()).toHaveLength(1);
    // The approval of what it undoes is none of it.
    await room.press(APPROVE, first, { user: 'U0CARL' });
    expect(room.writes()).toHaveLength(1);
    await room.press(APPROVE, room.valueOf(APPROVE));
    expect(room.writes()).toEqual([planIdOf('plan-1'), planIdOf('plan-2')]);
  });
});

describe('the API', () => {
  it('decides for approvers only, on the plan that it names', async () => {
    const room = await openSlackActionRoom();
    const planId = planIdOf('plan-1');
    expect(await room.ask(`${planId}/approve`, 'a-token-of-rob-for-tests')).toEqual([403, 'wrong-role']);
    expect(await room.ask('plan-1/approve')).toEqual([404, 'no-plan']);
    expect(await room.ask(`${planIdOf('plan-2')}/approve`)).toEqual([409, 'other-plan']);
    expect(await room.ask(`${planId}/undo`)).toEqual([409, 'nothing-offered']);
    expect(room.writes()).toEqual([]);
    expect(await room.ask(`${planId}/approve`)).toEqual([200, 'done']);
    expect(await room.ask(`${planId}/reject`)).toEqual([409, 'already-decided']);
    expect(room.writes()).toEqual([planId]);
  });
});
