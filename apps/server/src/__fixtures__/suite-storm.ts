import type { Alert, Store } from '@midwatch/core/incident';
import { expect, it } from 'vitest';
import { alertOf, analysisOf, createChannel, openRoom, START_MS } from './incident-room.js';

const MINUTE_MS = 60_000;

const alertOfService = (index: number, more: Partial<Alert> = {}) =>
  alertOf({ fingerprint: `f${index}`, target: { service: `service-${index}`, namespace: 'shop' }, ...more });

function countingAnalyzer() {
  const asked: (string | undefined)[] = [];
  return {
    asked,
    analyzer: {
      name: 'model',
      analyze: async ({ alert }: { readonly alert: Alert }) => {
        asked.push(alert.target.service ?? alert.name);
        return analysisOf('the model says');
      },
    },
  };
}

/** Alerts of many services at once. */
export function stormTests(open: () => Promise<Store>): void {
  it('is one incident with members, analysed once; those before it are not looked at', async () => {
    const { notifier, sent } = createChannel();
    const { analyzer, asked } = countingAnalyzer();
    const room = openRoom(await open(), { notifiers: [notifier], analyzer });
    for (let index = 1; index <= 12; index++) await room.responder.receive(alertOfService(index));
    await room.workAll();
    room.wait(MINUTE_MS);
    await room.workAll();
    const { items } = await room.store.listIncidents({ limit: 20 });
    expect(items).toHaveLength(10);
    const storm = items.find(({ title }) => title.startsWith('storm in shop'));
    expect(storm).toMatchObject({ title: 'storm in shop: 12 services, 3 alerts', alertCount: 3 });
    expect(asked).toEqual(['storm in shop']);
    expect(new Set(sent.map(({ incidentId }) => incidentId))).toEqual(new Set([storm?.id]));
    expect(sent.at(-1)?.brief.footer.notes[0]).toMatch(/^hit: service-\d+, .* and 4 more$/);
    const member = await room.store.getIncident(items.find(({ service }) => service === 'service-1')?.id ?? '');
    expect(member?.timeline).toContainEqual(
      expect.objectContaining({ action: 'part-of-storm', detail: { storm: storm?.id } }),
    );
  });

  it('is told on the messages that went out before; what fires after it is over is looked at', async () => {
    const { notifier, sent } = createChannel();
    const { analyzer, asked } = countingAnalyzer();
    const rules = { storm: { services: 3, withinMs: 120_000, joinWindowMs: 300_000 } };
    const room = openRoom(await open(), { notifiers: [notifier], analyzer, rules });
    const first = await room.responder.receive(alertOfService(1));
    await room.workAll();
    const second = await room.responder.receive(alertOfService(2));
    const storm = await room.responder.receive(alertOfService(3));
    await room.workAll();
    expect(asked).toEqual(['service-1', 'storm in shop']);
    const ofFirst = sent.filter(({ incidentId }) => incidentId === first.incidentId);
    expect(ofFirst.at(-1)).toMatchObject({
      previous: { messageId: 'm1' },
      brief: { footer: { notes: expect.arrayContaining([`part of the storm in shop, ${storm.incidentId}`]) } },
    });
    expect(sent.some(({ incidentId }) => incidentId === second.incidentId)).toBe(false);
    // Its second looks wait for the storm's end, and then it is told by itself.
    room.wait(16 * MINUTE_MS);
    await room.workAll();
    room.wait(MINUTE_MS);
    await room.responder.receive(alertOfService(3, { status: 'resolved', endsAtMs: START_MS + 17 * MINUTE_MS }));
    await room.workAll();
    expect(sent.filter(({ incidentId }) => incidentId === storm.incidentId).at(-1)?.brief.status).toBe('resolved');
    expect(sent.some(({ incidentId }) => incidentId === second.incidentId)).toBe(true);
  });

  it('is none when services fall one after the other, or when it is switched off', async () => {
    const slow = openRoom(await open());
    for (let index = 1; index <= 12; index++) {
      expect((await slow.responder.receive(alertOfService(index))).outcome).toBe('opened');
      slow.wait(14_000);
    }
    const off = openRoom(await open(), { rules: { storm: 'none' } });
    for (let index = 1; index <= 12; index++)
      expect((await off.responder.receive(alertOfService(index))).outcome).toBe('opened');
  });

  it('that never ends keeps its members no longer than its alerts come', async () => {
    const { notifier, sent } = createChannel();
    const rules = { storm: { services: 3, withinMs: 120_000, joinWindowMs: 300_000 } };
    const room = openRoom(await open(), { notifiers: [notifier], rules });
    await room.responder.receive(alertOfService(1));
    const member = await room.responder.receive(alertOfService(2));
    await room.responder.receive(alertOfService(3));
    const toldOfMember = () => sent.filter(({ incidentId }) => incidentId === member.incidentId);
    // Services join for twenty minutes, past all second looks; of none of them the alert ends.
    for (let minute = 0; minute <= 20; minute += 4) {
      await room.responder.receive(alertOfService(10 + minute));
      await room.workAll();
      room.wait(4 * MINUTE_MS);
    }
    // The last of them came four minutes ago, and incidents are joined for fifteen.
    room.wait(10 * MINUTE_MS);
    await room.workAll();
    expect(toldOfMember()).toHaveLength(0);
    room.wait(2 * MINUTE_MS);
    await room.workAll();
    expect(toldOfMember()).toHaveLength(1);
  });
}
