import type { Store } from '@midwatch/core/incident';
import { requeueDead } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { createScriptedAnalyzer } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import {
  alertOf,
  analysisOf,
  createChannel,
  linesOf,
  logSource,
  openRoom,
  START_MS,
} from './__fixtures__/incident-room.js';

const MINUTE_MS = 60_000;
const maintenance = [{ startsAt: '2026-11-01T03:00:00Z', endsAt: '2026-11-01T03:40:00Z', namespace: 'shop' }];
const storm = { services: 3, withinMs: 120_000, joinWindowMs: 300_000 };
const ofService = (index: number) =>
  alertOf({ fingerprint: `f${index}`, target: { service: `service-${index}`, namespace: 'shop' } });
const notLookedAt = expect.stringContaining('could not look into it') as string;

/** Four processes that die with the step in hand. */
async function crash(store: Store, incidentId: string, key: string, nowMs: number): Promise<void> {
  for (let each = 0; each < 4; each++)
    expect(await store.steps.claim({ nowMs: nowMs + each, leaseMs: 1, incidentId })).toMatchObject({ key });
}

/** A reduction that fails until it is told not to. */
function failing() {
  const state = { isBroken: true };
  const analyzer = {
    name: 'evidence',
    analyze: async () => {
      if (state.isBroken) throw new Error('a mistake');
      return analysisOf('the evidence is read');
    },
  };
  return { state, evidenceAnalyzer: analyzer };
}

describe('a step that is given up', () => {
  it('the gathering of a storm: the storm is looked at and told', async () => {
    const { notifier, sent } = createChannel();
    const room = openRoom(createMemoryStore(), { notifiers: [notifier], rules: { storm } });
    for (let index = 1; index <= 2; index++) await room.responder.receive(ofService(index));
    const { incidentId } = await room.responder.receive(ofService(3));
    await crash(room.store, incidentId, 'gather', START_MS);
    room.wait(20_000);
    await room.workAll();
    expect(await room.store.steps.get(incidentId, 'gather')).toMatchObject({ state: 'failed' });
    const told = sent.filter((each) => each.incidentId === incidentId);
    expect(told[0]?.brief.headline).toMatch(/^storm in shop: /);
  });

  it('what cannot be said of it either: the step ends all the same, and the brief before it stands', async () => {
    const { notifier, sent } = createChannel();
    const room = openRoom(createMemoryStore(), {
      notifiers: [notifier],
      analyzer: createScriptedAnalyzer([analysisOf('the model says')], 'model'),
      onBrief({ pending }) {
        if (pending === undefined) throw new Error('a mistake');
      },
    });
    const { incidentId } = await room.responder.receive(alertOf());
    for (let round = 0; round < 6; round++) {
      await room.workAll();
      room.wait(20_000);
    }
    expect(await room.store.steps.get(incidentId, 'analyze-1')).toMatchObject({
      state: 'failed',
      attempts: 4,
    });
    expect((await room.store.getIncident(incidentId))?.timeline).toContainEqual(
      expect.objectContaining({ action: 'step-failed' }),
    );
    expect(sent).toHaveLength(1);
  });

  it('what decides after maintenance, or the first look after it: people hear of what still fires', async () => {
    const endMs = START_MS + 10 * MINUTE_MS;
    for (const doomed of ['decision', 'look']) {
      const { notifier, sent } = createChannel();
      const { evidenceAnalyzer } = failing();
      const room = openRoom(createMemoryStore(), {
        ...{ notifiers: [notifier], rules: { maintenance } },
        ...(doomed === 'look' ? { evidenceAnalyzer } : {}),
      });
      const { incidentId } = await room.responder.receive(alertOf());
      await room.workAll();
      if (doomed === 'decision') await crash(room.store, incidentId, `look-again-${endMs}`, endMs);
      expect(sent).toHaveLength(0);
      for (let round = 0; round < 10; round++) {
        room.wait(2 * MINUTE_MS);
        await room.workAll();
      }
      expect(sent[0]?.brief).toMatchObject({ headline: 'ErrorsHigh: checkout in shop', cause: notLookedAt });
    }
  });

  it('is put in again: what it finds edits the same message', async () => {
    const { notifier, sent } = createChannel();
    const { evidenceAnalyzer, state } = failing();
    const analyzer = createScriptedAnalyzer([analysisOf('the model says')], 'model');
    const room = openRoom(createMemoryStore(), { notifiers: [notifier], evidenceAnalyzer, analyzer });
    const { incidentId } = await room.responder.receive(alertOf());
    for (let round = 0; round < 5; round++) {
      await room.workAll();
      room.wait(10_000);
    }
    expect(sent.map(({ brief }) => brief.cause)).toEqual([notLookedAt]);
    state.isBroken = false;
    const request = { incidentId, key: 'collect-1', by: 'ann', nowMs: START_MS + MINUTE_MS };
    expect(await requeueDead(room.store, request)).toBe('requeued');
    expect(await requeueDead(room.store, request)).toBe('not-dead');
    expect(await requeueDead(room.store, { ...request, key: 'none' })).toBe('no-such-work');
    await crash(room.store, incidentId, 'collect-1', START_MS + 2 * MINUTE_MS);
    room.wait(3 * MINUTE_MS);
    await room.workAll();
    // Its four attempts are spent again; the next time it is done.
    expect(await requeueDead(room.store, { ...request, nowMs: START_MS + 3 * MINUTE_MS })).toBe('requeued');
    await room.workAll();
    expect(sent.slice(1).map(({ brief }) => brief.cause)).toEqual(['the evidence is read', 'the model says']);
    expect(sent.slice(1).map(({ previous }) => previous?.messageId)).toEqual(['m1', 'm1']);
  });

  it('and put in again after a later look changes nothing of that', async () => {
    const { notifier, sent } = createChannel();
    const { evidenceAnalyzer, state } = failing();
    let lines = 3;
    const connectors = [logSource('lines', async () => linesOf('checkout', lines))];
    const room = openRoom(createMemoryStore(), { notifiers: [notifier], evidenceAnalyzer, connectors });
    const { incidentId } = await room.responder.receive(alertOf());
    for (let minute = 0; minute < 8; minute++) {
      await room.workAll();
      room.wait(MINUTE_MS);
      state.isBroken = minute < 3;
    }
    expect(sent.at(-1)?.brief.cause).toBe('the evidence is read');
    const count = sent.length;
    lines = 0;
    const nowMs = START_MS + 8 * MINUTE_MS;
    expect(await requeueDead(room.store, { incidentId, key: 'collect-1', by: 'ann', nowMs })).toBe(
      'requeued',
    );
    await room.workAll();
    expect(await room.store.steps.get(incidentId, 'collect-1')).toMatchObject({
      state: 'done',
      result: { outcome: 'unchanged' },
    });
    expect(sent).toHaveLength(count);
  });
});

it('a delivery that takes the process down each time is dead in the end; after a long outage it is tried', async () => {
  const { notifier, sent } = createChannel();
  const room = openRoom(createMemoryStore(), { notifiers: [notifier] });
  const doomed = await room.responder.receive(alertOf());
  await room.responder.receive(ofService(2));
  await room.responder.runStep();
  await room.responder.runStep();
  for (let each = 0; each < 60; each++) {
    const claim = { nowMs: START_MS + each * 20_000, leaseMs: 1, incidentId: doomed.incidentId };
    expect(await room.store.outbox.claim(claim)).toMatchObject({ attempts: each + 1 });
  }
  room.wait(20 * MINUTE_MS);
  await room.workAll();
  const { items } = await room.store.outbox.listDead({ limit: 5 });
  expect(items).toMatchObject([{ incidentId: doomed.incidentId, error: 'it crashed again and again' }]);
  expect(sent.map(({ incidentId }) => incidentId)).not.toContain(doomed.incidentId);
  expect(sent).toHaveLength(1);
});
