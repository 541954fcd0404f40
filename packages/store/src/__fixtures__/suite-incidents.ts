import type { Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleBrief, sampleRecord } from './sample-records.js';

async function openIncidents(store: Store, prefix: string, count: number, nowMs = 10_000): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const name = `${prefix}${index}`;
    await store.recordAlert(
      sampleRecord({ incidentId: name, groupKey: name, nowMs, alert: { fingerprint: name } }),
    );
  }
}

export function incidentTests(current: () => Store): void {
  test('a brief, a step, a delivery and an entry of the audit log are put in together', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    const brief = sampleBrief('checkout fails: POOL_MAX was cut');
    const applied = await store.apply({
      incidentId: 'inc-1',
      nowMs: 12_000,
      effects: {
        brief,
        steps: [{ key: 'next', kind: 'analyze', dueAtMs: 12_000 }],
        deliveries: [{ key: 'msg-1', channel: 'slack', payload: { text: 'hello' }, dueAtMs: 12_000 }],
        audit: [{ actor: 'ann', action: 'looked' }],
      },
    });
    expect(applied).toBe(true);
    const incident = await store.getIncident('inc-1');
    expect(incident).toMatchObject({
      title: brief.headline,
      verdict: 'cause-found',
      confidence: 'HIGH',
      brief,
    });
    expect(incident?.updatedAtMs).toBe(12_000);
    expect(incident?.timeline).toEqual([
      { atMs: 12_000, incidentId: 'inc-1', actor: 'ann', action: 'looked' },
    ]);
    expect(await store.steps.get('inc-1', 'next')).toMatchObject({ queuedAtMs: 12_000 });
    expect(await store.outbox.get('inc-1', 'msg-1')).toMatchObject({
      channel: 'slack',
      payload: { text: 'hello' },
    });
    const [listed] = (await store.listIncidents({ limit: 1 })).items;
    expect(listed).toMatchObject({ title: brief.headline, verdict: 'cause-found' });
    expect(listed).not.toHaveProperty('brief');
  });

  test('an incident that is not there takes nothing', async () => {
    const store = current();
    const effects = { steps: [{ key: 's', kind: 'k', dueAtMs: 0 }], audit: [{ actor: 'a', action: 'b' }] };
    expect(await store.apply({ incidentId: 'nobody', nowMs: 1, effects })).toBe(false);
    expect(await store.steps.get('nobody', 's')).toBeUndefined();
    expect(await store.getIncident('nobody')).toBeUndefined();
    expect(await store.audit.list({ limit: 10 })).toEqual({ items: [] });
  });

  test('pages hold every incident once, the newest first, whatever is opened meanwhile', async () => {
    const store = current();
    await openIncidents(store, 'old-', 4, 1_000);
    await openIncidents(store, 'same-', 5, 2_000);
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 10; page += 1) {
      const answer = await store.listIncidents({ limit: 2, ...(cursor !== undefined && { cursor }) });
      seen.push(...answer.items.map(({ id }) => id));
      await openIncidents(store, `new-${page}-`, 1, 3_000 + page);
      cursor = answer.next;
      if (cursor === undefined) break;
    }
    expect(seen).toEqual([
      ...['same-4', 'same-3', 'same-2', 'same-1', 'same-0'],
      ...['old-3', 'old-2', 'old-1', 'old-0'],
    ]);
  });

  test('a page that is exactly full is the last one', async () => {
    const store = current();
    await openIncidents(store, 'i', 2);
    expect(await store.listIncidents({ limit: 2 })).not.toHaveProperty('next');
  });

  test('limits and cursors that no page has are refused', async () => {
    const store = current();
    for (const page of [
      ...[0, 201, 1.5, Number.NaN].map((limit) => ({ limit })),
      ...['', 'x', '.', "1' or 1=1", '99999999999999999999.a'].map((cursor) => ({ limit: 1, cursor })),
    ]) {
      await expect(store.listIncidents(page)).rejects.toMatchObject({ code: 'bad-page' });
      await expect(store.outbox.listDead(page)).rejects.toMatchObject({ code: 'bad-page' });
      await expect(store.audit.list(page)).rejects.toMatchObject({ code: 'bad-page' });
    }
  });

  test('a storm brings its first 200 alerts and the newest 500 entries', async () => {
    const store = current();
    for (let index = 0; index < 201; index += 1) {
      await store.recordAlert(sampleRecord({ nowMs: 10_000 + index, alert: { fingerprint: `f${index}` } }));
    }
    await store.audit.append(
      Array.from({ length: 501 }, (_, index) => ({
        atMs: index,
        incidentId: 'inc-1',
        actor: 'midwatch',
        action: `entry-${index}`,
      })),
    );
    const incident = await store.getIncident('inc-1');
    expect(incident?.alertCount).toBe(201);
    expect(incident?.alerts).toHaveLength(200);
    expect(incident?.alerts[0]?.alert.fingerprint).toBe('f0');
    expect(incident?.timeline).toHaveLength(500);
    expect(incident?.timeline.at(-1)?.action).toBe('entry-500');
  });
}
