import type { Analyzer, AnalyzeInput, Store } from '@midwatch/core/incident';
import { type ResponderOptions, stop } from '@midwatch/responder';
import { expect, it } from 'vitest';
import { alertOf, analysisOf, createChannel, openRoom, START_MS } from './incident-room.js';

const MINUTE_MS = 60_000;

/** A model that keeps its questions, and answers as it is told. */
function createModel(name: string, answer: () => Promise<ReturnType<typeof analysisOf>>, usd = 0.01) {
  const asked: AnalyzeInput[] = [];
  const signals: AbortSignal[] = [];
  const analyzer: Analyzer = {
    ...{ name: 'claude', model: name, promptVersion: 'p1' },
    mostCostUsd: () => usd,
    async analyze(input, { signal }) {
      asked.push(input);
      signals.push(signal);
      return answer();
    },
  };
  return { analyzer, asked, signals };
}
const says = (summary: string) => async () => analysisOf(summary);
const never = () => new Promise<never>(() => undefined);

/** A shadow beside the analyzer that is shown: recorded, and seen by nobody. */
export function shadowTests(open: () => Promise<Store>): void {
  async function play(shadow: Pick<ReturnType<typeof createModel>, 'analyzer'>, more: Partial<ResponderOptions> = {}) {
    const store = await open();
    const channel = createChannel();
    const model = createModel('small-1', says('the model says'));
    const room = openRoom(store, {
      ...{ analyzer: model.analyzer, shadowAnalyzer: shadow.analyzer, notifiers: [channel.notifier] },
      ...more,
    });
    const { incidentId } = await room.responder.receive(alertOf());
    const shadowsOf = async (id = incidentId) =>
      (await store.ledger.history(id)).analyses.filter(({ isShadow }) => isShadow);
    return { channel, incidentId, model, room, shadowsOf, store };
  }

  it('is asked the same to the letter once the answer stands, and only the ledger has its answer', async () => {
    const shadow = createModel('small-2', says('the SHADOW says'));
    const { channel, incidentId, model, room, shadowsOf, store } = await play(shadow);
    // Not before there is something to be compared with.
    expect(await room.responder.runShadow()).toBe(false);
    await room.workAll();
    expect(shadow.asked).toHaveLength(0);
    const before = JSON.stringify(await store.getIncident(incidentId));
    room.wait(1_000);
    expect(await room.responder.runShadow()).toBe(true);
    expect(await room.responder.runShadow()).toBe(false);
    expect(shadow.asked).toEqual(model.asked);
    expect(shadow.asked[0]?.dossier.fence).toBe(model.asked[0]?.dossier.fence);
    const told = channel.sent.length;
    await room.workAll();
    expect(channel.sent).toHaveLength(told);
    const { updatedAtMs: _, ...after } = (await store.getIncident(incidentId))!;
    const { updatedAtMs: __, ...unchanged } = JSON.parse(before);
    expect(JSON.parse(JSON.stringify(after))).toEqual(unchanged);
    expect(JSON.stringify([after, channel.sent])).not.toMatch(/SHADOW|small-2|shadow/);
    expect((await store.ledger.history(incidentId)).analyses).toMatchObject([
      { number: 1, analyzer: { name: 'evidence' }, isShadow: false },
      { number: 2, analyzer: { model: 'small-1' }, wasShown: true, isShadow: false },
      {
        ...{ number: 3, look: 1, state: 'admitted', wasShown: false, isShadow: true, atMs: START_MS + 1_000 },
        ...{ analyzer: { name: 'claude', model: 'small-2', promptVersion: 'p1' } },
        ...{ verdict: 'insufficient-evidence', timings: { analyzeMs: expect.any(Number) } },
      },
    ]);
    expect(await shadowsOf()).toHaveLength(1);
    expect(room.events.filter(({ kind }) => kind === 'shadow')).toMatchObject([{ outcome: 'done', type: 'step' }]);
  });

  it('delays nothing: while it is asked, the same incident is resolved, told and looked at', async () => {
    const shadow = createModel('small-2', never);
    const { channel, room, shadowsOf } = await play(shadow);
    await room.workAll();
    const cut = new AbortController();
    const running = room.responder.runShadow({ signal: cut.signal });
    await expect.poll(() => shadow.asked.length, { interval: 20 }).toBe(1);
    const told = channel.sent.length;
    await room.responder.receive(alertOf({ status: 'resolved', endsAtMs: START_MS }));
    await room.workAll();
    expect(channel.sent.length).toBeGreaterThan(told);
    expect(channel.sent.at(-1)?.brief.headline).toMatch(/resolved/i);
    cut.abort(new Error('stopped'));
    expect(await running).toBe(true);
    expect(await shadowsOf()).toEqual([]);
    // Handed out again, as any step.
    expect(room.events.at(-1)).toMatchObject({ kind: 'shadow', outcome: 'retried' });
  });

  it.each([
    ['fails', async () => Promise.reject(Object.assign(new Error('secret words'), { code: 'refused' })), 'failed (refused)'],
    ['is late', never, 'did not answer within 0 s'],
  ])('that %s is a record, and no error', async (_, answer, reason) => {
    const { channel, room, shadowsOf } = await play(createModel('small-2', answer), { analyzeDeadlineMs: 200 });
    await room.workAll();
    const told = channel.sent.length;
    expect(await room.responder.runShadow()).toBe(true);
    await room.workAll();
    expect(await shadowsOf()).toMatchObject([
      { state: 'failed', reason: `small-2 ${reason}`, wasShown: false, services: [] },
    ]);
    expect(channel.sent).toHaveLength(told);
    expect(room.events.at(-1)).toMatchObject({ kind: 'shadow', outcome: 'done' });
  });

  it('hit by a kill is asked again, and given up after four times with a record and without a word', async () => {
    const shadow = createModel('small-2', says('later'));
    const { incidentId, room, shadowsOf, store } = await play(shadow);
    await room.workAll();
    const before = await store.getIncident(incidentId);
    // It has claimed the step when it dies: three times, and once more.
    for (let death = 1; death <= 4; death += 1) {
      await store.steps.claim({ nowMs: START_MS + (death - 1) * 11_000, leaseMs: 10_000, isAside: true });
      room.wait(11_000);
    }
    expect(await room.responder.runShadow()).toBe(true);
    expect(shadow.asked).toHaveLength(0);
    expect(await shadowsOf()).toMatchObject([{ state: 'failed', reason: 'it crashed again and again' }]);
    const after = await store.getIncident(incidentId);
    expect([after?.brief, after?.timeline]).toEqual([before?.brief, before?.timeline]);
    expect(await room.responder.runShadow()).toBe(false);
  });

  it('whose process dies once is asked by another, and counts once', async () => {
    const shadow = createModel('small-2', says('later'));
    const { room, shadowsOf, store } = await play(shadow);
    await room.workAll();
    await store.steps.claim({ nowMs: START_MS, leaseMs: 10_000, isAside: true });
    room.wait(11_000);
    expect([await room.responder.runShadow(), await room.responder.runShadow()]).toEqual([true, false]);
    expect(await shadowsOf()).toMatchObject([{ state: 'admitted' }]);
  });

  it('is not asked when models are stopped, nor cut later than they are', async () => {
    const shadow = createModel('small-2', never);
    const { room, shadowsOf, store } = await play(shadow);
    await room.workAll();
    const running = room.responder.runShadow();
    await expect.poll(() => shadow.signals.length, { interval: 20 }).toBe(1);
    await stop(store, { by: 'ada', reason: 'cost', nowMs: START_MS });
    await expect.poll(() => shadow.signals[0]?.aborted, { timeout: 15_000 }).toBe(true);
    expect(await running).toBe(true);
    expect(await shadowsOf()).toMatchObject([{ state: 'failed', reason: expect.stringContaining('stopped by ada') }]);

    const again = await play(createModel('small-2', says('no')));
    await again.room.workAll();
    await stop(again.store, { by: 'ada', reason: 'cost', nowMs: START_MS });
    await again.room.responder.runShadow();
    expect(await again.shadowsOf()).toMatchObject([
      { state: 'not-asked', reason: expect.stringContaining('stopped by ada') },
    ]);
  });

  it('is not asked during maintenance that began meanwhile', async () => {
    const shadow = createModel('small-2', says('no'));
    const startsAt = new Date(START_MS + MINUTE_MS).toISOString();
    const endsAt = new Date(START_MS + 9 * MINUTE_MS).toISOString();
    const { room, shadowsOf } = await play(shadow, { rules: { maintenance: [{ startsAt, endsAt, namespace: 'shop' }] } });
    await room.workAll();
    room.wait(2 * MINUTE_MS);
    await room.responder.runShadow();
    expect(shadow.asked).toHaveLength(0);
    expect(await shadowsOf()).toMatchObject([{ state: 'not-asked', reason: 'no model is asked during maintenance' }]);
  });

  it('has nothing to be beside where nobody answered, and is not asked of members of a storm', async () => {
    const shadow = createModel('small-2', says('no'));
    const failing = createModel('small-1', () => Promise.reject(new Error('no')));
    const { room, shadowsOf } = await play(shadow, { analyzer: failing.analyzer });
    await room.workAll();
    expect(await room.responder.runShadow()).toBe(false);
    expect(await shadowsOf()).toEqual([]);

    const storm = { services: 2, withinMs: MINUTE_MS, joinWindowMs: MINUTE_MS };
    const stormy = await play(shadow, { rules: { storm } });
    await stormy.room.workAll();
    await stormy.room.responder.receive(alertOf({ fingerprint: 'f2', target: { service: 'cart', namespace: 'shop' } }));
    await stormy.room.workAll();
    while (await stormy.room.responder.runShadow());
    expect(await stormy.shadowsOf()).toMatchObject([
      { state: 'not-asked', reason: expect.stringContaining('the storm as a whole') },
    ]);
  });

  it('costs nothing that a real question needs: half of the day is kept, and incidents and services do not pay', async () => {
    const shadow = createModel('small-2', says('x'), 0.04);
    const budgets = { perIncidentUsd: 0.05, perServiceAndDayUsd: 0.03, perDayUsd: 0.1 };
    const { incidentId, model, room, shadowsOf, store } = await play(shadow, { budgets });
    await room.workAll();
    await room.responder.runShadow();
    expect(shadow.asked).toHaveLength(1);
    expect(await store.spending.sumOfDay(START_MS)).toEqual({
      ...{ usd: 0.05 },
      services: [
        { service: '(shadow)', usd: 0.04 },
        { service: 'checkout', usd: 0.01 },
      ],
    });
    room.wait(6 * MINUTE_MS);
    await room.responder.act({ incidentId, action: { kind: 'look-again' }, by: 'ann', via: 'api' });
    await room.workAll();
    // The incident's $0.05 and the service's $0.03 would not have held that and the shadow's $0.04.
    expect(model.asked).toHaveLength(2);
    await room.responder.runShadow();
    expect(shadow.asked).toHaveLength(1);
    expect(await shadowsOf()).toMatchObject([
      { look: 1, state: 'admitted' },
      { look: 2, state: 'not-asked', reason: expect.stringContaining('by shadows') },
    ]);
    await room.responder.receive(alertOf({ fingerprint: 'f2', target: { service: 'cart', namespace: 'other' } }));
    await room.workAll();
    const { items } = await store.listIncidents({ limit: 9 });
    const other = items.find(({ service }) => service === 'cart')?.id ?? '';
    while (await room.responder.runShadow());
    expect(await shadowsOf(other)).toMatchObject([
      { state: 'not-asked', reason: expect.stringContaining('kept for the answers that are shown') },
    ]);
    expect(model.asked).toHaveLength(3);
  });

  it('left over from a configuration that had one is done without being asked', async () => {
    const { room, shadowsOf, store } = await play(createModel('small-2', says('no')));
    await room.workAll();
    const without = openRoom(store);
    expect([await without.responder.runShadow(), await without.responder.runShadow()]).toEqual([true, false]);
    expect(await shadowsOf()).toEqual([]);
    expect(() => openRoom(store, { shadowAnalyzer: createModel('a', never).analyzer })).toThrow(/needs an `analyzer`/);
  });
}
