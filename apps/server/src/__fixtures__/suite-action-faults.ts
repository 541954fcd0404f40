import type { Reviewer, Store } from '@midwatch/core/incident';
import { stop } from '@midwatch/responder';
import { expect, it } from 'vitest';
import { openActionRoom, USUAL } from './action-room.js';
import { createChannel, START_MS } from './incident-room.js';

const approve = { kind: 'approve', planId: 'plan-1' } as const;

/** What others do wrong on the way to an action, the same for every store. */
export function actionFaultTests(open: () => Promise<Store>): void {
  it('takes a second model that hangs, fails, is stopped or is not paid for as no consent, and says which', async () => {
    const asked: string[] = [];
    const reviewerOf = (review: Reviewer['review']): Reviewer => ({
      ...{ name: 'claude', model: 'second-1', mostCostUsd: () => 0.3 },
      review: (...given) => {
        asked.push('asked');
        return review(...given);
      },
    });
    const budgets = { perIncidentUsd: 1, perServiceAndDayUsd: 1, perDayUsd: 1 };
    const said = async (review: Reviewer['review'], more: object = {}, before?: (store: Store) => Promise<unknown>) => {
      const store = await open();
      await before?.(store);
      const room = openActionRoom(store, {
        script: { needsReview: true },
        room: { reviewer: reviewerOf(review), analyzeDeadlineMs: 30, budgets, ...more },
      });
      const incidentId = await room.open();
      expect(await room.act(approve)).toEqual({ outcome: 'refused', reason: 'nothing-offered' });
      const { items } = await store.actions.log.list({ limit: 200, incidentId });
      expect(items.map(({ action }) => action)).toEqual(['proposed', 'reviewed', 'not-offered']);
      return items.find(({ action }) => action === 'reviewed')?.detail;
    };
    const hangs = () => new Promise<never>(() => undefined);
    expect(await said(hangs)).toEqual({ answer: 'unreachable', reason: 'second-1 gave no answer' });
    expect(await said(() => Promise.reject(new Error('secret')))).toMatchObject({ answer: 'unreachable' });
    expect(asked).toHaveLength(2);
    const agrees = async () => ({ answer: 'no-veto', reason: 'fine' }) as const;
    const poor = { budgets: { ...budgets, perIncidentUsd: 0.1 } };
    expect(await said(agrees, poor)).toMatchObject({
      reason: 'second-1 was not asked: the budget of this incident is spent',
    });
    const stopAll = (store: Store) => stop(store, { by: 'ada', reason: 'cost', nowMs: START_MS });
    expect(await said(agrees, {}, stopAll)).toMatchObject({
      reason: expect.stringContaining('was not asked: models are stopped by ada'),
    });
    expect(asked).toHaveLength(2);
  });

  it('gives up a remediator that fails before it has begun, and looks up what one had begun', async () => {
    const store = await open();
    const room = openActionRoom(store);
    const { carryOut } = room.remediator;
    let tries = 0;
    room.remediator.carryOut = async () => {
      tries += 1;
      throw new Error('a mistake');
    };
    const incidentId = await room.open();
    await room.act(approve);
    expect((await room.remedy())?.state).toBe('running');
    for (let turn = 0; turn < 6; turn++) await room.wait(1);
    expect(tries).toBe(4);
    expect(await room.remedy()).toMatchObject({ state: 'refused', text: 'not done: it could not be tried' });
    expect(await store.steps.measure(room.clock.nowMs)).toMatchObject({ running: 0, failed: 1 });
    // A new look may offer it anew.
    room.remediator.carryOut = async (...given) => {
      tries += 1;
      const done = await carryOut(...given);
      if (tries === 5) throw new Error('the answer was lost');
      return done;
    };
    await room.act({ kind: 'look-again' });
    const { planId } = (await room.remedy()) ?? { planId: 'none' };
    expect(planId).toBe('plan-2');
    await room.act({ kind: 'approve', planId });
    await room.wait(1);
    expect(await room.remedy()).toMatchObject({ state: 'watched', planId });
    expect(room.writes).toEqual([planId]);
    const { timeline = [] } = (await store.getIncident(incidentId)) ?? {};
    expect(timeline.map(({ action }) => action)).toEqual(expect.arrayContaining(['step-failed']));
  });

  it('offers nothing when it cannot be worked out, and shows what was done when actions are switched off', async () => {
    const store = await open();
    const room = openActionRoom(store);
    const { propose } = room.remediator;
    room.remediator.propose = async () => ({ nothing: 'it is at v1 already' });
    const incidentId = await room.open();
    expect(await room.remedy()).toBeUndefined();
    expect(room.sent).toHaveLength(1);
    expect(await room.act(approve)).toEqual({ outcome: 'refused', reason: 'nothing-offered' });
    room.remediator.propose = propose;
    await room.act({ kind: 'look-again' });
    await room.act(approve);
    const off = openActionRoom(store, { clock: room.clock, room: { remediator: undefined } as object });
    room.clock.nowMs += 60_000;
    await off.room.responder.act({ incidentId, action: { kind: 'take' }, by: 'bob', via: 'page' });
    await off.room.workAll();
    expect((await store.getIncident(incidentId))?.brief?.remedy).toMatchObject({ state: 'watched', planId: 'plan-1' });
  });

  it('begins nothing that was approved in the same moment as a newer look stood', async () => {
    const room = openActionRoom(await open());
    const incidentId = await room.open();
    const { responder } = room.room;
    const by = { incidentId, by: 'ann', via: 'page', role: 'approver' } as const;
    await responder.act({ ...by, action: { kind: 'look-again' } });
    room.clock.nowMs += 1;
    expect(await responder.act({ ...by, action: approve })).toEqual({ outcome: 'done' });
    await room.room.workAll();
    expect(room.writes).toEqual([]);
    expect(await room.remedy()).toMatchObject({ state: 'offered', planId: 'plan-2' });
    expect(await room.room.store.steps.get(incidentId, 'carry-out-1-plan-1')).toMatchObject({
      result: { outcome: 'replaced' },
    });
    expect(await responder.act({ ...by, action: approve })).toEqual({ outcome: 'repeated' });
    expect(await room.act({ kind: 'approve', planId: 'plan-2' })).toEqual({ outcome: 'done' });
    expect(room.writes).toEqual(['plan-2']);
  });

  it('begins nothing that was approved just before the alerts were over, and proposes nothing below HIGH', async () => {
    const room = openActionRoom(await open());
    const incidentId = await room.open();
    await room.room.responder.act({ incidentId, action: approve, by: 'ann', via: 'page', role: 'approver' });
    await room.resolve();
    expect(await room.remedy()).toMatchObject({ state: 'refused', text: 'not done: the alerts were over by then' });
    const unsure = openActionRoom(await open(), { confidence: 'MEDIUM' });
    await unsure.open();
    expect((await unsure.brief()).actions).toMatchObject([{ action: 'restart' }]);
    expect([...unsure.made, ...room.writes]).toEqual([]);
  });

  it('tells each state once where a message cannot be edited', async () => {
    const hook = createChannel('hook', false);
    const latencyAt = (atMs: number) => (atMs > START_MS + 30_000 ? USUAL : 8);
    const room = openActionRoom(await open(), { latencyAt, room: { notifiers: [hook.notifier] } });
    await room.open();
    await room.act(approve);
    await room.act({ kind: 'take' });
    await room.wait(3);
    await room.wait(7);
    expect(hook.sent.map(({ brief }) => brief.remedy?.state)).toEqual([
      ...[undefined, 'offered', 'watched', 'helped'],
    ]);
  });

  it('begins nothing once actions are stopped, whatever the gates say', async () => {
    const store = await open();
    const room = openActionRoom(store);
    await room.open();
    await stop(store, { by: 'ada', reason: 'enough', nowMs: START_MS });
    expect(await room.act(approve)).toEqual({ outcome: 'done' });
    expect(await room.remedy()).toMatchObject({
      ...{ state: 'refused', text: 'not done: actions are stopped by ada since 2026-11-01 03:30 UTC: enough' },
    });
    expect(room.writes).toEqual([]);
  });

  it('has nothing of all this without a remediator', async () => {
    const store = await open();
    const room = openActionRoom(store, { room: { remediator: undefined } as object });
    const incidentId = await room.open();
    expect(await room.brief()).not.toHaveProperty('remedy');
    expect(room.sent).toHaveLength(1);
    expect(await room.act(approve)).toEqual({ outcome: 'refused', reason: 'nothing-offered' });
    expect((await store.actions.log.list({ limit: 10, incidentId })).items).toEqual([]);
    expect(await store.steps.get(incidentId, 'propose-1')).toBeUndefined();
  });
}
