import type { Notification, Store } from '@midwatch/core/incident';
import { createMemoryStore } from '@midwatch/store/memory';
import { expect, it } from 'vitest';
import type { DeploySystem } from './__fixtures__/acting-remediator.js';
import { openActionRoom, USUAL } from './__fixtures__/action-room.js';
import { createChannel, START_MS } from './__fixtures__/incident-room.js';
import { createMortalStore } from './__fixtures__/mortal-store.js';

/** Longer than any lease. */
const TAKEN_OVER_MS = 30_000;
/** A process that dies at one of these dies as well before the next call that changes something. */
const reads = /^(get|list|search|lastResult|isApplied|measure|head|history|sumOfDay|findAlertStart)/;
/** Where it matters most whether it was done. */
const decisive = /^(begin|decide|end|append|recordEffect|request)$/;
const latencyAt = (atMs: number) => (atMs > START_MS + 30_000 ? USUAL : 8);

/** One incident from its alert to the end of the watch, with one process that dies on the way and another that goes on. */
async function live(dies: { readonly atCall: number; readonly isDone: boolean }, isByItself = false) {
  const store = createMemoryStore();
  const world: DeploySystem = { made: [], writes: [] };
  const clock = { nowMs: START_MS };
  const channel = createChannel();
  const mortal = createMortalStore(store, dies);
  const openLife = (seen: Store) =>
    openActionRoom(store, {
      ...{ clock, seen, script: { world, isAutomatic: isByItself, undoesByItself: isByItself } },
      latencyAt: isByItself ? () => 8 : latencyAt,
      room: { notifiers: [channel.notifier] },
    });
  let room = openLife(mortal.store);
  let incidentId = '';
  async function survive<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      if (!mortal.isDead()) throw error;
      clock.nowMs += TAKEN_OVER_MS;
      room = openLife(store);
      return work();
    }
  }
  incidentId = await survive(() => room.open());
  const planId = (await store.getIncident(incidentId))?.brief?.remedy?.planId ?? 'none';
  const approve = { kind: 'approve', planId } as const;
  const request = {
    incidentId,
    action: approve,
    by: 'ann',
    via: 'slack',
    role: 'approver',
    actionId: 'c1',
  } as const;
  const answer = isByItself ? undefined : await survive(() => room.room.responder.act(request));
  await survive(() => room.room.workAll());
  for (const minutes of isByItself ? [1, 2, 2, 6, 1, 2, 2, 5] : [1, 2, 2, 5]) {
    clock.nowMs += minutes * 60_000;
    await survive(() => room.room.workAll());
  }
  const { items } = await store.actions.log.list({ limit: 200, incidentId });
  return {
    ...{ answer, calls: mortal.calls, incidentId, planId, store, world },
    brief: (await store.getIncident(incidentId))?.brief,
    log: items.map((entry) => `${entry.planId} ${entry.actor} ${entry.action}`),
    last: channel.sent.at(-1) as Notification,
    outcomes: (await store.ledger.history(incidentId)).outcomes,
  };
}

it('begins once and tells the truth, wherever the process dies', async () => {
  const { calls } = await live({ atCall: Number.MAX_SAFE_INTEGER, isDone: false });
  const told = new Map<string, number>();
  const writes = calls
    .map((name, index) => ({ atCall: index + 1, name }))
    .filter(({ name }) => !reads.test(name));
  for (const [turn, { atCall, name }] of writes.entries()) {
    for (const isDone of decisive.test(name) ? [false, true] : [turn % 2 === 0]) {
      const life = await live({ atCall, isDone });
      const { answer, brief, last, log, outcomes, planId, store, world } = life;
      const at = `${name} ${atCall}, ${isDone ? 'done' : 'not done'}`;
      expect([at, answer?.outcome === 'done' || answer?.outcome === 'repeated']).toEqual([at, true]);
      expect([at, log.filter((entry) => entry.endsWith(' begun'))]).toEqual([
        at,
        [`${planId} midwatch begun`],
      ]);
      expect([at, log.length]).toEqual([at, new Set(log).size]);
      expect([at, log.slice(0, 4)]).toEqual([
        at,
        ['midwatch proposed', 'midwatch offered', 'ann approved', 'midwatch begun'].map(
          (each) => `${planId} ${each}`,
        ),
      ]);
      const isWritten = world.writes.length === 1;
      expect([at, world.writes]).toEqual([at, isWritten ? [planId] : []]);
      expect([at, brief?.remedy?.state]).toEqual([at, isWritten ? 'helped' : 'refused']);
      expect([at, last.brief.remedy?.text]).toEqual([at, brief?.remedy?.text]);
      expect([at, outcomes.length]).toEqual([at, isWritten ? 1 : 0]);
      expect([at, await store.steps.measure(START_MS + 3_600_000)]).toMatchObject([
        at,
        { running: 0, failed: 0 },
      ]);
      told.set(
        isWritten ? 'written' : 'not written',
        (told.get(isWritten ? 'written' : 'not written') ?? 0) + 1,
      );
    }
  }
  // Only between the beginning and the write is it lost, which is what may never be done twice.
  expect(told.get('not written')).toBe(1);
  expect(told.get('written')).toBeGreaterThan(50);
});

it('undoes once by itself what did not help, wherever the process dies', async () => {
  const { calls } = await live({ atCall: Number.MAX_SAFE_INTEGER, isDone: false }, true);
  const ends = new Map<string, number>();
  const writes = calls.map((name, index) => ({ index, name })).filter(({ name }) => !reads.test(name));
  for (const [turn, { index, name }] of writes.entries()) {
    // A third of them: the first test takes them all.
    if (turn % 3 !== 0 && name !== 'begin') continue;
    const isDone = turn % 2 === 0 || name === 'begin';
    const { brief, last, log, outcomes, store, world } = await live({ atCall: index + 1, isDone }, true);
    const at = `${name} ${index + 1}, ${isDone ? 'done' : 'not done'}`;
    const begun = log.filter((entry) => entry.endsWith(' begun'));
    const end = `${begun.length} begun, ${world.writes.length} written, ${brief?.remedy?.state}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
    expect([at, new Set(world.writes).size, new Set(log).size]).toEqual([
      at,
      world.writes.length,
      log.length,
    ]);
    expect([at, last.brief.remedy?.text]).toEqual([at, brief?.remedy?.text]);
    expect([at, outcomes.length]).toEqual([at, world.writes.length === 0 ? 0 : 1]);
    expect([at, await store.steps.measure(START_MS + 3_600_000)]).toMatchObject([
      at,
      { running: 0, failed: 0 },
    ]);
  }
  expect([...ends.keys()].toSorted()).toEqual([
    // Lost between its beginning and its write: it is not done, and there is nothing to undo.
    '1 begun, 0 written, refused',
    '2 begun, 1 written, no-effect',
    '2 begun, 2 written, no-effect',
  ]);
  expect(ends.get('2 begun, 2 written, no-effect')).toBeGreaterThan(30);
});
