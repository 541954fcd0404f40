import { NotifierError } from '@midwatch/core/incident';
import { createMemoryStore } from '@midwatch/store/memory';
import { createScriptedAnalyzer } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { alertOf, analysisOf, createChannel, openRoom, START_MS } from './__fixtures__/incident-room.js';

describe('a step that goes wrong', () => {
  it('is tried again, and then people hear of the alert and why there is no more', async () => {
    const { notifier, sent } = createChannel();
    let tries = 0;
    const room = openRoom(createMemoryStore(), {
      notifiers: [notifier],
      reduce: () => {
        tries += 1;
        throw new Error('a mistake with password=hunter2hunter2');
      },
    });
    const { incidentId } = await room.responder.receive(alertOf());
    for (let round = 0; round < 5; round++) {
      await room.workAll();
      room.wait(50_000);
    }
    expect(tries).toBe(4);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.brief).toMatchObject({
      headline: 'ErrorsHigh: checkout in shop',
      verdict: 'insufficient-evidence',
      cause: expect.stringContaining('could not look into it: the collection failed.'),
    });
    expect(JSON.stringify(sent)).not.toContain('hunter2');
    expect(await room.store.steps.get(incidentId, 'collect-1')).toMatchObject({
      state: 'failed',
      attempts: 4,
    });
    await room.responder.receive(alertOf({ status: 'resolved', endsAtMs: alertOf().startsAtMs + 1 }));
    await room.workAll();
    expect(sent[1]).toMatchObject({ brief: { status: 'resolved' }, previous: { messageId: 'm1' } });
  });

  it('that takes the process down is given up after four times; the evidence brief stands and says so', async () => {
    const { notifier, sent } = createChannel();
    const store = createMemoryStore();
    const analyzer = createScriptedAnalyzer([], 'model');
    const room = openRoom(store, { notifiers: [notifier], analyzer });
    const { incidentId } = await room.responder.receive(alertOf());
    await room.responder.runStep();
    await room.responder.deliver();
    // Four processes that die with the step in hand.
    for (let crash = 0; crash < 4; crash++) {
      const claim = { nowMs: START_MS + 60_000 + crash, leaseMs: 1 };
      expect(await store.steps.claim(claim)).toMatchObject({ key: 'analyze-1', attempts: crash + 1 });
    }
    room.wait(120_000);
    await room.responder.runStep();
    expect(await store.steps.get(incidentId, 'analyze-1')).toMatchObject({ state: 'failed', attempts: 5 });
    const kept = await store.getIncident(incidentId);
    expect(kept?.brief?.footer).toMatchObject({
      analyzer: 'evidence',
      notes: expect.arrayContaining([expect.stringContaining('it crashed again and again')]),
    });
    expect(kept?.brief?.footer).not.toHaveProperty('pending');
    expect(analyzer.inputs).toHaveLength(0);
    expect(sent).toHaveLength(1);
  });

  it('does not leave "still reading" behind when the model is not configured any more', async () => {
    const { notifier, sent } = createChannel();
    const store = createMemoryStore();
    const analyzer = createScriptedAnalyzer([], 'model');
    const before = openRoom(store, { notifiers: [notifier], analyzer });
    await before.responder.receive(alertOf());
    await before.responder.runStep();
    await openRoom(store, { notifiers: [notifier] }).workAll();
    expect(sent.map(({ brief }) => brief.footer.pending)).toEqual(['model still reading', undefined]);
    expect(sent[1]?.brief.footer.notes).toContainEqual(
      expect.stringContaining('no model is configured any more'),
    );
  });

  it('is handed out again at once when the process stops', async () => {
    const store = createMemoryStore();
    const room = openRoom(store, { analyzer: createScriptedAnalyzer([{ hangs: true }], 'model') });
    const { incidentId } = await room.responder.receive(alertOf());
    await room.responder.runStep();
    const stop = new AbortController();
    const running = room.responder.runStep({ signal: stop.signal });
    await Promise.resolve();
    stop.abort(new Error('stopped'));
    expect(await running).toBe(true);
    expect(await store.steps.get(incidentId, 'analyze-1')).toMatchObject({
      state: 'waiting',
      error: 'stopped',
    });
  });
});

describe('a delivery that goes wrong', () => {
  async function openFailing(isEditable = true) {
    const channel = createChannel('chat', isEditable);
    const analyzer = createScriptedAnalyzer([analysisOf('the model says')], 'model');
    const room = openRoom(createMemoryStore(), { notifiers: [channel.notifier], analyzer });
    const { incidentId } = await room.responder.receive(alertOf());
    return { ...channel, room, incidentId };
  }

  it('is tried again with the same id, looking first for what may have arrived; the next one waits for it', async () => {
    const { failures, incidentId, room, sent } = await openFailing();
    failures.push('unavailable', 'rate-limited');
    await room.workAll();
    expect(sent).toHaveLength(1);
    for (let round = 0; round < 3; round++) {
      room.wait(5_000);
      await room.workAll();
    }
    expect(sent.map(({ mayHaveArrived }) => mayHaveArrived)).toEqual([undefined, true, true, undefined]);
    expect(new Set(sent.slice(0, 3).map(({ deliveryId }) => deliveryId)).size).toBe(1);
    expect(sent[3]).toMatchObject({ brief: { cause: 'the model says' }, previous: { messageId: 'm3' } });
    expect(sent[3]?.deliveryId).not.toBe(sent[0]?.deliveryId);
    expect(sent[3]?.incidentId).toBe(incidentId);
    // So far back must be looked, however late the last attempt is.
    expect(sent.map(({ openedAtMs }) => openedAtMs)).toEqual(Array(4).fill(START_MS));
  });

  it('is for people to see to after a quarter of an hour, or at once when trying again cannot help', async () => {
    const { failures, room, sent } = await openFailing();
    failures.push(...Array.from({ length: 100 }, () => 'unavailable' as const));
    for (let minute = 0; minute < 40; minute++) {
      await room.workAll();
      room.wait(60_000);
    }
    const { items } = await room.store.outbox.listDead({ limit: 10 });
    expect(items.map(({ error }) => error)).toEqual(Array(2).fill('[chat] unavailable: scripted'));
    expect(sent.length).toBeGreaterThan(12);
    expect(sent.length).toBeLessThan(60);

    const other = await openFailing();
    other.failures.push('config', 'auth');
    await other.room.workAll();
    expect(other.sent).toHaveLength(2);
    expect((await other.room.store.outbox.listDead({ limit: 10 })).items).toHaveLength(2);
    expect((await other.room.store.getIncident(other.incidentId))?.timeline).toContainEqual(
      expect.objectContaining({ action: 'delivery-failed' }),
    );
  });

  it('is dead after a quarter of an hour also when it is told to come again much later', async () => {
    const { notifier } = createChannel();
    const asked: number[] = [];
    const busy = {
      ...notifier,
      notify: () => {
        asked.push(1);
        const told = { code: 'rate-limited', notifierId: 'chat', retryAfterMs: 3_600_000 } as const;
        return Promise.reject(new NotifierError({ ...told, message: 'HTTP 429' }));
      },
    };
    const room = openRoom(createMemoryStore(), { notifiers: [busy] });
    await room.responder.receive(alertOf());
    for (let minute = 0; minute < 16; minute++) {
      await room.workAll();
      room.wait(60_000);
    }
    expect((await room.store.outbox.listDead({ limit: 5 })).items).toMatchObject([
      { error: '[chat] rate-limited: HTTP 429' },
    ]);
    expect(asked).toHaveLength(2);
  });

  it('is tried for a while also when it waited longer than that before, as while Midwatch itself was down', async () => {
    const { failures, room, sent } = await openFailing();
    await room.responder.runStep();
    room.wait(20 * 60_000);
    failures.push('unavailable', 'hangs');
    await room.responder.deliver();
    room.wait(5_000);
    const stop = new AbortController();
    const cut = room.responder.deliver({ signal: stop.signal });
    await expect.poll(() => sent.length).toBe(2);
    stop.abort(new Error('stopped'));
    expect(await cut).toBe(true);
    expect((await room.store.outbox.listDead({ limit: 5 })).items).toEqual([]);
    room.wait(5_000);
    await room.workAll();
    expect(sent.length).toBeGreaterThan(2);
    expect((await room.store.outbox.listDead({ limit: 5 })).items).toEqual([]);
  });

  it('stands as a new message when the old one cannot be edited any more', async () => {
    const { failures, room, sent } = await openFailing();
    await room.responder.runStep();
    await room.responder.deliver();
    failures.push('not-editable');
    await room.workAll();
    expect(sent.map(({ previous }) => previous?.messageId)).toEqual([undefined, 'm1', undefined]);
  });

  it('sends to a channel that cannot edit only what tells something new', async () => {
    const { room, sent } = await openFailing(false);
    await room.workAll();
    expect(sent.map(({ brief }) => brief.cause)).toEqual(['the evidence blames checkout', 'the model says']);
    const again = openRoom(room.store, { notifiers: [] });
    expect(await again.responder.deliver()).toBe(false);
    await room.responder.receive(alertOf({ status: 'resolved', endsAtMs: alertOf().startsAtMs + 1 }));
    await room.workAll();
    expect(sent).toHaveLength(3);
  });

  it('does not hang on a notifier that does', async () => {
    const { failures, room } = await openFailing();
    await room.responder.runStep();
    failures.push('hangs');
    await room.responder.deliver();
    expect(room.events.at(-1)).toMatchObject({ type: 'delivery', outcome: 'retried' });
  });

  it('that was dead and goes out again does not replace what came after it', async () => {
    const { failures, incidentId, room, sent } = await openFailing();
    await room.responder.runStep();
    failures.push('auth');
    await room.responder.deliver();
    room.wait(1_000);
    await room.workAll();
    expect(sent.map(({ brief }) => brief.cause)).toEqual(['the evidence blames checkout', 'the model says']);
    // Whether the first one arrived is in doubt: the second looks for it.
    expect(sent.map(({ mayHaveArrived }) => mayHaveArrived)).toEqual([undefined, true]);
    const { items } = await room.store.outbox.listDead({ limit: 10 });
    expect(items).toHaveLength(1);
    expect(await room.store.outbox.requeue(incidentId, items[0]!.key, START_MS)).toBe(true);
    await room.workAll();
    expect(sent).toHaveLength(2);
    expect(await room.store.outbox.get(incidentId, items[0]!.key)).toMatchObject({ state: 'done' });
    await room.responder.receive(alertOf({ status: 'resolved', endsAtMs: alertOf().startsAtMs + 1 }));
    await room.workAll();
    expect(sent[2]).toMatchObject({ brief: { status: 'resolved' }, previous: { messageId: 'm2' } });
  });

  it('is dead when its notifier is gone from the configuration', async () => {
    const { room } = await openFailing();
    await room.responder.runStep();
    await openRoom(room.store, { notifiers: [] }).workAll();
    const { items } = await room.store.outbox.listDead({ limit: 10 });
    expect(items[0]?.error).toBe('no notifier has this id any more');
  });
});
