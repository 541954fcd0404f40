import type { Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { sampleAlert, sampleRecord } from './sample-records.js';

/** Texts that databases, SQL or JSON stumble over. */
const hostile = [
  `'; drop table incident; --`,
  `"quoted" \\ back\\slash \`tick\` $1 ? :name %s`,
  '\u0001\u0002\t\r\n\u001b[31m',
  '日本語 🦊 e\u0301 \u202e\uFEFF',
  '__proto__',
  ' leading and trailing ',
  '',
];

export function textTests(current: () => Store): void {
  test.each(hostile)('text that came from outside comes back as it was: %j', async (text) => {
    const store = current();
    const target = { service: text, namespace: text, environment: text };
    const alert = sampleAlert({
      fingerprint: text,
      name: text,
      severity: text,
      target,
      labels: JSON.parse(`{${JSON.stringify(text)}: ${JSON.stringify(text)}}`),
    });
    const effects = {
      steps: [{ key: text, kind: text, input: { text }, dueAtMs: 0 }],
      deliveries: [{ key: text, channel: text, payload: [text], dueAtMs: 0 }],
      audit: [{ actor: text, action: text, detail: text }],
    };
    await store.recordAlert({
      ...sampleRecord(),
      alert,
      incidentId: text,
      groupKey: text,
      effects: { opened: effects },
    });
    const incident = await store.getIncident(text);
    expect(incident).toMatchObject({ id: text, groupKey: text, title: text, service: text, severity: text });
    expect(incident?.alerts).toEqual([{ alert, recordedAtMs: 10_000 }]);
    expect(incident?.timeline).toMatchObject([{ actor: text, action: text, detail: text }]);
    expect(await store.recordAlert({ ...sampleRecord(), alert })).toMatchObject({ outcome: 'repeated' });
    const step = await store.steps.claim({ nowMs: 1, leaseMs: 1 });
    expect(step).toMatchObject({ key: text, kind: text, input: { text } });
    expect(await store.steps.complete(step!, { nowMs: 2, result: text })).toBe(true);
    const sent = await store.outbox.claim({ nowMs: 1, leaseMs: 1 });
    await store.outbox.complete(sent!, { nowMs: 2, result: [text] });
    expect(await store.outbox.lastResult(text, text)).toEqual([text]);
    expect((await store.listIncidents({ limit: 1, cursor: `10001.${text}` })).items).toHaveLength(1);
    await store.bundles.put(text, Uint8Array.of(1), 1);
    expect(await store.bundles.get(text)).toEqual(Uint8Array.of(1));
  });

  test('NUL and half characters stay in documents, and become U+FFFD in names and keys', async () => {
    const store = current();
    const text = 'a\0b\ud800c';
    const alert = sampleAlert({ fingerprint: text, name: text, annotations: { text } });
    await store.recordAlert({ ...sampleRecord({ incidentId: text }), alert });
    const incident = await store.getIncident(text);
    expect(incident).toMatchObject({ id: 'a\uFFFDb\uFFFDc', title: 'a\uFFFDb\uFFFDc' });
    expect(incident?.alerts[0]?.alert).toEqual(alert);
    expect(await store.recordAlert({ ...sampleRecord(), alert })).toMatchObject({ outcome: 'repeated' });
  });

  test('names that differ only behind a NUL are two', async () => {
    const store = current();
    await store.recordAlert(sampleRecord({ incidentId: 'a\0b', groupKey: 'one' }));
    await store.recordAlert(
      sampleRecord({ incidentId: 'a\0c', groupKey: 'two', alert: { fingerprint: 'f2' } }),
    );
    expect((await store.listIncidents({ limit: 9 })).items).toHaveLength(2);
  });

  test('a mebibyte is refused wherever it is put, in bytes and not in characters', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    const large = 'x'.repeat(1_048_576);
    const refusals = [
      store.recordAlert(sampleRecord({ alert: { fingerprint: 'f2', description: large } })),
      store.recordAlert(sampleRecord({ incidentId: large, alert: { fingerprint: 'f2' } })),
      store.apply({ incidentId: 'inc-1', nowMs: 1, effects: { audit: [{ actor: large, action: 'a' }] } }),
      store.apply({
        incidentId: 'inc-1',
        nowMs: 1,
        effects: { steps: [{ key: 'k', kind: 'k', input: '\u20ac'.repeat(90_000), dueAtMs: 0 }] },
      }),
      store.getIncident(large),
      store.bundles.put(large, new Uint8Array(1), 1),
    ];
    for (const refusal of refusals) {
      await expect(refusal).rejects.toMatchObject({
        code: 'too-large',
        message: expect.stringMatching(/^an? .{2,40} has \d+ bytes, at most 262144 are kept/),
      });
    }
    expect((await store.getIncident('inc-1'))?.alertCount).toBe(1);
  });

  test('what is no JSON is refused by name', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const payload of [circle, 1n, () => 1]) {
      await expect(
        store.apply({
          incidentId: 'inc-1',
          nowMs: 1,
          effects: { deliveries: [{ key: 'k', channel: 'c', payload, dueAtMs: 0 }] },
        }),
      ).rejects.toMatchObject({ code: 'not-json', message: expect.stringContaining("a delivery's payload") });
    }
  });

  test('what the caller changes afterwards is not changed in the store', async () => {
    const store = current();
    const input = { list: [1] };
    const effects = { opened: { steps: [{ key: 'k', kind: 'k', input, dueAtMs: 0 }] } };
    await store.recordAlert(sampleRecord({ effects }));
    input.list.push(2);
    const read = await store.steps.get('inc-1', 'k');
    expect(read?.input).toEqual({ list: [1] });
    (read!.input as typeof input).list.push(3);
    expect((await store.steps.get('inc-1', 'k'))?.input).toEqual({ list: [1] });
  });
}
