import type { Reviewer, Store } from '@midwatch/core/incident';
import { expect, it } from 'vitest';
import { openActionRoom } from './action-room.js';
import { START_MS } from './incident-room.js';

const approve = { kind: 'approve', planId: 'plan-1' } as const;
const logOf = async (store: Store, incidentId: string) =>
  (await store.actions.log.list({ limit: 200, incidentId })).items.map(
    ({ action, actor, planId }) => `${planId} ${actor} ${action}`,
  );

/** From advice to action, over each store. */
export function actionTests(open: () => Promise<Store>): void {
  it('offers what the analysis advises, waits for a person, does it once, and says so in one message', async () => {
    const store = await open();
    const room = openActionRoom(store);
    const incidentId = await room.open();
    expect((await room.brief()).remedy).toMatchObject({
      ...{ state: 'offered', planId: 'plan-1', title: 'Restart checkout', missing: [], approvedBy: [] },
      ...{ text: 'waits for the approval of 1 person until 04:00 UTC', choices: ['approve', 'reject'] },
    });
    expect(room.sent.at(-1)?.brief.remedy?.state).toBe('offered');
    expect(room.writes).toEqual([]);
    expect(await room.act(approve)).toEqual({ outcome: 'done' });
    expect(await room.remedy()).toEqual({
      ...{ state: 'watched', planId: 'plan-1', choices: ['undo'] },
      text: 'done at 03:30 UTC, approved by ann; until 03:40 UTC Midwatch watches whether it helps',
    });
    expect(room.sent.at(-1)?.brief.remedy).toMatchObject({ state: 'watched', approvedBy: ['ann'] });
    expect(await room.act(approve)).toEqual({ outcome: 'repeated' });
    expect(await room.act(approve, 'bob')).toEqual({ outcome: 'refused', reason: 'already-decided' });
    expect(room.writes).toEqual(['plan-1']);
    expect(room.sent.every(({ previous }, index) => (previous === undefined) === (index === 0))).toBe(true);
    expect(await logOf(store, incidentId)).toEqual(
      ['midwatch proposed', 'midwatch offered', 'ann approved', 'midwatch begun', 'midwatch applied'].map(
        (each) => `plan-1 ${each}`,
      ),
    );
    const { timeline = [] } = (await store.getIncident(incidentId)) ?? {};
    expect(timeline.map(({ action, actor }) => `${actor} ${action}`)).toEqual(
      expect.arrayContaining(['midwatch action-proposed', 'ann action-approved', 'midwatch action-applied']),
    );
  });

}

/** Who decides what, and what is not begun; the same for every store, which has its own suite. */
export function decisionTests(open: () => Promise<Store>): void {
  it('counts one person once where two are needed, and nobody without the role', async () => {
    const room = openActionRoom(await open(), { script: { people: 2 } });
    await room.open();
    const refused = { outcome: 'refused', reason: 'not-allowed' };
    expect(await room.act(approve, 'eve', { role: 'responder' })).toEqual(refused);
    expect(await room.act(approve, 'eve', { role: '' })).toEqual(refused);
    expect(await room.act(approve)).toEqual({ outcome: 'done' });
    expect(await room.act(approve)).toEqual({ outcome: 'repeated' });
    expect(await room.remedy()).toMatchObject({
      ...{ state: 'offered', choices: ['approve', 'reject'] },
      text: '1 of 2 approved (ann); waits for 1 more (two, since schema migrations were not looked for) until 04:00 UTC',
    });
    expect(room.writes).toEqual([]);
    expect(await room.act(approve, 'bob', { role: 'admin' })).toEqual({ outcome: 'done' });
    expect(room.writes).toEqual(['plan-1']);
    expect(await room.remedy()).toMatchObject({ state: 'watched', text: expect.stringContaining('ann and bob') });
  });

  it('lets many press at once, and begins once', async () => {
    const room = openActionRoom(await open(), { script: { people: 2 } });
    const incidentId = await room.open();
    const press = (by: string) =>
      room.room.responder.act({ incidentId, action: approve, by, via: 'slack', role: 'approver' });
    const answers = await Promise.all(['ann', 'ann', 'bob', 'cyd', 'ann', 'bob'].map(press));
    await room.room.workAll();
    expect(answers.filter(({ outcome }) => outcome === 'done')).toHaveLength(2);
    const { remedy } = await room.brief();
    expect(new Set(remedy?.approvedBy).size).toBe(2);
    expect(room.writes).toEqual(['plan-1']);
  });

  it('is rejected by one person, and expires by itself', async () => {
    const rejected = openActionRoom(await open(), { script: { people: 2 } });
    await rejected.open();
    await rejected.act(approve);
    expect(await rejected.act({ kind: 'reject', planId: 'plan-1' }, 'bob')).toEqual({ outcome: 'done' });
    expect(await rejected.remedy()).toMatchObject({
      ...{ state: 'rejected', text: 'rejected by bob at 03:30 UTC', choices: [] },
    });
    expect(await rejected.act(approve, 'cyd')).toEqual({ outcome: 'refused', reason: 'already-decided' });
    const expired = openActionRoom(await open());
    await expired.open();
    const before = expired.sent.length;
    await expired.wait(30);
    expect(await expired.remedy()).toMatchObject({
      ...{ state: 'expired', text: 'expired at 04:00 UTC: nobody approved it', choices: [] },
    });
    expect(expired.sent).toHaveLength(before + 1);
    expect(await expired.act(approve)).toEqual({ outcome: 'refused', reason: 'expired' });
    expect([...rejected.writes, ...expired.writes]).toEqual([]);
  });

  it('a newer look replaces the offer: the old plan can be approved no more, whoever holds its message', async () => {
    const store = await open();
    const room = openActionRoom(store);
    const incidentId = await room.open();
    await room.act({ kind: 'look-again' });
    expect(await room.remedy()).toMatchObject({ state: 'offered', planId: 'plan-2' });
    expect(await room.act(approve)).toEqual({ outcome: 'refused', reason: 'other-plan' });
    expect(await store.approvals.get('plan-1 1')).toMatchObject({ state: 'rejected', decidedBy: 'midwatch' });
    expect(await logOf(store, incidentId)).toContain('plan-1 midwatch withdrawn');
    expect(await room.act({ kind: 'approve', planId: 'plan-2' })).toEqual({ outcome: 'done' });
    // While it is watched, a look proposes nothing, and shows what is watched.
    await room.act({ kind: 'look-again' });
    expect(room.made).toHaveLength(2);
    expect(await room.remedy()).toMatchObject({ state: 'watched', planId: 'plan-2' });
    expect(room.writes).toEqual(['plan-2']);
  });

  it('offers nothing that another gate forbids, and says which; the second model is asked only where it matters', async () => {
    const asked: string[] = [];
    const reviewer: Reviewer = {
      ...{ name: 'claude', model: 'second-1', mostCostUsd: () => 0.02 },
      async review({ proposal }) {
        asked.push(proposal.planId);
        const tokens = { inputTokens: 9, cacheWriteTokens: 0, cacheReadTokens: 0, outputTokens: 9, thinkingTokens: 0 };
        const usage = { model: 'second-1', ...tokens, costUsd: 0.01 };
        return { answer: 'veto', reason: 'v1 has the same\nfault; password=hunter2hunter2', usage };
      },
    };
    const frozen = openActionRoom(await open(), {
      script: { needsReview: true, closed: () => 'freeze' },
      room: { reviewer },
    });
    await frozen.open();
    expect(await frozen.remedy()).toMatchObject({
      ...{ state: 'not-offered', text: 'not offered: freeze, second-model not passed', choices: [] },
    });
    expect(await frozen.act(approve)).toEqual({ outcome: 'refused', reason: 'nothing-offered' });
    expect(asked).toEqual([]);
    const store = await open();
    const vetoed = openActionRoom(store, { script: { needsReview: true }, room: { reviewer } });
    const incidentId = await vetoed.open();
    expect(asked).toEqual(['plan-1']);
    expect((await vetoed.brief()).remedy).toMatchObject({
      ...{ state: 'not-offered', missing: [{ gate: 'second-model', passed: false }] },
    });
    expect((await store.spending.sumOfDay(START_MS)).usd).toBe(0.01);
    const { analyses } = await store.ledger.history(incidentId);
    expect(analyses.at(-1)).toMatchObject({ analyzer: { model: 'second-1' }, wasShown: false, usage: { costUsd: 0.01 } });
    const { items } = await store.actions.log.list({ limit: 200, incidentId });
    expect(items.find(({ action }) => action === 'reviewed')?.detail).toMatchObject({ answer: 'veto' });
    expect(JSON.stringify(items)).not.toContain('hunter2');
    const alone = openActionRoom(await open(), { script: { needsReview: true } });
    await alone.open();
    expect((await alone.remedy())?.state).toBe('not-offered');
    expect([...frozen.writes, ...vetoed.writes, ...alone.writes]).toEqual([]);
  });

  it('needs nobody where that is set, and does not begin what is over or forbidden by then', async () => {
    const automatic = openActionRoom(await open(), { script: { isAutomatic: true } });
    await automatic.open();
    expect(automatic.writes).toEqual(['plan-1']);
    expect(await automatic.remedy()).toMatchObject({
      ...{ state: 'watched', text: expect.stringContaining('by itself, as is set for this service') },
    });
    let closed: string | undefined;
    const frozen = openActionRoom(await open(), { script: { closed: () => closed } });
    await frozen.open();
    closed = 'freeze';
    await frozen.act(approve);
    expect(await frozen.remedy()).toMatchObject({ state: 'refused', text: 'not done: not passed: freeze', choices: [] });
    const over = openActionRoom(await open());
    await over.open();
    await over.resolve();
    expect(await over.remedy()).toMatchObject({ state: 'not-offered', text: 'not offered: the alerts are over' });
    expect(await over.act(approve)).toEqual({ outcome: 'refused', reason: 'resolved' });
    expect([...frozen.writes, ...over.writes]).toEqual([]);
  });

  it('looks an unknown outcome up for a while, and then tells people to look', async () => {
    const store = await open();
    const lost = openActionRoom(store, { script: { answer: (asked) => (asked < 6 ? 'unknown' : 'refused') } });
    await lost.open();
    await lost.act(approve);
    expect(await lost.remedy()).toMatchObject({ state: 'running', text: expect.stringContaining('no clear answer yet') });
    for (const minutes of [0.25, 1, 3, 10]) await lost.wait(minutes);
    expect(await lost.remedy()).toMatchObject({
      ...{ state: 'unknown', choices: [] },
      text: expect.stringContaining('nobody knows whether it was done: look at fake deployment shop/checkout yourself'),
    });
    // A deploy system that was away for hours must not keep the target busy for ever.
    await lost.wait(60);
    expect(await lost.remedy()).toMatchObject({ state: 'unknown' });
    expect(await store.actions.get('plan-1')).toMatchObject({ state: 'unknown' });
    await lost.wait(6 * 60);
    expect(await store.actions.get('plan-1')).toMatchObject({ state: 'refused' });
    expect(await lost.remedy()).toMatchObject({ state: 'refused' });
    const found = openActionRoom(await open(), { script: { answer: (asked) => (asked < 2 ? 'unknown' : 'applied') } });
    await found.open();
    await found.act(approve);
    await found.wait(0.25);
    await found.wait(1);
    expect((await found.remedy())?.state).toBe('watched');
    expect([lost.writes, found.writes]).toEqual([['plan-1'], ['plan-1']]);
  });
}
