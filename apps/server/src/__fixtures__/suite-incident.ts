import type { Store } from '@midwatch/core/incident';
import { createScriptedAnalyzer } from '@midwatch/testkit';
import { expect, it } from 'vitest';
import { alertOf, analysisOf, createChannel, linesOf, logSource, openRoom } from './incident-room.js';

/** From the alert to the resolve. */
export function incidentTests(open: () => Promise<Store>): void {
  it('gets the evidence brief first; the model edits the same message; a resolve edits it again', async () => {
  const { notifier, sent } = createChannel();
  const analyzer = {
    ...createScriptedAnalyzer([analysisOf('the model says')], 'model'),
    model: 'small-1',
  };
  const room = openRoom(await open(), { notifiers: [notifier], analyzer });
  const { incidentId, outcome } = await room.responder.receive(alertOf());
  expect(outcome).toBe('opened');
  expect(incidentId).toMatch(/^inc-20261101-[0-9a-f]{10}$/);

  expect(await room.responder.runStep()).toBe(true);
  expect(await room.responder.deliver()).toBe(true);
  expect(sent[0]).toMatchObject({
    brief: { cause: 'the evidence blames checkout', footer: { pending: 'small-1 still reading' } },
  });
  expect(sent[0]).not.toHaveProperty('previous');
  await room.workAll();
  expect(sent[1]).toMatchObject({ brief: { cause: 'the model says' }, previous: { messageId: 'm1' } });
  expect(sent[1]?.brief.footer).not.toHaveProperty('pending');

  room.wait(60_000);
  const resolved = alertOf({ status: 'resolved', endsAtMs: alertOf().startsAtMs + 150_000 });
  expect(await room.responder.receive(resolved)).toEqual({ incidentId, outcome: 'resolved' });
  await room.workAll();
  expect(sent[2]).toMatchObject({
    brief: { cause: 'the model says', status: 'resolved' },
    previous: { messageId: 'm1' },
  });
  expect(sent).toHaveLength(3);
  const kept = await room.store.getIncident(incidentId);
  expect(kept).toMatchObject({ status: 'resolved', confidence: 'LOW', brief: { status: 'resolved' } });
  expect(kept?.timeline.map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      'alert-received',
      'evidence-read',
      'analyzed',
      'brief-delivered',
      'alert-resolved',
    ]),
  );
  expect(JSON.stringify(kept)).not.toContain('hunter2');
});

  it('takes the same alert once, joins one of the same service, and opens another for another', async () => {
  const { notifier, sent } = createChannel();
  const room = openRoom(await open(), { notifiers: [notifier] });
  const first = await room.responder.receive(alertOf());
  await room.workAll();
  expect(await room.responder.receive(alertOf())).toEqual({ ...first, outcome: 'repeated' });
  const other = alertOf({ fingerprint: 'f2', name: 'LatencyHigh' });
  expect(await room.responder.receive(other)).toEqual({ ...first, outcome: 'joined' });
  const elsewhere = alertOf({ fingerprint: 'f3', target: { service: 'cart', namespace: 'shop' } });
  expect((await room.responder.receive(elsewhere)).outcome).toBe('opened');
  await room.workAll();
  expect(sent).toHaveLength(2);
  room.wait(16 * 60_000);
  const later = await room.responder.receive(alertOf({ fingerprint: 'f4' }));
  expect(later.outcome).toBe('opened');
});

  it('looks again at one that fires anew after it was resolved', async () => {
  const { notifier, sent } = createChannel();
  const room = openRoom(await open(), { notifiers: [notifier] });
  const { incidentId } = await room.responder.receive(alertOf());
  await room.workAll();
  await room.responder.receive(alertOf({ status: 'resolved', endsAtMs: alertOf().startsAtMs + 1 }));
  await room.workAll();
  room.wait(60_000);
  const again = alertOf({ startsAtMs: alertOf().startsAtMs + 150_000 });
  expect(await room.responder.receive(again)).toEqual({ incidentId, outcome: 'joined' });
  await room.workAll();
  // Told at once, looked at when the cooldown is over.
  expect(sent.map(({ brief }) => brief.status)).toEqual(['firing', 'resolved', 'firing']);
  expect(await room.store.steps.get(incidentId, 'collect-2')).toBeUndefined();
  room.wait(4 * 60_000);
  await room.workAll();
  expect(sent.map(({ brief }) => brief.status)).toEqual(['firing', 'resolved', 'firing', 'firing']);
  expect(await room.store.steps.get(incidentId, 'collect-2')).toMatchObject({ state: 'done' });
});

  it('keeps an alert that was over before it was heard of, and calls nobody until it fires', async () => {
  const { notifier, sent } = createChannel();
  const room = openRoom(await open(), { notifiers: [notifier] });
  const over = alertOf({ status: 'resolved', endsAtMs: alertOf().startsAtMs + 1 });
  const { incidentId } = await room.responder.receive(over);
  await room.workAll();
  expect(sent).toHaveLength(0);
  await room.responder.receive(alertOf({ startsAtMs: alertOf().startsAtMs + 1_000 }));
  await room.workAll();
  expect(sent).toMatchObject([{ incidentId, brief: { status: 'firing' } }]);
});

  it('asks late sources again; the brief changes with the suspect, and the model reads again', async () => {
  const { notifier, sent } = createChannel();
  let isSlow = true;
  const late = logSource('late', async () => {
    if (isSlow) return new Promise(() => undefined);
    return linesOf('payments', 9);
  });
  const analyzer = createScriptedAnalyzer(
    [analysisOf('first answer'), analysisOf('second answer')],
    'model',
  );
  const quick = logSource('lines', async () => linesOf('checkout', 3));
  const room = openRoom(await open(), { notifiers: [notifier], analyzer, connectors: [quick, late] });
  const { incidentId } = await room.responder.receive(alertOf());
  await room.responder.runStep();
  isSlow = false;
  await room.workAll();
  expect(sent.map(({ brief }) => brief.cause)).toEqual([
    'the evidence blames checkout',
    'first answer',
    'the evidence blames payments',
    'second answer',
  ]);
  expect(sent[3]?.brief.notChecked.filter(({ source }) => source === 'late')).toEqual([]);
  expect(await room.store.steps.get(incidentId, 'collect-3')).toBeUndefined();
  expect(await room.store.bundles.get(`${incidentId}/collect-2`)).toBeInstanceOf(Uint8Array);
  analyzer.assertComplete();
});

  it('says nothing when late sources change nothing', async () => {
  const { notifier, sent } = createChannel();
  let asked = 0;
  const late = logSource('late', async () => {
    asked += 1;
    return asked <= 4 ? new Promise(() => undefined) : linesOf('checkout', 1);
  });
  const quick = logSource('lines', async () => linesOf('checkout', 3));
  const room = openRoom(await open(), { notifiers: [notifier], connectors: [quick, late] });
  const { incidentId } = await room.responder.receive(alertOf());
  await room.workAll();
  expect(await room.store.steps.get(incidentId, 'collect-2')).toMatchObject({
    state: 'done',
    result: { outcome: 'unchanged' },
  });
  expect(sent).toHaveLength(1);
});
}
