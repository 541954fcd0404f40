import { describe, expect, it } from 'vitest';
import victoriaTrace from './__fixtures__/legacy-trace.victoriatraces.json' with { type: 'json' };
import { type LegacyTrace, legacyTracesSchema } from './jaeger-schema.js';
import { readLegacyTrace } from './legacy-trace.js';

const [recorded] = legacyTracesSchema.parse(victoriaTrace).data ?? [];

const span = {
  traceID: '0af7651916cd43dd8448eb211c80319c',
  spanID: 'b7ad6b7169203331',
  operationName: 'POST /pay',
  references: [],
  startTime: 1724500000123457,
  duration: 52341,
  tags: [],
  logs: [],
  processID: 'p1',
  warnings: null,
};
const trace = (...spans: unknown[]): LegacyTrace => ({
  traceID: span.traceID,
  spans,
  processes: { p1: { serviceName: 'checkout', tags: [] }, p2: null },
});
const read = (fields: object) => readLegacyTrace(trace({ ...span, ...fields })).spans[0]!;

describe('a recorded trace of VictoriaTraces', () => {
  it('has services by process, parents by reference, kinds by tag', () => {
    const { traceId, spans, invalidItems } = readLegacyTrace(recorded!);
    expect([traceId, invalidItems]).toEqual(['ff1158381310a188d45788bcd6f29a58', 0]);
    const byId = new Map(spans.map((one) => [one.spanId, one]));
    expect(
      spans
        .map(
          (one) =>
            `${byId.get(one.parentSpanId ?? '')?.operation ?? '-'} > ${one.service} ${one.operation} ${one.kind}`,
        )
        .sort(),
    ).toEqual([
      '- > api-gateway POST /api/orders server',
      'POST /api/orders > api-gateway POST client',
      'POST /orders > inventory POST /reserve server',
      'POST /orders > orders INSERT orders.orders client',
      'POST /orders > payments POST /charge server',
      'POST > orders POST /orders server',
    ]);
  });

  it('tells `error: "unset"` of good spans from an error', () => {
    const { spans } = readLegacyTrace(recorded!);
    expect(spans.map(({ status }) => status)).toEqual(Array(6).fill('unset'));
    expect(spans.some(({ attributes }) => 'error' in attributes)).toBe(false);
  });
});

describe('status', () => {
  it.each([
    ['error', { key: 'error', type: 'bool', value: true }],
    ['error', { key: 'error', type: 'bool', value: 'true' }],
    ['error', { key: 'error', type: 'string', value: 'true' }],
    ['unset', { key: 'error', type: 'bool', value: false }],
    ['unset', { key: 'error', type: 'string', value: 'unset' }],
    ['error', { key: 'otel.status_code', type: 'string', value: 'ERROR' }],
    ['ok', { key: 'otel.status_code', type: 'string', value: 'OK' }],
    [undefined, { key: 'http.status_code', type: 'int64', value: 500 }],
  ])('%s from %j', (status, tag) => {
    expect(read({ tags: [tag] }).status).toBe(status);
  });
});

describe('times', () => {
  it('are microseconds, exact in nanoseconds', () => {
    expect(read({})).toMatchObject({ startNs: '1724500000123457000', durationNs: 52_341_000 });
  });
});

describe('parents', () => {
  const parent = { refType: 'CHILD_OF', traceID: span.traceID, spanID: '00000000000000aa' };

  it('are CHILD_OF references of this trace, whatever stands before them', () => {
    const references = [
      { refType: 'CHILD_OF', traceID: 'ff'.repeat(16), spanID: '00000000000000ff' },
      { refType: 'FOLLOWS_FROM', traceID: span.traceID, spanID: '00000000000000bb' },
      parent,
    ];
    expect(read({ references }).parentSpanId).toBe('00000000000000aa');
  });

  it('are not spans of another trace', () => {
    expect(read({ references: [{ ...parent, traceID: 'ff'.repeat(16) }] })).not.toHaveProperty(
      'parentSpanId',
    );
  });

  it('FOLLOWS_FROM stands in where there is no CHILD_OF', () => {
    expect(read({ references: [{ ...parent, refType: 'FOLLOWS_FROM' }] }).parentSpanId).toBe(
      '00000000000000aa',
    );
  });
});

describe('tags', () => {
  it('keep their types, and integers beyond a number stay text', () => {
    const tags = [
      { key: 'temperature', type: 'float64', value: 72.5 },
      { key: 'port', type: 'int64', value: '8080' },
      { key: 'large', type: 'int64', value: '9223372036854775222' },
      { key: 'retry', type: 'bool', value: 'true' },
      { key: 'blob', type: 'binary', value: 'AAAwOQ==' },
      { key: 'empty', type: 'int64', value: '' },
    ];
    expect(read({ tags }).attributes).toEqual({
      temperature: 72.5,
      port: 8080,
      large: '9223372036854775222',
      retry: true,
      blob: 'AAAwOQ==',
      empty: '',
    });
  });

  it('take type and message of the first exception from the logs', () => {
    const logs = [
      { fields: [{ key: 'event', type: 'string', value: 'retry' }] },
      {
        fields: [
          { key: 'event', type: 'string', value: 'exception' },
          { key: 'exception.type', type: 'string', value: 'TimeoutError' },
          { key: 'exception.stacktrace', type: 'string', value: 'at …' },
        ],
      },
    ];
    expect(read({ logs }).attributes).toEqual({ 'exception.type': 'TimeoutError' });
  });

  it('cannot change a prototype', () => {
    const tags = JSON.parse('[{"key":"__proto__","type":"string","value":"x"}]') as unknown;
    expect(Object.getPrototypeOf(read({ tags }).attributes)).toBe(Object.prototype);
  });
});

describe('what is missing', () => {
  it.each([['references'], ['tags'], ['logs'], ['duration'], ['operationName']])(
    '%s may be null',
    (field) => {
      expect(readLegacyTrace(trace({ ...span, [field]: null })).spans).toHaveLength(1);
    },
  );

  it('the process may be given in the span itself, or not at all', () => {
    expect(read({ process: { serviceName: 'inline' }, processID: null }).service).toBe('inline');
    expect(read({ processID: 'p9' }).service).toBe('unknown_service');
    expect(read({ processID: 'p2' }).service).toBe('unknown_service');
    expect(read({ processID: 'constructor' }).service).toBe('unknown_service');
  });

  it.each([
    [null],
    ['span'],
    [{ ...span, spanID: undefined }],
    [{ ...span, startTime: '2026' }],
    [{ ...span, spanID: 'zz' }],
  ])('%j is no span and is counted', (broken) => {
    const { spans, invalidItems } = readLegacyTrace(trace(broken, span));
    expect([spans.length, invalidItems]).toEqual([1, 1]);
  });

  it('short ids of 64 bits are padded', () => {
    expect(readLegacyTrace({ ...trace(span), traceID: '2be38093ead7a083' }).traceId).toBe(
      '00000000000000002be38093ead7a083',
    );
  });
});
