import { describe, expect, it } from 'vitest';
import { traceSignalSchema } from '../connector/v1/signal.js';
import leadingZeros from './__fixtures__/tempo-trace-v1.leading-zeros.json' with { type: 'json' };
import tempoError from './__fixtures__/tempo-trace-v2.error.json' with { type: 'json' };
import tempoTrace from './__fixtures__/tempo-trace-v2.json' with { type: 'json' };
import { createTraceDecoder } from './trace-decoder.js';

const scope = { connectorId: 'tempo', queryId: 'q-1' };

function decode(...messages: unknown[]) {
  const decoder = createTraceDecoder(scope);
  for (const message of messages) decoder.add(message);
  return decoder.decoded();
}

const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] };
const span = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  name: 'POST /pay',
  startTimeUnixNano: '1724500000123456789',
  endTimeUnixNano: '1724500000223456790',
};
const message = (...spans: unknown[]) => ({
  resourceSpans: [{ resource, scopeSpans: [{ scope: {}, spans }] }],
});

describe('the dialect of Tempo: base64 ids, enumerations as text', () => {
  it('reads a recorded trace', () => {
    const { signals, invalidItems } = decode(tempoTrace.trace);
    expect(invalidItems).toBe(0);
    expect(signals).toHaveLength(1);
    const [trace] = signals;
    expect(traceSignalSchema.safeParse(trace).success).toBe(true);
    expect(trace).toMatchObject({
      traceId: 'ff1158381310a188d45788bcd6f29a58',
      complete: true,
      timestampMs: 1795403665100,
      timeUnixNano: '1795403665100349184',
      ...scope,
    });
    expect(
      trace!.spans.map(({ service, operation, kind, status }) =>
        [service, operation, kind, status].join(' | '),
      ),
    ).toEqual([
      'api-gateway | POST /api/orders | server | unset',
      'api-gateway | POST | client | unset',
      'orders | POST /orders | server | unset',
      'inventory | POST /reserve | server | unset',
      'payments | POST /charge | server | unset',
      'orders | INSERT orders.orders | client | unset',
    ]);
    expect(trace!.spans[1]).toMatchObject({
      spanId: 'c360c7f080624a51',
      parentSpanId: 'a83ea8ff90ce5979',
      startNs: '1795403665104349184',
      durationNs: 233_863_424,
      attributes: { 'http.response.status_code': 200, 'k8s.pod.name': 'api-gateway-6f8b7d9c4-k5wqz' },
    });
  });

  it('gives a failed span its status message and its exception', () => {
    const [trace] = decode(tempoError.trace).signals;
    const waiting = trace!.spans.find(({ operation }) => operation === 'HikariPool.getConnection');
    expect(waiting).toMatchObject({
      kind: 'internal',
      status: 'error',
      attributes: {
        'otel.status_description': 'Connection is not available, request timed out after 3000ms',
        'exception.type': 'java.sql.SQLTransientConnectionException',
      },
    });
  });

  it('reads the list that the first API calls `batches`, and keeps leading zeros', () => {
    const [trace] = decode(leadingZeros).signals;
    expect(trace!.traceId).toBe('0053d394f92ca6ebd3e4051e9936a8e3');
  });
});

describe('the dialect of Jaeger and the Collector: hex ids, enumerations as numbers', () => {
  it('reads kind and status by number', () => {
    const [trace] = decode(message({ ...span, kind: 3, status: { code: 2 } })).signals;
    expect(trace!.spans).toEqual([
      {
        spanId: 'b7ad6b7169203331',
        service: 'checkout',
        operation: 'POST /pay',
        kind: 'client',
        startNs: '1724500000123456789',
        durationNs: 100_000_001,
        status: 'error',
        attributes: {},
      },
    ]);
  });

  it('leaves kind and status out when the message has none', () => {
    const [trace] = decode(message(span)).signals;
    expect(trace!.spans[0]).not.toHaveProperty('kind');
    expect(trace!.spans[0]).not.toHaveProperty('status');
  });
});

describe('grouping', () => {
  const other = { ...span, traceId: '00000000000000000000000000000001' };
  const child = {
    ...span,
    spanId: '0000000000000002',
    parentSpanId: span.spanId,
    startTimeUnixNano: '1724500000123456790',
  };

  it('groups the merged list of a search by trace id, over all messages', () => {
    const { signals } = decode(message(span, other), message(child));
    expect(signals.map(({ traceId, spans }) => [traceId, spans.length])).toEqual([
      [span.traceId, 2],
      [other.traceId, 1],
    ]);
  });

  it('counts a span once that came twice', () => {
    expect(decode(message(span), message(span)).signals[0]!.spans).toHaveLength(1);
  });

  it('keeps a client and a server that share one span id', () => {
    const server = { ...span, name: 'server side', startTimeUnixNano: '1724500000123456800' };
    expect(decode(message(span, server)).signals[0]!.spans).toHaveLength(2);
  });

  it('calls a trace incomplete when a parent is missing', () => {
    expect(decode(message(child)).signals[0]!.complete).toBe(false);
    expect(decode(message(child, span)).signals[0]!.complete).toBe(true);
  });

  it('gives the same trace the same id whatever query brought it', () => {
    const again = createTraceDecoder({ connectorId: 'tempo', queryId: 'q-2' });
    again.add(message(span));
    expect(again.decoded().signals[0]!.id).toBe(decode(message(span)).signals[0]!.id);
  });

  it('can be asked in between', () => {
    const decoder = createTraceDecoder(scope);
    decoder.add(message(span));
    expect(decoder.decoded().signals[0]!.spans).toHaveLength(1);
    decoder.add(message(child));
    expect(decoder.decoded().signals[0]!.spans).toHaveLength(2);
  });
});

describe('hostile and broken input', () => {
  it.each([
    ['no id', { ...span, traceId: undefined }],
    ['an id of zeros', { ...span, traceId: '0'.repeat(32) }],
    ['an id that is too long', { ...span, traceId: 'a'.repeat(33) }],
    ['a number for an id', { ...span, spanId: 12 }],
    ['no start time', { ...span, startTimeUnixNano: undefined }],
    ['a negative time', { ...span, startTimeUnixNano: '-5' }],
    ['a text for a span', 'span'],
    ['null', null],
  ])('counts a span with %s as invalid', (_, broken) => {
    const { signals, invalidItems } = decode(message(broken, span));
    expect(invalidItems).toBe(1);
    expect(signals[0]!.spans).toHaveLength(1);
  });

  it.each([[null], ['text'], [[]], [7]])('survives the message %j', (hostile) => {
    expect(decode(hostile)).toEqual({ signals: [], invalidItems: 1 });
  });

  it('survives lists that are none', () => {
    const shapes = [
      { resourceSpans: {} },
      { resourceSpans: [null, 3, { scopeSpans: 'x' }, { scopeSpans: [null, { spans: {} }] }] },
      { resourceSpans: null },
    ];
    expect(decode(...shapes)).toEqual({ signals: [], invalidItems: 0 });
  });

  it('lets an end before the start last no time', () => {
    const backwards = { ...span, endTimeUnixNano: '1724500000123456000' };
    expect(decode(message(backwards)).signals[0]!.spans[0]!.durationNs).toBe(0);
  });

  it('reads times that are numbers', () => {
    const numeric = { ...span, startTimeUnixNano: 1724500000000000000, endTimeUnixNano: 1724500001000000000 };
    expect(decode(message(numeric)).signals[0]!.spans[0]).toMatchObject({
      startNs: '1724500000000000000',
      durationNs: 1e9,
    });
  });

  it('does not let an attribute change a prototype', () => {
    const hostile = JSON.parse(
      '[{"key":"__proto__","value":{"stringValue":"x"}},{"key":"constructor","value":{"stringValue":"y"}}]',
    ) as unknown;
    const [trace] = decode(message({ ...span, attributes: hostile })).signals;
    const { attributes } = trace!.spans[0]!;
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
    expect(Object.hasOwn(attributes, 'constructor')).toBe(true);
  });
});
