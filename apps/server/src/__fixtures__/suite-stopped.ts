import type { Analyzer, Store } from '@midwatch/core/incident';
import { readStopped, resume, stop } from '@midwatch/responder';
import { createScriptedAnalyzer } from '@midwatch/testkit';
import { expect, it } from 'vitest';
import { alertOf, analysisOf, createChannel, openRoom, START_MS } from './incident-room.js';

const request = { by: 'ada', reason: 'it  costs\ntoo much', nowMs: START_MS };
const sentence = 'models are stopped by ada since 2026-11-01 03:30 UTC: it  costs too much';

/** A model that counts its questions, and answers when it is told to. */
function createModel(answers: 'at once' | 'never' = 'at once') {
  const asked: AbortSignal[] = [];
  const analyzer: Analyzer = {
    name: 'model',
    model: 'small-1',
    mostCostUsd: () => 0.01,
    async analyze(_, { signal }) {
      asked.push(signal);
      return answers === 'at once' ? analysisOf('the model says') : new Promise(() => undefined);
    },
  };
  return { analyzer, asked };
}

/** The kill switch: no model is asked, and everybody learns why. */
export function stoppedTests(open: () => Promise<Store>): void {
  it('no replica asks a model once one has stopped them; the evidence brief stands and says who, since when and why', async () => {
    const store = await open();
    const model = createModel();
    const channel = createChannel();
    const rooms = [1, 2, 3].map(() =>
      openRoom(store, { analyzer: model.analyzer, notifiers: [channel.notifier] }),
    );
    expect(await stop(store, request)).toMatchObject({ by: 'ada', atMs: START_MS });
    // Whoever comes second changes nothing.
    expect(await stop(store, { by: 'grace', reason: 'me too', nowMs: START_MS + 1 })).toMatchObject({ by: 'ada' });
    for (const [index, room] of rooms.entries()) {
      await room.responder.receive(
        alertOf({ fingerprint: `f${index}`, target: { service: `s${index}`, namespace: 'shop' } }),
      );
      await room.workAll();
    }
    expect(model.asked).toHaveLength(0);
    for (const incidentId of new Set(channel.sent.map((each) => each.incidentId))) {
      const last = channel.sent.findLast((each) => each.incidentId === incidentId);
      expect(last?.brief.cause).toBe('the evidence blames checkout');
      expect(last?.brief.footer.notes.join()).toContain(sentence);
    }
    expect((await store.spending.sumOfDay(START_MS)).usd).toBe(0);
    expect(await resume(store, { by: 'grace', reason: 'found it', nowMs: START_MS + 2 })).toMatchObject({ by: 'ada' });
    expect(await resume(store, { by: 'grace', reason: 'again', nowMs: START_MS + 3 })).toBeUndefined();
    await rooms[1]!.responder.receive(alertOf({ fingerprint: 'f9', target: { service: 's9', namespace: 'shop' } }));
    await rooms[2]!.workAll();
    expect(model.asked).toHaveLength(1);
    expect(channel.sent.at(-1)?.brief.footer.notes.join()).not.toContain('stopped');
    const { items } = await store.audit.list({ limit: 200 });
    expect(items.filter(({ action }) => action === 'stopped' || action === 'resumed')).toMatchObject([
      { actor: 'grace', action: 'resumed', atMs: START_MS + 2, detail: { stoppedBy: 'ada', reason: 'found it' } },
      { actor: 'ada', action: 'stopped', atMs: START_MS, detail: { reason: 'it  costs too much' } },
    ]);
  });

  it('the first brief promises no reading while models are stopped, and one as soon as they are not', async () => {
    const store = await open();
    const { analyzer } = createModel();
    const { notifier, sent } = createChannel();
    const room = openRoom(store, { analyzer, notifiers: [notifier] });
    await stop(store, request);
    await room.responder.receive(alertOf());
    await room.responder.runStep();
    await room.responder.deliver();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.brief.footer).not.toHaveProperty('pending');
    const note = `${sentence}; this is what the evidence alone says`;
    expect(sent[0]?.brief.footer.notes.filter((each) => each.includes('stopped'))).toEqual([note]);
    await resume(store, { by: 'grace', reason: 'found it', nowMs: START_MS });
    await room.responder.receive(alertOf({ fingerprint: 'f2', target: { service: 's2', namespace: 'shop' } }));
    const { incidentId } = sent[0]!;
    await room.workAll();
    const others = sent.filter((each) => each.incidentId !== incidentId);
    expect(others[0]?.brief.footer).toMatchObject({ pending: 'small-1 still reading' });
  });

  it('a question that runs is cut, and its answer is not waited for; what it may have cost stays set aside', async () => {
    const store = await open();
    const model = createModel('never');
    const { notifier, sent } = createChannel();
    const room = openRoom(store, { analyzer: model.analyzer, notifiers: [notifier] });
    await room.responder.receive(alertOf());
    await room.responder.runStep();
    const analyzing = room.responder.runStep();
    await expect.poll(() => model.asked.length, { interval: 20 }).toBe(1);
    await stop(store, request);
    // Far below the deadline of the question.
    await expect.poll(() => model.asked[0]?.aborted, { timeout: 15_000 }).toBe(true);
    expect(await analyzing).toBe(true);
    await room.workAll();
    expect(sent.at(-1)?.brief).toMatchObject({ cause: 'the evidence blames checkout' });
    expect(sent.at(-1)?.brief.footer.notes.join()).toContain(sentence);
    expect((await store.spending.sumOfDay(START_MS)).usd).toBe(0.01);
  });

  it('a stop between the reservation and the question comes in time, and nothing stays set aside', async () => {
    const store = await open();
    const model = createModel();
    const { reserve } = store.spending;
    const spending = {
      ...store.spending,
      async reserve(what: Parameters<typeof reserve>[0]) {
        const answer = await reserve(what);
        await stop(store, request);
        return answer;
      },
    };
    const room = openRoom({ ...store, spending }, { analyzer: model.analyzer });
    await room.responder.receive(alertOf());
    await room.workAll();
    expect(await readStopped(store)).toMatchObject({ by: 'ada' });
    expect(model.asked).toHaveLength(0);
    expect((await store.spending.sumOfDay(START_MS)).usd).toBe(0);
  });

  it('what a replica that dies has stopped stays so for those that take over', async () => {
    const store = await open();
    const model = createModel();
    const doomed = openRoom(store, { analyzer: model.analyzer });
    await doomed.responder.receive(alertOf());
    // It has claimed the analysis when it dies.
    await doomed.responder.runStep();
    await store.steps.claim({ nowMs: START_MS, leaseMs: 10_000 });
    await stop(store, request);
    const heir = openRoom(store, { analyzer: model.analyzer });
    heir.wait(11_000);
    await heir.workAll();
    expect(model.asked).toHaveLength(0);
    const [{ id } = { id: '' }] = (await store.listIncidents({ limit: 1 })).items;
    expect((await store.getIncident(id))?.brief?.footer.notes.join()).toContain(sentence);
  });

  it.each(['fails', 'never answers'])('no model is asked while the store %s when it is asked for the switch', async (how) => {
    const store = await open();
    const analyzer = createScriptedAnalyzer([], 'model');
    const get = (): Promise<never> =>
      how === 'fails' ? Promise.reject(new Error('away')) : new Promise(() => undefined);
    const room = openRoom({ ...store, controls: { ...store.controls, get } }, { analyzer });
    const { incidentId } = await room.responder.receive(alertOf());
    await room.workAll();
    expect((await store.getIncident(incidentId))?.brief?.footer.notes.join()).toContain(
      'the store does not tell whether models are stopped',
    );
  });
}
