import { describe, expect, it } from 'vitest';
import { filterMessage, type OtlpKey } from './window-filter.js';

const window = { startMs: 1000, endMs: 2000 };
const at = (ms: number) => `${ms}000000`;
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] };

function filter(key: OtlpKey, message: Readonly<Record<string, unknown>>) {
  const services = new Set<string>();
  return { ...filterMessage(message, key, window, services), services: [...services] };
}

describe('of a line is left what lies in the window', () => {
  it('of log records by their time, else by that of their observation', () => {
    const records = [
      { timeUnixNano: at(999) },
      { timeUnixNano: at(1000) },
      { timeUnixNano: '0', observedTimeUnixNano: at(1999) },
      { timeUnixNano: at(2000) },
    ];
    const scopeLogs = [{ scope: { name: 'a' }, logRecords: records }, { logRecords: [records[0]] }];
    expect(filter('resourceLogs', { resourceLogs: [{ resource, scopeLogs }] })).toEqual({
      message: {
        resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'a' }, logRecords: records.slice(1, 3) }] }],
      },
      keptShare: 0.4,
      services: ['checkout'],
    });
  });

  it.each(['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'])('of points of a %s', (type) => {
    const metric = (...times: number[]) => ({
      name: 'x',
      [type]: { isMonotonic: true, dataPoints: times.map((time) => ({ timeUnixNano: at(time) })) },
    });
    const message = (...metrics: object[]) => ({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
    const { message: left } = filter(
      'resourceMetrics',
      message(metric(1, 1500), metric(1), metric(1999, 3000)),
    );
    expect(left).toEqual(message(metric(1500), metric(1999)));
  });

  it('of spans by their start', () => {
    const spans = [1, 1500].map((time) => ({ startTimeUnixNano: at(time), endTimeUnixNano: at(5000) }));
    const { message, keptShare } = filter('resourceSpans', { resourceSpans: [{ scopeSpans: [{ spans }] }] });
    expect([message, keptShare]).toEqual([{ resourceSpans: [{ scopeSpans: [{ spans: [spans[1]] }] }] }, 0.5]);
  });

  it('nothing, and its services are known still', () => {
    const scopeLogs = [{ logRecords: [{ timeUnixNano: at(1) }] }];
    expect(filter('resourceLogs', { resourceLogs: [{ resource, scopeLogs }] })).toEqual({
      message: undefined,
      keptShare: 0,
      services: ['checkout'],
    });
  });
});

describe('what is no record is left to the decoder, which counts it', () => {
  it.each([
    [{ resourceLogs: {} }],
    [{ resourceLogs: [null] }],
    [{ resourceLogs: [{ scopeLogs: [{ logRecords: [null, { body: {} }, { timeUnixNano: 'x' }] }] }] }],
  ])('%j', (message) => {
    expect(filter('resourceLogs', message).message).toEqual(message);
  });

  it('keys of the prototype stay keys', () => {
    const text =
      '{"resourceLogs":[{"__proto__":{"x":1},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1500000000"}]}]}]}';
    const message = JSON.parse(text) as Readonly<Record<string, unknown>>;
    expect(JSON.stringify(filter('resourceLogs', message).message)).toBe(text);
  });
});
