import type { Store } from '@midwatch/core/incident';
import { expect, it } from 'vitest';
import { openActionRoom, USUAL } from './action-room.js';
import { START_MS } from './incident-room.js';

const approve = (planId: string) => ({ kind: 'approve', planId }) as const;
const outcomesOf = async (store: Store, incidentId: string) =>
  (await store.ledger.history(incidentId)).outcomes.map(({ by, judgement, via }) => `${judgement} ${by} ${via}`);

/** What becomes of an action that was carried out, the same for every store. */
export function effectTests(open: () => Promise<Store>): void {
  it('helps: the number is back, which settles the incident unless a person has', async () => {
    const latencyAt = (atMs: number) => (atMs > START_MS + 30_000 ? USUAL : 8);
    const store = await open();
    const room = openActionRoom(store, { latencyAt });
    const incidentId = await room.open();
    await room.act(approve('plan-1'));
    await room.wait(1);
    expect((await room.remedy())?.state).toBe('watched');
    await room.wait(2);
    expect(await room.remedy()).toMatchObject({
      ...{ state: 'helped', choices: ['undo'] },
      text: 'done at 03:30 UTC, approved by ann; it helped: latency.p99 of checkout 190 ms, usually 190 ms',
    });
    expect(await store.actions.get('plan-1')).toMatchObject({ effect: 'success' });
    expect(await outcomesOf(store, incidentId)).toEqual(['right midwatch action']);
    // Nothing is concluded twice, and a person has the last word.
    for (const minutes of [2, 5]) await room.wait(minutes);
    await room.act({ kind: 'settle', judgement: 'wrong' });
    expect(await outcomesOf(store, incidentId)).toEqual(['right midwatch action', 'wrong ann page']);
    await room.resolve();
    expect((await room.brief()).remedy).toMatchObject({ state: 'helped' });
    const own = openActionRoom(await open(), { latencyAt });
    const ownId = await own.open();
    await own.act({ kind: 'settle', judgement: 'partly' });
    await own.act(approve('plan-1'));
    await own.resolve();
    await own.wait(1);
    expect((await own.remedy())?.text).toContain('it helped: all alerts are over');
    expect(await outcomesOf(own.room.store, ownId)).toEqual(['partly ann page']);
  });

  it('does not help: that is wrong, the undo is offered, approved by itself, done and watched; none undoes it', async () => {
    const store = await open();
    const room = openActionRoom(store);
    const incidentId = await room.open();
    await room.act(approve('plan-1'));
    for (const minutes of [1, 2, 2, 5]) await room.wait(minutes);
    expect(await outcomesOf(store, incidentId)).toEqual(['wrong midwatch action']);
    // What rested on it is one candidate among others, and it is not advised again, also not by another look.
    const doubted = { confidence: 'LOW', verdict: 'candidates', confidenceReason: expect.stringMatching(/did not help: Restart checkout/) };
    expect(await room.brief()).toMatchObject(doubted);
    expect(await store.actions.get('plan-1')).toMatchObject({ effect: 'no-effect' });
    expect((await room.brief()).remedy).toMatchObject({
      ...{ state: 'offered', planId: 'plan-2', undoes: 'plan-1', choices: ['approve', 'reject'] },
    });
    expect(await room.act(approve('plan-1'))).toEqual({ outcome: 'repeated' });
    expect(await room.act(approve('plan-2'))).toEqual({ outcome: 'done' });
    expect(room.writes).toEqual(['plan-1', 'plan-2']);
    expect(await room.remedy()).toMatchObject({ state: 'watched', planId: 'plan-2', choices: [] });
    await room.wait(10);
    expect(await room.remedy()).toMatchObject({ state: 'no-effect', planId: 'plan-2', choices: [] });
    expect(room.made).toHaveLength(2);
    expect(await outcomesOf(store, incidentId)).toEqual(['wrong midwatch action']);
  });

  it('is worse: clearly beyond what it was, not at once; it is undone by itself where that is set', async () => {
    const latencyAt = (atMs: number) => (atMs > START_MS ? 13 : 8);
    const store = await open();
    const room = openActionRoom(store, { latencyAt, script: { undoesByItself: true } });
    await room.open();
    await room.act(approve('plan-1'));
    // By then it was read twice.
    await room.wait(1.5);
    expect(await room.remedy()).toMatchObject({ state: 'watched', planId: 'plan-1' });
    await room.wait(1.5);
    expect(room.writes).toEqual(['plan-1', 'plan-2']);
    expect(await room.remedy()).toMatchObject({ state: 'watched', planId: 'plan-2' });
    expect(await store.actions.get('plan-1')).toMatchObject({ effect: 'worse' });
  });

  it('draws no conclusion from what is being undone already', async () => {
    const store = await open();
    const room = openActionRoom(store);
    const incidentId = await room.open();
    await room.act(approve('plan-1'));
    await room.act({ kind: 'undo', planId: 'plan-1' });
    await room.act(approve('plan-2'));
    await room.wait(11);
    expect(room.writes).toEqual(['plan-1', 'plan-2']);
    expect(await store.actions.get('plan-1')).not.toHaveProperty('effect');
    expect(await store.actions.get('plan-2')).toMatchObject({ effect: 'no-effect' });
    expect(await outcomesOf(store, incidentId)).toEqual([]);
  });

  it('is undone when a person wants it: a plan of its own, at most three times worked out', async () => {
    const store = await open();
    const room = openActionRoom(store, { script: { expiresAfterMs: 60_000 } });
    await room.open();
    await room.act(approve('plan-1'));
    const undo = { kind: 'undo', planId: 'plan-1' } as const;
    expect(await room.act(undo, 'eve', { role: 'responder' })).toEqual({ outcome: 'refused', reason: 'not-allowed' });
    for (const planId of ['plan-2', 'plan-3', 'plan-4']) {
      expect(await room.act(undo)).toEqual({ outcome: 'done' });
      expect(await room.remedy()).toMatchObject({ state: 'offered', planId });
      await room.act({ kind: 'reject', planId }, 'bob');
      expect(await room.remedy()).toMatchObject({ planId: 'plan-1', text: expect.stringContaining('rejected by bob') });
    }
    expect((await room.remedy())?.choices).toEqual([]);
    expect(await room.act(undo)).toEqual({ outcome: 'refused', reason: 'already-decided' });
    expect(room.writes).toEqual(['plan-1']);
    const fixed = openActionRoom(await open(), { script: { isReversible: false } });
    await fixed.open();
    await fixed.act(approve('plan-1'));
    expect((await fixed.remedy())?.choices).toEqual([]);
    expect(await fixed.act(undo)).toEqual({ outcome: 'refused', reason: 'nothing-offered' });
  });
}
