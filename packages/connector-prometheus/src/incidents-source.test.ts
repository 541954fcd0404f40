import { describe, expect, test } from 'vitest';
import { connect } from './__fixtures__/connect.js';
import { recorded } from './__fixtures__/recorded.js';

/** The hour in which the recorded alerts began. */
const window = { startMs: Date.UTC(2026, 10, 23, 4, 0), endMs: Date.UTC(2026, 10, 23, 5, 0) };
const from = (name: string) => connect(() => recorded(name));

describe.each(['alerts', 'alerts.2.42', 'alerts.vmalert'])('%s', (name) => {
  test('firing alerts with service, object and full-precision time, ascending', async () => {
    const { incidents, sent } = from(name);
    const { gaps, provenance, signals } = await incidents({ window });
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/v1/alerts']);
    expect(gaps).toEqual([]);
    const pool = signals.find(({ reason }) => reason === 'DBPoolExhausted')!;
    expect(pool).toMatchObject({
      service: 'orders',
      namespace: 'shop',
      severity: 'critical',
      state: 'firing',
      object: expect.stringMatching(/^pod\/orders-5d4b9c7f6-/) as string,
      title: expect.stringMatching(/^Pool HikariPool-1 on orders-5d4b9c7f6-\w+ is exhausted$/) as string,
      queryId: provenance[0]!.queryId,
    });
    expect(pool.timeUnixNano.slice(0, 13)).toBe(String(pool.timestampMs));
    const times = signals.map(({ timestampMs }) => timestampMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(signals.map(({ id }) => id)).size).toBe(signals.length);
  });

  test('the alert that always fires is none', async () => {
    const { signals } = await from(name).incidents({ window });
    expect(signals.map(({ reason }) => reason)).not.toContain('Watchdog');
  });

  test('one service', async () => {
    const { signals } = await from(name).incidents({
      window,
      target: { service: 'orders', namespace: 'shop' },
    });
    expect(signals.length).toBeGreaterThan(0);
    expect(new Set(signals.map(({ service }) => service))).toEqual(new Set(['orders']));
  });

  test('another namespace', async () => {
    const { signals } = await from(name).incidents({
      window,
      target: { service: 'orders', namespace: 'test' },
    });
    expect(signals).toEqual([]);
  });
});

test('nanoseconds of the beginning are kept', async () => {
  const { signals } = await from('alerts').incidents({ window });
  const pool = signals.find(({ reason }) => reason === 'DBPoolExhausted')!;
  expect(pool.timeUnixNano.slice(-9)).toBe('110146557');
});

test('what began before the window and still fires burns in it from its first moment, and says since when', async () => {
  const later = { startMs: Date.UTC(2026, 10, 23, 4, 30), endMs: Date.UTC(2026, 10, 23, 5, 0) };
  const { signals } = await from('alerts').incidents({ window: later, target: { service: 'orders' } });
  expect(signals.length).toBeGreaterThan(0);
  expect(
    signals.every(
      ({ timestampMs, title }) => timestampMs === later.startMs && /since 2026-11-23T04:0\d/.test(title),
    ),
  ).toBe(true);
});

test('what began after the window is not in it', async () => {
  const earlier = { startMs: Date.UTC(2026, 10, 23, 3, 0), endMs: Date.UTC(2026, 10, 23, 4, 0) };
  expect((await from('alerts').incidents({ window: earlier })).signals).toEqual([]);
});

test('a query-only store answers 404: a gap, no error', async () => {
  const batch = await from('missing-prefix-404').incidents({ window });
  expect(batch.signals).toEqual([]);
  expect(batch.gaps).toMatchObject([{ reason: 'unsupported-filter' }]);
});

test('alerts refused are an error', async () => {
  await expect(from('no-credentials-401').incidents({ window })).rejects.toMatchObject({ code: 'auth' });
});

test('a pod that belongs to the service is enough', async () => {
  const alert = {
    labels: { alertname: 'X', pod: 'orders-5d4b9c7f6-9hjlc' },
    state: 'pending',
    activeAt: '2026-11-23T04:10:00Z',
  };
  const { incidents } = connect(() => Response.json({ status: 'success', data: { alerts: [alert] } }));
  expect((await incidents({ window, target: { service: 'orders' } })).signals).toMatchObject([
    { state: 'pending', title: 'X' },
  ]);
  expect((await incidents({ window, target: { service: 'order' } })).signals).toEqual([]);
});
