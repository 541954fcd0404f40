import { createMemoryStore } from '@midwatch/store/memory';
import { expect, it } from 'vitest';
import { alertOf, analysisOf, createChannel, openRoom } from './__fixtures__/incident-room.js';

const SERVICES = 500;
const ALERTS = 10_000;

/** docs/life-cycle.md promises it of one environment and namespace. */
it('10,000 alerts of 500 services: 10 incidents and one model call while they come; what burns on without them is looked at by itself', {
  timeout: 120_000,
}, async () => {
  const { notifier, sent } = createChannel();
  let asked = 0;
  const analyzer = {
    name: 'model',
    analyze: async () => {
      asked += 1;
      return analysisOf('the model says');
    },
  };
  const room = openRoom(createMemoryStore(), { notifiers: [notifier], analyzer });
  const outcomes = new Map<string, number>();
  for (let index = 0; index < ALERTS; index++) {
    // Over 100 s: each service's alerts come again and again.
    if (index > 0 && index % 1_000 === 0) room.wait(10_000);
    const service = `service-${index % SERVICES}`;
    const { outcome } = await room.responder.receive(
      alertOf({ fingerprint: `f${index}`, target: { service, namespace: 'shop' } }),
    );
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const workFor = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      // More steps than `workAll` would do.
      while (await room.responder.runStep()) await room.responder.deliver();
      await room.workAll();
      room.wait(60_000);
    }
  };
  await workFor(14);
  const { items } = await room.store.listIncidents({ limit: 200 });
  expect(items).toHaveLength(10);
  expect(Object.fromEntries(outcomes)).toEqual({ opened: 10, joined: ALERTS - 10 });
  expect(asked).toBe(1);
  expect(items.reduce((sum, { alertCount }) => sum + alertCount, 0)).toBe(ALERTS);
  // One message, edited as it grows.
  expect(sent.filter(({ previous }) => previous === undefined)).toHaveLength(1);
  expect(sent.length).toBeLessThan(10);
  expect(items.find(({ title }) => title.startsWith('storm in shop'))?.title).toMatch(
    /or more services, 9820 alerts$/,
  );
  // No alert came for a quarter of an hour, and none has resolved.
  await workFor(10);
  expect(asked).toBe(10);
  expect(sent.filter(({ previous }) => previous === undefined)).toHaveLength(10);
  expect((await room.store.listIncidents({ limit: 200 })).items).toHaveLength(10);
});

it('worked on while it comes: a model call for each incident before the storm, and one for the storm', async () => {
  let asked = 0;
  const analyzer = {
    name: 'model',
    analyze: async () => {
      asked += 1;
      return analysisOf('the model says');
    },
  };
  const room = openRoom(createMemoryStore(), { analyzer });
  for (let index = 0; index < 200; index++) {
    const target = { service: `service-${index % 100}`, namespace: 'shop' };
    await room.responder.receive(alertOf({ fingerprint: `f${index}`, target }));
    await room.workAll();
  }
  for (let minute = 0; minute < 20; minute++) {
    room.wait(60_000);
    await room.workAll();
  }
  expect((await room.store.listIncidents({ limit: 200 })).items).toHaveLength(10);
  expect(asked).toBe(10);
});

it('2,000 alerts of 500 services in bodies of 50, many of them at once: still 10 incidents', async () => {
  const room = openRoom(createMemoryStore());
  const alerts = Array.from({ length: 2_000 }, (_, index) => {
    const target = { service: `service-${index % SERVICES}`, namespace: 'shop' };
    return alertOf({ fingerprint: `f${index}`, target });
  });
  const bodies = Array.from({ length: 40 }, (_, body) => alerts.slice(body * 50, body * 50 + 50));
  const received = (await Promise.all(bodies.map((body) => room.responder.receiveAll(body)))).flat();
  const outcomes = received.map((each) => each.status === 'fulfilled' && each.value.outcome);
  expect(outcomes.filter((outcome) => outcome === 'opened')).toHaveLength(10);
  expect(outcomes.filter((outcome) => outcome === 'joined')).toHaveLength(1_990);
  const { items } = await room.store.listIncidents({ limit: 200 });
  expect(items.reduce((sum, { alertCount }) => sum + alertCount, 0)).toBe(2_000);
});
