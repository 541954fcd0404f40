import type { Store } from '@midwatch/core/incident';
import { createScriptedAnalyzer } from '@midwatch/testkit';
import { expect, it } from 'vitest';
import {
  alertOf,
  analysisOf,
  createChannel,
  type IncidentRoom,
  linesOf,
  logSource,
  openRoom,
  START_MS,
} from './incident-room.js';

const MINUTE_MS = 60_000;
/** The same alert, that began so long after the first time. */
const again = (minutes: number) => alertOf({ startsAtMs: START_MS + minutes * MINUTE_MS });
const over = (minutes: number, began = alertOf()) => ({
  ...began,
  status: 'resolved' as const,
  endsAtMs: START_MS + minutes * MINUTE_MS,
});

async function take(room: IncidentRoom, alert: ReturnType<typeof alertOf>) {
  const recorded = await room.responder.receive(alert);
  await room.workAll();
  return recorded;
}

async function pass(room: IncidentRoom, minutes: number): Promise<void> {
  room.wait(minutes * MINUTE_MS);
  await room.workAll();
}

/** Recurrence, cooldown, second looks, maintenance. */
export function groupingTests(open: () => Promise<Store>): void {
  it('goes on with the incident that was resolved lately, counts, and asks the model again', async () => {
    const { notifier, sent } = createChannel();
    const answers = [analysisOf('first'), analysisOf('second'), analysisOf('third')];
    const analyzer = createScriptedAnalyzer(answers, 'model');
    const room = openRoom(await open(), { notifiers: [notifier], analyzer });
    const { incidentId } = await take(room, alertOf());
    await take(room, over(0));
    await pass(room, 59);
    expect(await take(room, again(59))).toEqual({ incidentId, outcome: 'joined' });
    await take(room, over(60, again(59)));
    await pass(room, 58);
    expect(await take(room, again(117))).toEqual({ incidentId, outcome: 'joined' });
    const headlines = sent.map(({ brief }) => brief.headline);
    expect(headlines[0]).not.toContain('time');
    expect(headlines.at(-1)).toMatch(/ · 3rd time in 2 h$/);
    expect(sent.at(-1)?.brief).toMatchObject({ cause: 'third', status: 'firing' });
    expect(new Set(sent.map(({ previous }) => previous?.messageId))).toEqual(new Set([undefined, 'm1']));
    expect((await room.store.getIncident(incidentId))?.title).toContain('3rd time');
    analyzer.assertComplete();
    // Out of the window it is another incident, with a message of its own.
    await take(room, over(118, again(117)));
    await pass(room, 122);
    expect((await take(room, again(239))).outcome).toBe('opened');
  });

  it('takes a firing that arrives late for a repetition, and ends what a source calls reopened', async () => {
    const room = openRoom(await open());
    const { incidentId } = await take(room, alertOf());
    await take(room, over(1));
    room.wait(2 * MINUTE_MS);
    expect(await take(room, alertOf())).toEqual({ incidentId, outcome: 'repeated' });
    // PagerDuty keeps an incident's first start for ever: the reopening has its own, the second resolve the first.
    expect(await take(room, again(2))).toEqual({ incidentId, outcome: 'joined' });
    expect(await take(room, over(1))).toEqual({ incidentId, outcome: 'repeated' });
    expect(await room.store.getIncident(incidentId)).toMatchObject({ status: 'firing' });
    expect(await take(room, over(3))).toEqual({ incidentId, outcome: 'resolved' });
    expect(await room.store.getIncident(incidentId)).toMatchObject({ status: 'resolved' });
  });

  it('asks no model twice within the cooldown, however often it flaps, after a failed answer too', async () => {
    const { notifier, sent } = createChannel();
    let asked = 0;
    const analyzer = {
      name: 'model',
      analyze: async () => {
        asked += 1;
        if (asked === 1) throw new Error('overloaded');
        return analysisOf('the model says');
      },
    };
    const room = openRoom(await open(), { notifiers: [notifier], analyzer });
    const { incidentId } = await take(room, alertOf());
    for (const half of [1, 2, 3, 4]) {
      await take(room, over(half, half === 1 ? alertOf() : again(half - 0.5)));
      room.wait(MINUTE_MS);
      await take(room, again(half + 0.5));
      expect(asked).toBe(1);
    }
    await pass(room, 1);
    expect(asked).toBe(2);
    expect(sent.at(-1)?.brief).toMatchObject({ cause: 'the model says' });
    expect((await room.store.getIncident(incidentId))?.alertCount).toBe(5);
    // Of the four that came back, one look.
    expect(await room.store.steps.get(incidentId, 'collect-3')).toBeUndefined();
  });

  it('looks again after 5 and 15 minutes while it burns, and tells only what changed', async () => {
    const { notifier, sent } = createChannel();
    let service = 'checkout';
    const lines = logSource('lines', async () => linesOf(service, 3));
    const analyzer = createScriptedAnalyzer([analysisOf('first'), analysisOf('second')], 'model');
    const room = openRoom(await open(), { notifiers: [notifier], connectors: [lines], analyzer });
    const { incidentId } = await take(room, alertOf());
    expect(sent).toHaveLength(2);
    await pass(room, 5);
    expect(await room.store.steps.get(incidentId, 'collect-2')).toMatchObject({
      result: { outcome: 'unchanged' },
    });
    expect(sent).toHaveLength(2);
    service = 'payments';
    await pass(room, 9);
    expect(sent).toHaveLength(2);
    await pass(room, 1);
    expect(sent.slice(2).map(({ brief }) => brief.cause)).toEqual(['the evidence blames payments', 'second']);
    await pass(room, 120);
    expect(await room.store.steps.get(incidentId, 'collect-4')).toBeUndefined();
  });

  it('looks no more once it is resolved', async () => {
    const room = openRoom(await open());
    const { incidentId } = await take(room, alertOf());
    await pass(room, 1);
    await take(room, over(1));
    await pass(room, 30);
    expect(await room.store.steps.get(incidentId, 'collect-2')).toBeUndefined();
    expect(await room.store.steps.get(incidentId, 'second-look-1-300000')).toMatchObject({
      state: 'done',
      result: { skipped: 'resolved' },
    });
  });

  it('calls nobody during maintenance, says so in the list, and looks when it is over', async () => {
    const { notifier, sent } = createChannel();
    const analyzer = createScriptedAnalyzer([analysisOf('elsewhere'), analysisOf('the model says')], 'model');
    const maintenance = [
      { startsAt: '2026-11-01T03:00:00Z', endsAt: '2026-11-01T05:00:00+01:00', namespace: 'shop', reason: 'new disks' },
    ];
    const room = openRoom(await open(), { notifiers: [notifier], analyzer, rules: { maintenance } });
    const { incidentId } = await take(room, alertOf());
    const resolvedLater = alertOf({ fingerprint: 'f2', target: { service: 'cart', namespace: 'shop' } });
    const other = await take(room, resolvedLater);
    const elsewhere = await take(room, alertOf({ fingerprint: 'f3', target: { service: 'x', namespace: 'mall' } }));
    expect(sent.map((each) => each.incidentId)).toEqual([elsewhere.incidentId, elsewhere.incidentId]);
    expect(await room.store.getIncident(incidentId)).toMatchObject({
      status: 'firing',
      title: 'ErrorsHigh: checkout in shop (maintenance)',
      brief: { cause: expect.stringContaining('Maintenance until 2026-11-01 04:00 UTC (new disks): nobody was') },
    });
    await take(room, over(10, resolvedLater));
    expect(await room.store.getIncident(other.incidentId)).toMatchObject({
      status: 'resolved',
      brief: { status: 'resolved' },
    });
    await pass(room, 29);
    expect(sent).toHaveLength(2);
    await pass(room, 1);
    expect(sent.slice(2).map((each) => each.incidentId)).toEqual([incidentId, incidentId]);
    analyzer.assertComplete();
    expect(sent[2]).not.toHaveProperty('previous');
  });

  it('is looked at eight times at most', async () => {
    const rules = { secondLooksAfterMs: [], cooldownMs: 0 };
    const room = openRoom(await open(), { rules });
    const { incidentId } = await take(room, alertOf());
    for (let round = 1; round < 12; round++) {
      await take(room, over(round, round === 1 ? alertOf() : again(round - 0.5)));
      room.wait(MINUTE_MS);
      await take(room, again(round + 0.5));
    }
    expect(await room.store.steps.get(incidentId, 'collect-8')).toMatchObject({ state: 'done' });
    expect(await room.store.steps.get(incidentId, 'collect-9')).toBeUndefined();
  });

  it('does not wait for one that is poisoned', async () => {
    const { notifier, sent } = createChannel();
    const poisoned = logSource('lines', async () => linesOf('checkout', 3));
    const room = openRoom(await open(), { notifiers: [notifier], connectors: [poisoned] });
    const { incidentId } = await room.responder.receive(alertOf());
    const fine = alertOf({ fingerprint: 'f2', target: { service: 'cart', namespace: 'shop' } });
    const { incidentId: other } = await room.responder.receive(fine);
    // A process dies with the one in hand, again and again; in between the other one gets its brief.
    expect(await room.store.steps.claim({ nowMs: START_MS, leaseMs: 10_000 })).toMatchObject({ incidentId });
    await room.workAll();
    expect(sent.map((each) => each.incidentId)).toEqual([other]);
    for (let crash = 1; crash < 4; crash++)
      expect(
        await room.store.steps.claim({ nowMs: START_MS + crash * 20_000, leaseMs: 10_000, incidentId }),
      ).toMatchObject({ attempts: crash + 1 });
    room.wait(2 * MINUTE_MS);
    await room.workAll();
    expect(sent.at(-1)).toMatchObject({
      incidentId,
      brief: { cause: expect.stringContaining('could not look into it') },
    });
  });
}
