import { describe, expect, it } from 'vitest';
import { findMaintenance } from './maintenance.js';
import { countEpisodes, recurrenceText } from './recurrence.js';
import { DEFAULT_RULES, toRules } from './rules.js';

const MINUTE_MS = 60_000;
const startsAt = '2026-11-01T03:00:00Z';
const endsAt = '2026-11-01T05:00:00Z';

describe('rules', () => {
  it('are the defaults, but for what is configured', () => {
    expect(toRules()).toEqual(DEFAULT_RULES);
    expect(toRules({ storm: 'none', joinWindowMs: 1 })).toEqual({
      ...DEFAULT_RULES,
      storm: 'none',
      joinWindowMs: 1,
    });
    expect(toRules({ watch: { holdMs: 30_000 } }).watch).toEqual({ ...DEFAULT_RULES.watch, holdMs: 30_000 });
    // A longer cooldown leaves the second looks out that it forbids.
    expect(toRules({ cooldownMs: 10 * MINUTE_MS }).secondLooksAfterMs).toEqual([15 * MINUTE_MS]);
  });

  it.each([
    [{ cooldownMs: -1 }, '`rules.cooldownMs`'],
    [{ coolDownMs: 1 }, 'coolDownMs'],
    [{ secondLooksAfterMs: [4 * MINUTE_MS] }, '`rules.secondLooksAfterMs.0` comes within the cooldown'],
    [{ secondLooksAfterMs: [9 * MINUTE_MS, 6 * MINUTE_MS] }, '`rules.secondLooksAfterMs.1`'],
    [{ maintenance: [{ startsAt: endsAt, endsAt: startsAt, service: 'a' }] }, 'must be after `startsAt`'],
    [{ maintenance: [{ startsAt, endsAt }] }, '`rules.maintenance.0` must name a service'],
    [
      { maintenance: [{ startsAt: '2026-11-01T03:00:00', endsAt, service: 'a' }] },
      '`rules.maintenance.0.startsAt`',
    ],
    [{ heartbeats: [{ alert: 'Watchdog', everyMs: 1_000 }] }, '`rules.heartbeats.0.everyMs`'],
    [
      {
        heartbeats: [
          { alert: 'W', everyMs: MINUTE_MS, labels: { a: '1', b: '2' } },
          { alert: 'W', everyMs: 2 * MINUTE_MS, labels: { b: '2', a: '1' } },
        ],
      },
      '`rules.heartbeats.1` is there twice',
    ],
    [{ watch: { leastCompleteShare: 50 } }, '`rules.watch.leastCompleteShare`'],
    [{ watch: { deadAfter: 3 } }, 'deadAfter'],
    [{ storm: { services: 1, withinMs: 1_000, joinWindowMs: 1_000 } }, '`rules.storm'],
  ])('refuse %j with the place', (given, message) => {
    expect(() => toRules(given as never)).toThrow(TypeError);
    expect(() => toRules(given as never)).toThrow(message);
  });
});

describe('maintenance', () => {
  const rules = toRules({
    maintenance: [
      { startsAt, endsAt, service: 'cart', namespace: 'shop' },
      { startsAt, endsAt: '2026-11-01T04:00:00Z', environment: 'staging' },
      { startsAt, endsAt: '2026-11-01T06:00:00Z', service: 'disk', environment: 'staging' },
    ],
  });
  const find = (place: Parameters<typeof findMaintenance>[1], at = startsAt) =>
    findMaintenance(rules, place, Date.parse(at));

  it('covers what its window names, from its start to before its end', () => {
    expect(find({ service: 'cart', namespace: 'shop', environment: 'production' })).toMatchObject({ endsAt });
    expect(find({ service: 'cart', namespace: 'mall' })).toBeUndefined();
    expect(find({ namespace: 'shop' })).toBeUndefined();
    expect(find({ service: 'cart' })).toBeUndefined();
    expect(find({ service: 'any', environment: 'staging' })).toMatchObject({ environment: 'staging' });
    expect(find({ service: 'cart', namespace: 'shop' }, '2026-11-01T02:59:59Z')).toBeUndefined();
    expect(find({ service: 'cart', namespace: 'shop' }, endsAt)).toBeUndefined();
  });

  it('of two windows the one that ends last counts', () => {
    expect(find({ service: 'disk', environment: 'staging' })?.endsAt).toBe('2026-11-01T06:00:00Z');
  });
});

describe('recurrence', () => {
  const alert = (startMinute: number, endMinute?: number) => ({
    recordedAtMs: 0,
    alert: {
      ...{ source: 's', fingerprint: 'f', name: 'n', target: {}, labels: {}, annotations: {} },
      startsAtMs: startMinute * MINUTE_MS,
      ...(endMinute === undefined
        ? { status: 'firing' as const }
        : { status: 'resolved' as const, endsAtMs: endMinute * MINUTE_MS }),
    },
  });

  it('counts how often an incident burned, not how many alerts it had', () => {
    expect(countEpisodes({ alerts: [] })).toBe(0);
    expect(countEpisodes({ alerts: [alert(0, 10), alert(5, 8), alert(10, 12)] })).toBe(1);
    expect(countEpisodes({ alerts: [alert(20), alert(0, 10), alert(11, 12)] })).toBe(3);
    // What fires until now is one time, whatever came since.
    expect(countEpisodes({ alerts: [alert(0), alert(20, 21), alert(30)] })).toBe(1);
  });

  it('says it in words, from the second time on', () => {
    expect(recurrenceText({ alerts: [alert(0)] }, 5 * MINUTE_MS)).toBeUndefined();
    expect(recurrenceText({ alerts: [alert(0, 1), alert(5)] }, 5 * MINUTE_MS)).toBe('2nd time in 5 min');
    expect(recurrenceText({ alerts: [alert(0, 1), alert(5, 6), alert(119)] }, 119 * MINUTE_MS)).toBe(
      '3rd time in 2 h',
    );
    const many = Array.from({ length: 12 }, (_, index) => alert(index * 10, index * 10 + 1));
    expect(recurrenceText({ alerts: many }, 700 * MINUTE_MS)).toBe('12th time in 12 h');
  });
});
