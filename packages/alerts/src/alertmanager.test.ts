import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlertError, parseAlertmanager } from './index.js';

const recorded = (name: string) =>
  readFileSync(new URL(`./__fixtures__/${name}.json`, import.meta.url), 'utf8');

const body = (alert: object) => JSON.stringify({ version: '4', alerts: [alert] });
const minimal = { status: 'firing', labels: { alertname: 'A' }, startsAt: '2026-11-01T03:00:00Z' };

describe('parseAlertmanager', () => {
  it('reads recorded alerts with target, times and links', () => {
    const { alerts, problems } = parseAlertmanager(recorded('alertmanager-0.33.mixed'));
    expect(problems).toEqual([]);
    expect(alerts[0]).toMatchObject({
      source: 'alertmanager',
      fingerprint: '2c0358fcce861b48',
      status: 'firing',
      name: 'HighErrorRate',
      severity: 'critical',
      summary: 'High 5xx ratio on orders',
      startsAtMs: Date.UTC(2026, 10, 23, 4, 8, 33, 202),
      target: { service: 'orders', namespace: 'shop', cluster: 'prod-eu-1' },
      runbookUrl: 'https://runbooks.example.com/high-error-rate',
    });
    expect(alerts[0]).not.toHaveProperty('endsAtMs');
  });

  it('decides firing or resolved for each alert, never by the group', () => {
    const { alerts } = parseAlertmanager(recorded('alertmanager-0.33.mixed'));
    expect(alerts.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(alerts[1]?.endsAtMs).toBe(Date.UTC(2026, 10, 23, 4, 36, 3, 202));
  });

  it('tells how many alerts the sender left out of a group that says "resolved"', () => {
    const { alerts, truncatedAlerts } = parseAlertmanager(recorded('alertmanager-0.33.resolved-truncated'));
    expect(alerts).toHaveLength(2);
    expect(truncatedAlerts).toBe(3);
  });

  it('keeps the good alerts of a body that holds broken ones, and says which and why', () => {
    const { alerts, problems } = parseAlertmanager(
      JSON.stringify({
        alerts: [{ ...minimal, startsAt: 'yesterday' }, minimal, 7, { ...minimal, status: 'burning' }],
      }),
    );
    expect(alerts).toHaveLength(1);
    expect(problems.map(({ index }) => index)).toEqual([0, 2, 3]);
    expect(problems[0]?.message).toBe('alerts[0]: `startsAt` is not a time');
    expect(problems[2]?.message).toContain('`status`');
  });

  it.each([
    ['not JSON', '<html>', 'not-json'],
    ['a list', '[]', 'wrong-shape'],
    ['null', 'null', 'wrong-shape'],
    ['another body', '{"event":{}}', 'wrong-shape'],
  ])('refuses %s with what to do', (_, text, code) => {
    try {
      parseAlertmanager(text);
      expect.unreachable();
    } catch (error) {
      expect(AlertError.is(error) && error.code).toBe(code);
      expect(String(error)).toContain('Alertmanager');
    }
  });

  it('takes `for` from labels or annotations only when it is a duration', () => {
    const forMs = (text: string) =>
      parseAlertmanager(body({ ...minimal, annotations: { for: text } })).alerts[0]?.forMs;
    expect(forMs('1h30m')).toBe(5_400_000);
    expect(forMs('90s')).toBe(90_000);
    expect(forMs('soon')).toBeUndefined();
    expect(forMs('')).toBeUndefined();
  });

  it('finds the service under the names in common use, a scrape job last', () => {
    const service = (labels: object) =>
      parseAlertmanager(body({ ...minimal, labels })).alerts[0]?.target.service;
    expect(service({ job: 'prod/checkout' })).toBe('checkout');
    expect(service({ job: 'node', app: 'checkout' })).toBe('checkout');
    expect(service({ 'service.name': 'checkout' })).toBe('checkout');
    expect(service({ service: ' ', container: 'checkout' })).toBe('checkout');
    expect(service({ alertname: 'A' })).toBeUndefined();
  });

  it('keeps only web addresses as links', () => {
    const alert = parseAlertmanager(body({ ...minimal, generatorURL: 'javascript:alert(1)' })).alerts[0];
    expect(alert).not.toHaveProperty('generatorUrl');
  });

  it('gives the same fingerprint to the same labels when the sender leaves it out', () => {
    const one = parseAlertmanager(body({ ...minimal, labels: { a: '1', b: '2' } })).alerts[0];
    const other = parseAlertmanager(body({ ...minimal, labels: { b: '2', a: '1' } })).alerts[0];
    expect(one?.fingerprint).toBe(other?.fingerprint);
  });

  it('throws nothing but AlertError, whatever the body', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.record({ alerts: fc.array(fc.jsonValue()) }).map((v) => JSON.stringify(v)),
        ),
        (text) => {
          try {
            parseAlertmanager(text);
          } catch (error) {
            expect(AlertError.is(error)).toBe(true);
          }
        },
      ),
    );
  });
});
