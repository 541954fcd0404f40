import type { Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleRecord, sampleSteps } from './sample-records.js';

const request = {
  id: 'appr-1',
  incidentId: 'inc-1',
  hash: 'sha256:aa',
  action: { action: 'rollback', to: 'rev-1' },
  requestedAtMs: 1_000,
  expiresAtMs: 5_000,
};

const noLedger = { analyses: 0, outcomes: 0, ratings: 0, memories: 0 };

function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (index * 31 + (index >> 8)) & 255;
  return bytes;
}

/** Equal content, without printing megabytes when it is not. */
function areEqual(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one?.byteLength === other.byteLength && one.every((value, index) => value === other[index]);
}

export function recordTests(current: () => Store): void {
  test('an approval is decided once and used once, with what follows from it', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    expect(await store.approvals.request(request)).toBe(true);
    expect(await store.approvals.request({ ...request, hash: 'sha256:bb' })).toBe(true);
    expect(await store.approvals.get('appr-1')).toEqual({ ...request, state: 'pending' });
    const { id, hash } = request;
    expect(await store.approvals.use({ id, hash, nowMs: 2_000 })).toBe('wrong-state');
    const decision = { id, hash, state: 'approved', by: 'ann', nowMs: 2_000 } as const;
    const decisions = await Promise.all(
      Array.from({ length: 5 }, () => store.approvals.decide({ ...decision, effects: sampleSteps(1) })),
    );
    expect(decisions.toSorted()).toEqual(['done', ...Array.from({ length: 4 }, () => 'wrong-state')]);
    expect(await store.approvals.get('appr-1')).toMatchObject({
      state: 'approved',
      decidedBy: 'ann',
      decidedAtMs: 2_000,
    });
    expect(await store.steps.get('inc-1', 's0')).toMatchObject({ state: 'waiting' });
    const audit = [{ actor: 'midwatch', action: 'rolled-back' }];
    expect(await store.approvals.use({ id, hash, nowMs: 3_000, effects: { audit } })).toBe('done');
    expect(await store.approvals.use({ id, hash, nowMs: 3_000, effects: { audit } })).toBe('wrong-state');
    expect((await store.getIncident('inc-1'))?.timeline).toHaveLength(1);
  });

  test('another hash, the expiry or a rejection keep the action from being taken', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    await store.approvals.request(request);
    const { id, hash } = request;
    const approve = {
      id,
      hash,
      state: 'approved',
      by: 'ann',
      nowMs: 4_999,
      effects: sampleSteps(1),
    } as const;
    expect(await store.approvals.decide({ ...approve, hash: 'sha256:bb' })).toBe('other-hash');
    expect(await store.approvals.decide({ ...approve, nowMs: 5_000 })).toBe('expired');
    expect(await store.approvals.decide({ ...approve, id: 'nothing' })).toBe('unknown');
    expect(await store.steps.get('inc-1', 's0')).toBeUndefined();
    expect(await store.approvals.decide(approve)).toBe('done');
    expect(await store.approvals.use({ id, hash, nowMs: 5_000 })).toBe('expired');
    await store.approvals.request({ ...request, id: 'appr-2' });
    expect(await store.approvals.decide({ ...approve, id: 'appr-2', state: 'rejected' })).toBe('done');
    expect(await store.approvals.use({ id: 'appr-2', hash, nowMs: 4_999 })).toBe('wrong-state');
    expect(await store.approvals.request({ ...request, id: 'appr-3', incidentId: 'nobody' })).toBe(false);
    expect(await store.approvals.get('appr-3')).toBeUndefined();
  });

  test('the audit log keeps the order of its entries, of all incidents and of one', async () => {
    const store = current();
    await store.audit.append([]);
    await store.audit.append([
      { atMs: 9, actor: 'ann', action: 'kill-switch-on' },
      { atMs: 5, incidentId: 'inc-1', actor: 'midwatch', action: 'proposed', detail: [1] },
      { atMs: 5, incidentId: 'inc-2', actor: 'midwatch', action: 'proposed' },
      { atMs: 7, incidentId: 'inc-1', actor: 'ann', action: 'approved', detail: null },
    ]);
    const first = await store.audit.list({ limit: 3 });
    expect(first.items).toEqual([
      { atMs: 7, incidentId: 'inc-1', actor: 'ann', action: 'approved', detail: null },
      { atMs: 5, incidentId: 'inc-2', actor: 'midwatch', action: 'proposed' },
      { atMs: 5, incidentId: 'inc-1', actor: 'midwatch', action: 'proposed', detail: [1] },
    ]);
    await store.audit.append([{ atMs: 10, actor: 'bob', action: 'kill-switch-off' }]);
    const second = await store.audit.list({ limit: 3, cursor: first.next! });
    expect(second).toEqual({ items: [{ atMs: 9, actor: 'ann', action: 'kill-switch-on' }] });
    const own = await store.audit.list({ limit: 1, incidentId: 'inc-1' });
    expect(own.items).toMatchObject([{ action: 'approved' }]);
    const rest = await store.audit.list({ limit: 1, incidentId: 'inc-1', cursor: own.next! });
    expect(rest.items).toMatchObject([{ action: 'proposed' }]);
    expect(rest).not.toHaveProperty('next');
  });

  test('one entry that cannot be kept keeps all of them out', async () => {
    const store = current();
    const good = { atMs: 1, actor: 'ann', action: 'looked' };
    await expect(store.audit.append([good, { ...good, atMs: 0.5 }])).rejects.toMatchObject({
      code: 'bad-time',
    });
    await expect(store.audit.append([good, { ...good, detail: 1n }])).rejects.toMatchObject({
      code: 'not-json',
    });
    expect(await store.audit.list({ limit: 1 })).toEqual({ items: [] });
  });

  test('bundles of any length up to 8 MiB come back byte by byte', async () => {
    const store = current();
    for (const length of [0, 1, 1_048_576, 1_048_577, 8_388_608]) {
      const bytes = pattern(length);
      await store.bundles.put(`b-${length}`, bytes, 1_000);
      expect(areEqual(await store.bundles.get(`b-${length}`), bytes)).toBe(true);
    }
    await expect(store.bundles.put('too-large', new Uint8Array(8_388_609), 1_000)).rejects.toMatchObject({
      code: 'too-large',
    });
    expect(await store.bundles.get('too-large')).toBeUndefined();
  });

  test('a bundle is replaced as a whole, and deleted once', async () => {
    const store = current();
    await store.bundles.put('b', pattern(2_000_000), 1_000);
    const given = pattern(10);
    await store.bundles.put('b', given, 2_000);
    given.fill(0);
    expect(await store.bundles.get('b')).toEqual(pattern(10));
    expect(await store.bundles.delete('b')).toBe(true);
    expect(await store.bundles.delete('b')).toBe(false);
    expect(await store.bundles.get('b')).toBeUndefined();
  });

  test('retention deletes the oldest first, in bounded batches, and all that hangs on them', async () => {
    const store = current();
    for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
      const nowMs = 1_000 * (index + 1);
      await store.recordAlert(
        sampleRecord({
          incidentId: id,
          groupKey: id,
          nowMs,
          alert: { fingerprint: id },
          effects: { opened: { ...sampleSteps(1), audit: [{ actor: 'midwatch', action: 'opened' }] } },
        }),
      );
      await store.approvals.request({ ...request, id, incidentId: id });
      await store.bundles.put(id, pattern(10), nowMs);
    }
    // What was touched lately stays, however old it is.
    await store.apply({ incidentId: 'a', nowMs: 9_000, effects: {} });
    const before = { incidentsBeforeMs: 4_000, bundlesBeforeMs: 3_000, auditBeforeMs: 3_001 };
    expect(await store.prune({ ...before, limit: 1 })).toEqual({
      incidents: 1,
      bundles: 1,
      auditEntries: 1,
      changes: 0,
      ...noLedger,
    });
    expect(await store.getIncident('b')).toBeUndefined();
    expect(await store.getIncident('c')).toBeDefined();
    expect(await store.prune({ ...before, limit: 10 })).toEqual({
      incidents: 1,
      bundles: 1,
      auditEntries: 2,
      changes: 0,
      ...noLedger,
    });
    expect(await store.prune({ ...before, limit: 10 })).toEqual({
      incidents: 0,
      bundles: 0,
      auditEntries: 0,
      changes: 0,
      ...noLedger,
    });
    expect(await store.prune({ limit: 10 })).toEqual({
      incidents: 0,
      bundles: 0,
      auditEntries: 0,
      changes: 0,
      ...noLedger,
    });
    expect((await store.listIncidents({ limit: 10 })).items.map(({ id }) => id)).toEqual(['d', 'a']);
    expect(await store.steps.get('b', 's0')).toBeUndefined();
    expect(await store.approvals.get('b')).toBeUndefined();
    expect(await store.bundles.get('a')).toBeUndefined();
    expect(areEqual(await store.bundles.get('c'), pattern(10))).toBe(true);
    expect((await store.audit.list({ limit: 10 })).items.map(({ incidentId }) => incidentId)).toEqual(['d']);
    // The alert went with its incident, so it may open one again.
    const again = sampleRecord({ incidentId: 'b2', groupKey: 'b', alert: { fingerprint: 'b' } });
    expect(await store.recordAlert(again)).toMatchObject({ outcome: 'opened' });
  });
}
