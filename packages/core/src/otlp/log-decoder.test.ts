import { describe, expect, it } from 'vitest';
import { logSignalSchema } from '../connector/v1/signal.js';
import { createLogDecoder } from './log-decoder.js';

const scope = { connectorId: 'files', queryId: 'q-1' };
const resource = {
  attributes: [
    { key: 'service.name', value: { stringValue: 'checkout' } },
    { key: 'k8s.pod.name', value: { stringValue: 'checkout-7d9f' } },
  ],
};
const record = { timeUnixNano: '1724500000123456789', body: { stringValue: 'db timeout' } };

function decode(...records: unknown[]) {
  const decoder = createLogDecoder(scope);
  decoder.add({
    resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'app.Pool' }, logRecords: records }] }],
  });
  return decoder.decoded();
}

it('reads a whole record', () => {
  const { signals, invalidItems } = decode({
    ...record,
    severityNumber: 18,
    severityText: 'ERROR2',
    traceId: '0AF7651916CD43DD8448EB211C80319C',
    spanId: 'b7ad6b7169203331',
    attributes: [{ key: 'attempt', value: { intValue: '3' } }],
  });
  expect(invalidItems).toBe(0);
  expect(logSignalSchema.safeParse(signals[0]).success).toBe(true);
  expect(signals[0]).toEqual({
    kind: 'logs',
    id: signals[0]!.id,
    timestampMs: 1724500000123,
    timeUnixNano: '1724500000123456789',
    ...scope,
    body: 'db timeout',
    level: 'error',
    severityNumber: 18,
    service: 'checkout',
    attributes: { 'k8s.pod.name': 'checkout-7d9f', 'otel.scope.name': 'app.Pool', attempt: 3 },
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
  });
});

describe('a body of any value becomes text', () => {
  it.each([
    ['a text', { stringValue: 'plain' }, 'plain'],
    ['a number', { intValue: '42' }, '42'],
    ['a number too large for a double', { intValue: '9223372036854775222' }, '9223372036854775222'],
    ['a fraction', { doubleValue: 1.5 }, '1.5'],
    ['no number', { doubleValue: 'NaN' }, 'NaN'],
    ['a number as a number', { intValue: 7 }, '7'],
    ['zero', { intValue: '0' }, '0'],
    ['an empty text', { stringValue: '' }, ''],
    ['false', { boolValue: false }, 'false'],
    [
      'a map',
      {
        kvlistValue: {
          values: [
            { key: 'msg', value: { stringValue: 'x' } },
            { key: 'n', value: { doubleValue: 1.5 } },
          ],
        },
      },
      '{"msg":"x","n":1.5}',
    ],
    ['a list', { arrayValue: { values: [{ stringValue: 'a' }, {}, { intValue: 1 }] } }, '["a",null,1]'],
    ['an empty list', { arrayValue: {} }, '[]'],
    ['an empty map', { kvlistValue: { values: null } }, '{}'],
    [
      'a map in a list in a map',
      {
        kvlistValue: {
          values: [{ key: 'a', value: { arrayValue: { values: [{ kvlistValue: { values: [] } }] } } }],
        },
      },
      '{"a":[{}]}',
    ],
    ['bytes', { bytesValue: 'AAAwOQ==' }, 'AAAwOQ=='],
    ['nothing', undefined, ''],
    ['an empty value', {}, ''],
  ])('%s', (_, body, expected) => {
    expect(decode({ ...record, body }).signals[0]!.body).toBe(expected);
  });

  it('an event without a body is its name', () => {
    const { body: _, ...event } = { ...record, eventName: 'device.restarted' };
    expect(decode(event).signals[0]!.body).toBe('device.restarted');
  });

  it('nesting without end is cut off', () => {
    let body: unknown = { stringValue: 'deep' };
    for (let depth = 0; depth < 5000; depth++) body = { arrayValue: { values: [body] } };
    expect(decode({ ...record, body }).signals[0]!.body.length).toBeLessThan(100);
  });
});

describe('level', () => {
  it.each([
    ['the number', { severityNumber: 13, severityText: 'whatever' }, 'warn'],
    ['the number by name', { severityNumber: 'SEVERITY_NUMBER_FATAL' }, 'fatal'],
    ['the text without a number', { severityText: 'Warning' }, 'warn'],
    [
      'the line without either',
      { body: { stringValue: '10:20:30.123 ERROR c.a.Pool - exhausted' } },
      'error',
    ],
    ['number 0 is no level', { severityNumber: 0, severityText: 'info' }, 'info'],
    ['number 99 is no level', { severityNumber: 99 }, undefined],
    ['none', {}, undefined],
  ])('%s', (_, fields, expected) => {
    expect(decode({ ...record, ...fields }).signals[0]!.level).toBe(expected);
  });
});

it('takes the time of observation where the event has none', () => {
  const observed = {
    timeUnixNano: '0',
    observedTimeUnixNano: '1724500000000000001',
    body: { stringValue: 'x' },
  };
  expect(decode(observed).signals[0]!.timeUnixNano).toBe('1724500000000000001');
});

it('orders by the nanosecond', () => {
  const later = { ...record, timeUnixNano: '1724500000123456790', body: { stringValue: 'second' } };
  expect(decode(later, record).signals.map(({ body }) => body)).toEqual(['db timeout', 'second']);
});

it('tells the same line twice in one nanosecond apart, the same way every time', () => {
  const ids = () => decode(record, record).signals.map(({ id }) => id);
  expect(new Set(ids()).size).toBe(2);
  expect(ids()).toEqual(ids());
});

it.each([[null], ['x'], [{ body: { stringValue: 'no time' } }], [{ ...record, timeUnixNano: 'yesterday' }]])(
  'counts %j as invalid',
  (broken) => {
    const { signals, invalidItems } = decode(broken, record);
    expect([signals.length, invalidItems]).toEqual([1, 1]);
  },
);

describe('a record whose time is missing or nonsense', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const at = (second: number) => `${1_724_500_000 + second}000000000`;
  // What Go's zero time becomes in nanoseconds.
  const nonsense = { timeUnixNano: '-6795364578871345152', body: { stringValue: 'ERROR failed' }, traceId };

  it('is placed with the last record of its span', () => {
    const { signals, invalidItems } = decode(
      { ...nonsense, spanId: '00000000000000a1' },
      { ...record, timeUnixNano: at(1), traceId, spanId: '00000000000000a1' },
      { ...record, timeUnixNano: at(2), traceId, spanId: '00000000000000a1' },
      { ...record, timeUnixNano: at(9), traceId, spanId: '00000000000000b2' },
    );
    expect(invalidItems).toBe(0);
    expect(signals.map(({ body, timeUnixNano }) => [body, timeUnixNano])).toEqual([
      ['db timeout', at(1)],
      ['db timeout', at(2)],
      ['ERROR failed', at(2)],
      ['db timeout', at(9)],
    ]);
    expect(signals[2]).toMatchObject({ level: 'error', attributes: { 'log.time.estimated_from': 'trace' } });
  });

  it('is placed with the last record of its trace where its span has none', () => {
    const { signals } = decode(nonsense, { ...record, timeUnixNano: at(4), traceId });
    expect(signals.map(({ timeUnixNano }) => timeUnixNano)).toEqual([at(4), at(4)]);
  });

  it('is invalid when nothing tells its time', () => {
    expect(decode(nonsense, record)).toMatchObject({ signals: [{ body: 'db timeout' }], invalidItems: 1 });
  });

  it('has the same id however often it is asked for', () => {
    const decoder = createLogDecoder(scope);
    const records = [nonsense, nonsense, { ...record, timeUnixNano: at(4), traceId }];
    decoder.add({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: records }] }] });
    const ids = () => decoder.decoded().signals.map(({ id }) => id);
    expect(new Set(ids()).size).toBe(3);
    expect(ids()).toEqual(ids());
  });
});
