import type { ConnectorV1 } from '@midwatch/core';
import type { Store } from '@midwatch/core/incident';
import { type GivenRules, readSelfState, watchItself } from '@midwatch/responder';
import { createRedactor } from '@midwatch/redaction';
import { expect, it } from 'vitest';
import { alertOf, createChannel, linesOf, logSource, openRoom, START_MS } from './incident-room.js';

const MINUTE_MS = 60_000;

interface Watched {
  readonly rules?: GivenRules;
  readonly connectors?: readonly ConnectorV1[];
}

/** Replicas over one store, with one clock and a channel, that look at themselves once a minute. */
function openWatch(store: Store, { connectors, rules = {} }: Watched = {}) {
  let nowMs = START_MS;
  const { notifier, sent } = createChannel();
  const asked = connectors ?? [logSource('lines', async () => linesOf('checkout', 3))];
  const room = openRoom(store, { rules, connectors: asked, notifiers: [notifier], now: () => nowMs });
  const watch = () =>
    watchItself({
      ...{ store, rules, connectors: asked, notifiers: [notifier], redact: createRedactor(), now: () => nowMs },
    });
  return {
    ...{ room, sent },
    now: () => nowMs,
    /** Minute by minute, three replicas at a time. */
    async pass(minutes: number, each: () => Promise<unknown> = async () => undefined) {
      for (let minute = 0; minute < minutes; minute++) {
        nowMs += MINUTE_MS;
        await each();
        await Promise.all([watch(), watch(), watch()]);
        await room.workAll();
      }
    },
  };
}

function failing(id: string, health: () => boolean) {
  let asked = 0;
  const connector: ConnectorV1 = {
    ...logSource(id, async () => linesOf('checkout', 3)),
    checkHealth: async () => {
      asked += 1;
      return health()
        ? { state: 'healthy' as const }
        : { state: 'unhealthy' as const, detail: 'HTTP 401, password=hunter2hunter2' };
    },
  };
  return { connector, asked: () => asked };
}

/** Midwatch that does not see: it says so itself. */
export function blindnessTests(open: () => Promise<Store>): void {
  it('a source that does not answer is dead after three checks: said once, in briefs too, and once more when it is back', async () => {
    const store = await open();
    let isUp = true;
    const { asked, connector } = failing('loki', () => isUp);
    const { pass, room, sent } = openWatch(store, { connectors: [connector] });
    await pass(6);
    // Of three replicas one asks, every five minutes.
    expect(asked()).toBe(2);
    isUp = false;
    await pass(12);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.brief).toMatchObject({
      status: 'firing',
      headline: expect.stringContaining('Midwatch is blind: loki has not answered since 03:36 UTC'),
      cause: expect.stringMatching(/loki has not answered since 03:36 UTC \(HTTP 401, .+\)/),
      footer: { analyzer: 'none' },
    });
    expect(JSON.stringify(sent)).not.toContain('hunter2');
    // Nothing is read for it, and no model is asked.
    const ownId = sent[0]?.incidentId ?? '';
    for (const key of ['collect-1', 'analyze-1'])
      expect(await store.steps.get(ownId, key)).toBeUndefined();
    const { incidentId } = await room.responder.receive(alertOf());
    await room.workAll();
    expect((await store.getIncident(incidentId))?.brief?.footer.notes.join()).toContain(
      'Midwatch itself: loki has not answered since 03:36 UTC',
    );
    expect(await readSelfState(store)).toMatchObject({
      blind: [{ kind: 'source', name: 'loki' }],
      sources: [{ id: 'loki', state: 'failing', isDead: true, lastOkMs: START_MS + 6 * MINUTE_MS }],
    });
    isUp = true;
    await pass(4);
    const own = sent.filter((each) => each.incidentId === sent[0]?.incidentId);
    expect(own.map(({ brief }) => [brief.status, brief.headline.slice(0, 19)])).toEqual([
      ['firing', 'Midwatch is blind: '],
      ['resolved', 'Midwatch sees again'],
    ]);
    expect(own[1]?.previous).toMatchObject({ messageId: 'm1' });
    expect(await store.getIncident(own[0]?.incidentId ?? '')).toMatchObject({ status: 'resolved' });
    expect((await readSelfState(store)).blind).toEqual([]);
  });

  it.each(['firing', 'resolved'] as const)('no alert from outside gets at its incident: %s', async (status) => {
    const store = await open();
    let isUp = true;
    const { connector } = failing('loki', () => isUp);
    const { now, pass, room, sent } = openWatch(store, { connectors: [connector] });
    await pass(6);
    isUp = false;
    await pass(12);
    const [{ incidentId: ownId } = { incidentId: '' }] = sent;
    const own = await store.getIncident(ownId);
    const [{ alert } = { alert: alertOf() }] = own?.alerts ?? [];
    // All that a sender can choose, as our own alert has it; the source as nobody's parser gives it.
    for (const source of ['generic', alert.source])
      for (const more of [{}, { startsAtMs: now(), isStartUnknown: true } as const]) {
        const { incidentId } = await room.responder.receive({ ...alert, source, status, ...more });
        expect(incidentId).not.toBe(ownId);
      }
    await room.workAll();
    expect(await store.getIncident(ownId)).toEqual(own);
    isUp = true;
    await pass(12);
    expect(sent.findLast((each) => each.incidentId === ownId)?.brief.headline).toBe('Midwatch sees again');
    expect(await store.getIncident(ownId)).toMatchObject({ status: 'resolved', alertCount: 1 });
  });

  it('what flaps is one message: nothing is told before it has held, and the same incident goes on', async () => {
    const store = await open();
    let isUp = true;
    const { connector } = failing('loki', () => isUp);
    const watch = { deadAfterChecks: 1, holdMs: 3 * MINUTE_MS };
    const { pass, sent } = openWatch(store, { connectors: [connector], rules: { watch } });
    for (let round = 0; round < 10; round++) {
      isUp = !isUp;
      await pass(2);
    }
    expect(sent).toHaveLength(0);
    for (let round = 0; round < 3; round++) {
      isUp = false;
      await pass(12);
      isUp = true;
      await pass(12);
    }
    expect(new Set(sent.map(({ incidentId }) => incidentId)).size).toBe(1);
    expect(sent.map(({ brief }) => brief.status)).toEqual(
      Array.from({ length: 3 }, () => ['firing', 'resolved']).flat(),
    );
    expect(new Set(sent.slice(1).map(({ previous }) => previous?.messageId))).toEqual(new Set(['m1']));
  });

  it('a heartbeat opens no incident; one that is not heard is told, each environment by itself', async () => {
    const store = await open();
    const rules = {
      heartbeats: [
        { alert: 'Watchdog', environment: 'prod', everyMs: 5 * MINUTE_MS },
        { alert: 'Watchdog', environment: 'stage', labels: { cluster: 'eu' }, everyMs: 5 * MINUTE_MS },
      ],
    };
    const { now, pass, room, sent } = openWatch(store, { rules });
    const beat = (environment: string, cluster: string) =>
      room.responder.receive(
        alertOf({ name: 'Watchdog', target: { environment }, labels: { cluster }, startsAtMs: START_MS }),
      );
    const both = async () => {
      expect(await beat('prod', 'us')).toMatchObject({ outcome: 'heartbeat' });
      await beat('stage', 'eu');
    };
    await pass(10, both);
    expect(sent).toEqual([]);
    expect((await store.listIncidents({ limit: 9 })).items).toEqual([]);
    const lastMs = now();
    // Another cluster's is not the one that was asked for: it is an alert as any other.
    await pass(9, async () => beat('prod', 'us'));
    expect(sent).toHaveLength(1);
    expect(sent[0]?.brief.cause).toContain('the heartbeat Watchdog in stage (cluster=eu) was not heard since 03:40 UTC');
    expect(await readSelfState(store)).toMatchObject({
      heartbeats: [
        { name: 'Watchdog in prod', isMissing: false, heardAtMs: now() },
        { name: 'Watchdog in stage (cluster=eu)', isMissing: true, heardAtMs: lastMs },
      ],
    });
    expect(await beat('stage', 'us')).toMatchObject({ outcome: 'opened' });
    await pass(4, both);
    expect(sent.filter(({ incidentId }) => incidentId === sent[0]?.incidentId).at(-1)?.brief.status).toBe('resolved');
  });

  it('one that was never heard is missing from when it was listened for, and a resolved one is not heard', async () => {
    const store = await open();
    const rules = { heartbeats: [{ alert: 'Watchdog', everyMs: 5 * MINUTE_MS }] };
    const { pass, room, sent } = openWatch(store, { rules });
    await pass(6, async () => room.responder.receive(alertOf({ name: 'Watchdog', status: 'resolved', endsAtMs: 1 })));
    expect(sent).toEqual([]);
    await pass(4);
    expect(sent.map(({ brief }) => brief.cause).join()).toContain('Watchdog was never heard since 03:31 UTC');
  });

  it('first looks that mostly fail are told; a source that is well and answers nothing is not well', async () => {
    const store = await open();
    const broken = logSource('lines', async () => Promise.reject(new TypeError('no')));
    const { pass, room, sent } = openWatch(store, { connectors: [broken], rules: { storm: 'none' } });
    for (let index = 0; index < 6; index++) {
      const target = { service: `s${index}`, namespace: 'shop' };
      await room.responder.receive(alertOf({ fingerprint: `f${index}`, target }));
    }
    await room.workAll();
    const before = sent.length;
    await pass(8);
    const told = sent.slice(before).filter(({ brief }) => brief.service === 'midwatch');
    expect(told.at(-1)?.brief.cause).toContain('0 of the last 6 first looks were complete');
    expect(told.at(-1)?.brief.cause).toContain('lines has never answered');
    expect(await readSelfState(store)).toMatchObject({
      firstLooks: { count: 6, complete: 0 },
      sources: [{ id: 'lines', state: 'failing' }],
    });
  });

  it('first looks that nobody makes are told as well', async () => {
    const { room, pass, sent } = openWatch(await open());
    for (let index = 0; index < 6; index++)
      await room.responder.receive(alertOf({ fingerprint: `f${index}`, target: { service: `service-${index}` } }));
    // The work stands still, and is claimed by processes that do not end it.
    const { responder, store } = room;
    const claimAll = async (nowMs: number) => {
      while ((await store.steps.claim({ nowMs, leaseMs: 50 * MINUTE_MS })) !== undefined) continue;
    };
    await claimAll(START_MS);
    await pass(12);
    const { blind } = await readSelfState(store);
    expect(blind.map(({ text }) => text)).toEqual(['0 of the last 6 first looks were complete (6 failed)']);
    while (await responder.deliver()) continue;
    expect(sent.at(-1)?.brief.headline).toContain('Midwatch is blind: 0 of the last 6 first looks');
  });

  it('a watch that dies at any write: the next one tells the same, in one message', async () => {
    for (let dies = 1; dies <= 12; dies++) {
      const store = await open();
      const { connector } = failing('loki', () => false);
      let writes = 0;
      const mayDie = <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
        async (...args: Args) => {
          writes += 1;
          if (writes === dies) throw new Error('killed');
          return write(...args);
        };
      const { controls } = store;
      const mortal: Store = {
        ...store,
        recordAlert: mayDie(store.recordAlert),
        apply: mayDie(store.apply),
        controls: { ...controls, set: mayDie(controls.set), takeTurn: mayDie(controls.takeTurn) },
      };
      const { notifier, sent } = createChannel();
      let nowMs = START_MS;
      const rules = { watch: { deadAfterChecks: 1, holdMs: MINUTE_MS } };
      const own = { rules, connectors: [connector], notifiers: [notifier], now: () => nowMs };
      const room = openRoom(store, own);
      for (let minute = 0; minute < 6; minute++) {
        nowMs += MINUTE_MS;
        await watchItself({ ...own, store: mortal, redact: 'none' }).catch(() => undefined);
        await room.workAll();
      }
      expect(writes).toBeGreaterThanOrEqual(dies);
      expect([dies, sent.map(({ brief }) => brief.status)]).toEqual([dies, ['firing']]);
      expect((await store.listIncidents({ limit: 9 })).items).toHaveLength(1);
    }
  });
}
