import { afterEach, describe, expect, it, vi } from 'vitest';
import { openReactingRoom } from './__fixtures__/reacting-room.js';
import { closeAll } from './__fixtures__/running-server.js';

const LIMIT = { timeout: 240_000 };
type Room = Awaited<ReturnType<typeof openReactingRoom>>;

afterEach(async () => {
  await closeAll();
  vi.useRealTimers();
});

const untilState = ({ remedy, until }: Room, state: string, more: object = {}) =>
  until(async () => expect(await remedy()).toMatchObject({ state, ...more }));

async function actionsOf(room: Room) {
  const { actions, happened } = await room.read<{
    actions: { remedy: string; state: string; effect?: string }[];
    happened: { action: string; actor: string }[];
  }>('/actions');
  return {
    actions: actions.map(({ effect, remedy, state }) => [remedy, state, effect]),
    happened: happened.map(({ action, actor }) => `${action} by ${actor}`),
  };
}

describe('a rollback that helps', () => {
  it('is offered, approved by a signed click, done once, watched, and told as it ends', LIMIT, async () => {
    const room = await openReactingRoom({ helps: true });
    const { change } = room.shop.scenario.truth;
    await untilState(room, 'offered', { title: `Roll ${room.service} back to ${change?.from}`, people: 1 });
    await room.until(() => expect(room.buttons()).toContain('approve'));
    expect(room.claude.reviews).toHaveLength(1);
    expect(room.shop.writes).toEqual([]);
    // Who may not approve, or has a role that the service does not list, changes nothing.
    await room.press('approve', 'U0ROB');
    await room.press('approve', 'U0ADA');
    expect(await room.remedy()).toMatchObject({ state: 'offered', approvedBy: [] });

    await Promise.all([room.press('approve'), room.press('approve')]);
    await untilState(room, 'watched', { approvedBy: ['dana'] });
    expect(room.shop.writes).toMatchObject([{ service: room.service, what: 'rollback' }]);
    expect(room.shop.running(room.service)).toMatchObject({
      version: change?.from,
      config: { [change?.key ?? '']: change?.before },
    });

    room.advance(1.1);
    await room.alert();
    expect(await room.remedy()).toMatchObject({ state: 'watched' });
    room.advance(6);
    expect(room.shop.alert().status).toBe('resolved');
    await room.alert();
    await untilState(room, 'helped');
    await room.until(async () => expect((await room.incident()).status).toBe('resolved'));
    expect((await room.incident()).outcome).toMatchObject({
      judgement: 'right',
      by: 'midwatch',
      via: 'action',
    });
    await room.until(() => {
      expect(room.said()).toMatch(/Resolved: .*done, and it helped: Roll/);
      expect(room.said()).toContain('approved by dana; it helped');
    });
    expect(room.slack.messages).toHaveLength(1);
    expect(room.shop.writes).toHaveLength(1);
    expect(await actionsOf(room)).toMatchObject({
      actions: [['rollback', 'applied', 'success']],
      happened: expect.arrayContaining(['offered by midwatch', 'approved by dana', 'begun by midwatch']),
    });
  });
});

describe('a rollback that does not help', () => {
  it('is told as such, and is undone after a click of its own', LIMIT, async () => {
    const room = await openReactingRoom({ helps: false });
    const before = room.shop.running(room.service);
    await untilState(room, 'offered');
    await room.press('approve');
    await untilState(room, 'watched');
    room.advance(10.2);
    expect(room.shop.alert().status).toBe('firing');
    await room.alert();
    await untilState(room, 'offered', { undoes: expect.any(String), approvedBy: [] });
    expect((await room.incident()).outcome).toMatchObject({
      judgement: 'wrong',
      by: 'midwatch',
      via: 'action',
    });
    await room.until(() => expect(room.said()).toContain('did not help'));
    const { brief } = await room.incident();
    expect(brief).toMatchObject({ confidence: 'LOW', verdict: 'candidates' });
    expect(brief?.actions.map(({ action }) => action)).not.toContain('rollback');
    expect(room.shop.running(room.service)).not.toEqual(before);
    expect(room.shop.writes).toHaveLength(1);

    await room.press('approve');
    await untilState(room, 'watched', { undoes: expect.any(String), approvedBy: ['dana'] });
    expect(room.shop.running(room.service)).toEqual(before);
    expect(room.shop.writes).toHaveLength(2);
    expect(room.slack.messages).toHaveLength(1);
    // The second model was asked about the rollback alone.
    expect(room.claude.reviews).toHaveLength(1);
  });

  it('is undone by itself where that is set, in a cluster that nobody else deploys to', LIMIT, async () => {
    const room = await openReactingRoom({
      ...{ helps: false, deployedBy: 'kubectl' },
      service: { isAutomatic: true, undoesByItself: true },
    });
    const before = room.shop.running(room.service);
    // It was deployed hours before it began: that takes a person even here.
    await untilState(room, 'offered', { approvedBy: [] });
    expect(room.shop.writes).toHaveLength(0);
    await room.press('approve');
    await untilState(room, 'watched', { approvedBy: ['dana'] });
    expect(room.shop.writes).toHaveLength(1);
    expect(room.shop.running(room.service)).not.toEqual(before);
    room.advance(10.2);
    await room.alert();
    await untilState(room, 'watched', { undoes: expect.any(String), approvedBy: [] });
    expect(room.shop.running(room.service)).toEqual(before);
    expect(room.shop.writes.map(({ what }) => what)).toEqual(['rollback', 'rollback']);
    expect((await room.incident()).outcome).toMatchObject({ judgement: 'wrong', via: 'action' });
    expect((await actionsOf(room)).actions.map(([, state]) => state)).toEqual(['applied', 'applied']);
  });
});

describe('nothing is offered, and nothing is written', () => {
  it.each([
    [
      'without a record of half a year',
      { settled: 12 },
      'proven-record',
      /missing: 61 more right answers in a row/,
    ],
    ['where the second model vetoes', { second: 'veto' }, 'second-model', /vetoes/],
    [
      'where the second model does not answer',
      { second: 'unreachable' },
      'second-model',
      /no second model has answered/,
    ],
  ] as const)('%s', LIMIT, async (_, given, gate, reason) => {
    // Also where nobody would have to be asked.
    const room = await openReactingRoom({ helps: true, ...given, service: { isAutomatic: true } });
    await untilState(room, 'not-offered', {
      missing: expect.arrayContaining([{ gate, passed: false, reason: expect.stringMatching(reason) }]),
      choices: [],
    });
    await room.until(() =>
      expect(room.said()).toMatch(gate === 'proven-record' ? /61 more right answers/ : reason),
    );
    expect(room.buttons()).not.toContain('approve');
    // What costs money is asked only when nothing else is missing.
    expect(room.claude.reviews.length > 0).toBe(gate === 'second-model');
    room.advance(10.2);
    await room.alert();
    expect(room.shop.writes).toEqual([]);
    expect(room.shop.running(room.service).version).toBe(room.shop.scenario.truth.change?.to);
  });
});
