import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AlertError,
  type GenericMapping,
  genericMappingSchema,
  parseGeneric,
  parseGenericMapping,
} from './index.js';

/** A monitoring system of one's own, with its habits: a wrapper, numbers as status, seconds, dots in keys. */
const mapping = {
  alerts: 'payload.events',
  name: 'check.title',
  status: { path: 'state', firing: ['ALERT', 2], resolved: ['OK', 0] },
  startsAt: { path: 'opened', format: 'seconds' },
  endsAt: { path: 'closed', format: 'seconds' },
  fingerprint: 'check.id',
  service: ['tags', 'service.name'],
  namespace: 'tags.team',
  severity: 'level',
  summary: 'text',
  labels: 'tags',
} as const satisfies GenericMapping;

const event = {
  check: { id: 77, title: 'Checkout slow' },
  state: 'ALERT',
  opened: 1_793_590_860,
  level: 'page',
  text: 'p99 above 5 s',
  tags: {
    'service.name': 'checkout',
    team: 'shop',
    env: 'prod',
    replicas: 3,
    canary: false,
    owner: { id: 1 },
  },
};
const bodyOf = (...events: unknown[]) => JSON.stringify({ payload: { events } });

function errorOf(run: () => unknown): AlertError {
  try {
    run();
  } catch (error) {
    if (AlertError.is(error)) return error;
    throw error;
  }
  return expect.unreachable('it was read');
}

describe('parseGeneric', () => {
  it('reads an alert by the mapping', () => {
    expect(parseGeneric(bodyOf(event), mapping)).toEqual({
      problems: [],
      truncatedAlerts: 0,
      alerts: [
        {
          source: 'generic',
          fingerprint: '77',
          status: 'firing',
          name: 'Checkout slow',
          severity: 'page',
          summary: 'p99 above 5 s',
          startsAtMs: Date.UTC(2026, 10, 2, 3, 41),
          target: { service: 'checkout', namespace: 'shop', environment: 'prod' },
          labels: { 'service.name': 'checkout', team: 'shop', env: 'prod', replicas: '3', canary: 'false' },
          annotations: {},
        },
      ],
    });
  });

  it('takes an end only from a resolved alert', () => {
    const closed = 1_793_591_460;
    const { alerts } = parseGeneric(bodyOf({ ...event, closed }, { ...event, closed, state: 0 }), mapping);
    expect(alerts.map(({ status, endsAtMs }) => [status, endsAtMs])).toEqual([
      ['firing', undefined],
      ['resolved', Date.UTC(2026, 10, 2, 3, 51)],
    ]);
  });

  it.each([
    ['rfc3339', '2026-11-02T03:41:00Z'],
    ['rfc3339', '2026-11-02T04:41:00.123456789+01:00'],
    ['rfc3339', '2026-11-02T03:41:00+0000'],
    ['seconds', 1_793_590_860],
    ['seconds', '1793590860.5'],
    ['milliseconds', 1_793_590_860_999],
  ] as const)('reads %s %j', (format, opened) => {
    const { alerts, problems } = parseGeneric(bodyOf({ ...event, opened }), {
      ...mapping,
      startsAt: { path: 'opened', format },
    });
    expect(problems).toEqual([]);
    expect(Math.floor((alerts[0]?.startsAtMs ?? 0) / 1000)).toBe(1_793_590_860);
  });

  it.each([
    [{ opened: '2026-11-02T03:41:00' }, 'rfc3339', 'found "2026-11-02T03:41:00"'],
    [{ opened: 'yesterday' }, 'rfc3339', 'found "yesterday"'],
    [{ opened: 1_793_590_860_000 }, 'seconds', 'expected seconds since 1970, found 1793590860000'],
    [{ opened: 1_793_590_860 }, 'milliseconds', 'expected milliseconds since 1970, found 1793590860'],
    [{ opened: true }, 'seconds', 'found true'],
    [{}, 'seconds', 'found nothing'],
  ] as const)('refuses the time %j as %s', (time, format, message) => {
    const { opened: _, ...rest } = event;
    const { alerts, problems } = parseGeneric(bodyOf({ ...rest, ...time }), {
      ...mapping,
      startsAt: { path: 'opened', format },
    });
    expect(alerts).toEqual([]);
    expect(problems[0]?.message).toMatch(/^alerts\[0\]: `startsAt` at `opened`: expected /);
    expect(problems[0]?.message).toContain(message);
  });

  it('keeps the good alerts of a body, and says of the others which field, which path and what was found', () => {
    const broken = [
      { ...event, state: 'MAYBE' },
      { ...event, state: '2' },
      { ...event, check: { title: ['x'] } },
      { ...event, state: `<script>${'x'.repeat(100)}` },
      7,
    ];
    const { alerts, problems } = parseGeneric(bodyOf(event, ...broken), mapping);
    expect(alerts).toHaveLength(1);
    expect(problems.map(({ message }) => message)).toEqual([
      'alerts[1]: `status` at `state`: expected one of "ALERT", 2, "OK", 0, found "MAYBE"',
      'alerts[2]: `status` at `state`: expected one of "ALERT", 2, "OK", 0, found "2"',
      'alerts[3]: `name` at `check.title`: expected a text, found a list of 1',
      'alerts[4]: `status` at `state`: expected one of "ALERT", 2, "OK", 0, found a text of 108 characters',
      'alerts[5]: `name` at `check.title`: expected a text, found nothing',
      'alerts[5]: `status` at `state`: expected one of "ALERT", 2, "OK", 0, found nothing',
      'alerts[5]: `startsAt` at `opened`: expected seconds since 1970, found nothing',
    ]);
  });

  it('leaves a field out that is not needed, and says so when something else stood there', () => {
    const { alerts, problems } = parseGeneric(bodyOf({ ...event, level: { id: 1 }, text: null }), mapping);
    expect(alerts[0]).not.toHaveProperty('severity');
    expect(alerts[0]).not.toHaveProperty('summary');
    expect(problems).toEqual([
      { index: 0, message: 'alerts[0]: `severity` at `level`: expected a text, found an object' },
    ]);
  });

  it('takes the body itself as one alert, or as a list of them', () => {
    const { alerts: _, ...bare } = mapping;
    expect(parseGeneric(JSON.stringify(event), bare).alerts).toHaveLength(1);
    expect(parseGeneric(JSON.stringify([event, event]), bare).alerts).toHaveLength(2);
  });

  it('gives the same fingerprint to the same alert, another to another, when the body has none', () => {
    const { fingerprint: _, ...without } = mapping;
    const prints = parseGeneric(
      bodyOf(event, { ...event, state: 'OK', text: 'over' }, { ...event, check: { title: 'Other' } }),
      without,
    ).alerts.map(({ fingerprint }) => fingerprint);
    expect(prints[0]).toBe(prints[1]);
    expect(prints[0]).not.toBe(prints[2]);
  });

  it('reads only what the body itself holds', () => {
    const inherited = { ...mapping, name: 'constructor.name' };
    expect(parseGeneric(bodyOf(event), inherited).alerts).toEqual([]);
    const body = bodyOf(event).replace('"team"', '"__proto__":{"polluted":"yes"},"constructor":"x","team"');
    const [alert] = parseGeneric(body, mapping).alerts;
    expect(alert?.labels['constructor']).toBe('x');
    expect(alert?.labels['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(alert?.labels)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  it('reads at most 1,000 alerts and says how many were left', () => {
    const { alerts, truncatedAlerts, problems } = parseGeneric(bodyOf(...Array(1003).fill(event)), mapping);
    expect([alerts.length, truncatedAlerts]).toEqual([1000, 3]);
    expect(problems[0]?.message).toBe('3 alerts beyond the first 1000 were not read');
  });

  it('refuses a body without a list where one should be', () => {
    expect(errorOf(() => parseGeneric('{"payload":{"events":{}}}', mapping))).toMatchObject({
      code: 'wrong-shape',
      message: "no list of alerts at `payload.events`, where the mapping's `alerts` leads: found an object",
    });
    expect(errorOf(() => parseGeneric('<html>', mapping)).code).toBe('not-json');
  });

  it('throws nothing but AlertError, whatever the body', () => {
    const { alerts: _, ...bare } = mapping;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.jsonValue()).map((events) => bodyOf(...events)),
          fc
            .record({ check: fc.jsonValue(), state: fc.jsonValue(), tags: fc.jsonValue() })
            .map((it) => bodyOf(it)),
        ),
        (body) => {
          for (const tried of [mapping, bare]) {
            try {
              parseGeneric(body, tried);
            } catch (error) {
              expect(AlertError.is(error)).toBe(true);
            }
          }
        },
      ),
      { seed: 7 },
    );
  });
});

describe('parseGenericMapping', () => {
  it.each([
    ['a missing field', { ...mapping, name: undefined }, '`name`'],
    ['a misspelt field', { ...mapping, sevrity: 'level' }, 'sevrity'],
    ['an empty step', { ...mapping, service: 'tags..name' }, '`service`: expected a path such as'],
    [
      'a path that is too deep',
      { ...mapping, service: Array(17).fill('a').join('.') },
      '`service`: expected a path',
    ],
    ['no value for firing', { ...mapping, status: { ...mapping.status, firing: [] } }, '`status.firing`'],
    [
      'a value for both',
      { ...mapping, status: { path: 'state', firing: [1], resolved: [1, 2] } },
      '`status`: a value cannot mean both firing and resolved',
    ],
    ['an unknown unit', { ...mapping, startsAt: { path: 'opened', format: 'ns' } }, '`startsAt.format`'],
    ['no mapping', undefined, '`the mapping`'],
  ])('refuses %s', (_, wrong, words) => {
    const error = errorOf(() => parseGenericMapping(wrong));
    expect(error.code).toBe('bad-mapping');
    expect(error.message).toContain(words);
    expect(genericMappingSchema.safeParse(wrong).success).toBe(false);
  });

  it('is checked before a body is read', () => {
    expect(errorOf(() => parseGeneric('{}', { ...mapping, name: '' })).code).toBe('bad-mapping');
  });
});
