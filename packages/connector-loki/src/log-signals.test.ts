import { describe, expect, test } from 'vitest';
import { recordedBody } from './__fixtures__/recorded.js';
import { compareNs, type LogLine, sortByTime, toLogLines, toNs } from './log-lines.js';
import { toLogSignals } from './log-signals.js';
import { streamsSchema } from './loki-schema.js';

function linesOf(name: string): readonly LogLine[] {
  return sortByTime(toLogLines(streamsSchema.parse(recordedBody(name))).lines);
}

function signalsOf(name: string, serviceLabel?: string) {
  return toLogSignals(linesOf(name), { connectorId: 'loki', queryIdOf: () => 'q', serviceLabel });
}

function fromBody(body: string, stream: Record<string, string> = {}) {
  const answer = {
    data: { resultType: 'streams', result: [{ stream, values: [['1795406688376000480', body]] }] },
  };
  const { lines } = toLogLines(streamsSchema.parse(answer));
  const [signal] = toLogSignals(lines, {
    connectorId: 'loki',
    queryIdOf: () => 'q',
    serviceLabel: undefined,
  });
  return signal!;
}

describe('recorded answers', () => {
  test('three-tuples: metadata gives level and trace, the stream gives the service', () => {
    const signals = signalsOf('query-range.three-tuples-categorized');
    expect(signals).toHaveLength(5);
    const one = signals.find((signal) => signal.timeUnixNano === '1795406688478180657')!;
    expect(one).toMatchObject({
      timestampMs: 1795406688478,
      level: 'error',
      service: 'orders',
      traceId: '3a43d0b44cbc9b32f137b35c9d4d7fe8',
      spanId: '6002b9742033eb31',
    });
    expect(one.attributes).toMatchObject({ pod: 'orders-5d4b9c7f6-9hjlc', detected_level: 'error' });
    expect(one.body).toContain('Failed to load order 884813');
  });

  test('two-tuples of a server that merges metadata into the stream give the same signals', () => {
    const merged = signalsOf('query-range.two-tuples-merged-metadata');
    const categorized = signalsOf('query-range.three-tuples-categorized');
    const seen = ({ body, level, spanId, timeUnixNano, traceId }: (typeof merged)[number]) => [
      body,
      level,
      spanId,
      timeUnixNano,
      traceId,
    ];
    expect(merged.map(seen)).toEqual(categorized.map(seen));
  });

  test('parsed labels do not hide structured metadata of the same meaning', () => {
    const [signal] = signalsOf('query-range.three-tuples-parsed');
    expect(signal!.attributes).toMatchObject({ status: '502', trace_id_extracted: signal!.traceId });
  });

  test('streams that are not in time order come out in time order', () => {
    const times = linesOf('query-range.streams-not-in-time-order').map((line) => line.timeNs);
    expect(times).toEqual(times.toSorted(compareNs));
    const raw = toLogLines(streamsSchema.parse(recordedBody('query-range.streams-not-in-time-order'))).lines;
    expect(raw.map((line) => line.timeNs)).not.toEqual(times.toReversed());
  });

  test('OTLP: severity number, service_name, no app label', () => {
    const [signal] = signalsOf('query-range.otlp-three-tuples', 'service_name');
    expect(signal).toMatchObject({ service: 'inventory', level: 'info', severityNumber: 9 });
    expect(signal!.attributes).toHaveProperty('k8s_namespace_name', 'shop');
  });

  test('without detected_level the level of the JSON line is read', () => {
    expect(signalsOf('query-range.no-detected-level').map((signal) => signal.level)).toEqual([
      'error',
      'error',
    ]);
  });

  test('detected_level unknown is no level', () => {
    const signals = signalsOf('query-range.level-unknown');
    expect(signals.every((signal) => signal.level === undefined)).toBe(true);
  });

  test('a line that the query could not parse stays a line, and its `__error__` says so', () => {
    const [signal] = signalsOf('query-range.json-pipeline-error');
    expect(signal).toMatchObject({ level: 'error', service: 'weird' });
    expect(signal!.attributes['__error__']).toBe('JSONParserErr');
    expect(signal!.body).toContain('cut off in the mid');
  });

  test('a multi-line record stays one body', () => {
    const [signal] = signalsOf('query-range.python-traceback');
    expect(signal!.body.split('\n').length).toBeGreaterThan(5);
    expect(signal).toMatchObject({ level: 'error', service: 'payments' });
  });

  test('an empty line, a line separator and control characters come through unchanged', () => {
    const bodies = signalsOf('query-range.odd-lines').map((signal) => signal.body);
    expect(bodies).toContain('');
    expect(bodies).toContain('\u001b[31mERROR\u001b[0m colour escape');
    expect(bodies.some((body) => body.includes('\u2028'))).toBe(true);
  });
});

describe('level and ids in the body', () => {
  test.each([
    ['{"level":"ERROR","msg":"x"}', 'error'],
    ['{"severity": "CRITICAL", "message": "x"}', 'fatal'],
    ['{"time":1,"level":50,"msg":"pino"}', 'error'],
    ['ts=2026-01-01 level=warn msg="slow"', 'warn'],
    ['lvl=dbug msg=x', undefined],
    ['the level of the water is low', undefined],
    ['{"payload":"{\\"level\\":\\"error\\"}"}', undefined],
    ['plain text with an ERROR in it', undefined],
  ])('%s', (body, level) => {
    expect(fromBody(body).level).toBe(level);
  });

  test.each([
    ['{"trace_id":"D2036FD09E0B2267D36297120681A38D"}', 'd2036fd09e0b2267d36297120681a38d'],
    ['traceId=d2036fd09e0b2267d36297120681a38d ok', 'd2036fd09e0b2267d36297120681a38d'],
    ['[trace.id: 67d36297120681a3]', '000000000000000067d36297120681a3'],
    ['trace_id=00000000000000000000000000000000', undefined],
    ['trace_id=1234', undefined],
    ['d2036fd09e0b2267d36297120681a38d', undefined],
  ])('%s', (body, traceId) => {
    expect(fromBody(body).traceId).toBe(traceId);
  });

  test('a label wins over the body, and job loses its namespace', () => {
    const signal = fromBody('level=info', { level: 'warn', job: 'shop/orders' });
    expect(signal).toMatchObject({ level: 'warn', service: 'orders' });
  });

  test('a long hostile line is searched in its beginning only', () => {
    expect(fromBody(`${' {"level'.repeat(100_000)} level=error`).level).toBeUndefined();
  });
});

test('label names from outside that mean something to objects are only data', () => {
  const signal = fromBody(
    'x',
    JSON.parse('{"__proto__":"a","constructor":"b","app":"c"}') as Record<string, string>,
  );
  expect(Object.getPrototypeOf(signal.attributes)).toBe(Object.prototype);
  expect(signal.service).toBe('c');
});

test('one odd entry costs itself, not the answer', () => {
  const values = [
    ['1', 'ok'],
    ['not a time', 'x'],
    [5, 'x'],
    'x',
    ['2'],
    ['3', 'ok', { structuredMetadata: null }],
  ];
  const answer = { data: { resultType: 'streams', result: [{ stream: {}, values }] } };
  const { invalid, lines } = toLogLines(streamsSchema.parse(answer));
  expect([lines.length, invalid]).toEqual([2, 4]);
});

test('nanoseconds are compared as whole numbers, not as text or as floating point', () => {
  expect(compareNs('999', '1000')).toBeLessThan(0);
  expect(compareNs('1795406688376000480', '1795406688376000481')).toBeLessThan(0);
  expect(toNs(1795406688376)).toBe(1795406688376000000n);
});
