import { describe, expect, it } from 'vitest';
import { always, at, connect, window } from './__fixtures__/connect.js';
import { createFakeDatadog, spanItem } from './__fixtures__/fake-datadog.js';

const HIGH = '4bf92f3577b34da6';
const hex = (low: number) => low.toString(16).padStart(16, '0');
const root = (trace: number, seconds: number, attributes: object = {}) =>
  spanItem(String(trace), `${trace}1`, at(seconds), attributes);
const child = (trace: number, seconds: number, attributes: object = {}) =>
  spanItem(String(trace), `${trace}2`, at(seconds), {
    parent_id: `${trace}1`,
    service: 'payments',
    ...attributes,
  });
const ofCheckout = (stored: ReturnType<typeof spanItem>) => ({
  ...stored,
  matches: (query: string) => !query.includes('service:') || query.includes('service:"checkout"'),
});
const byIdOnly = (stored: ReturnType<typeof spanItem>) => ({
  ...stored,
  matches: (query: string) => query.startsWith('trace_id:'),
});

describe('traces by search', () => {
  it('are all spans of the traces that a first search finds, in a wrapped body', async () => {
    const { traces, sent, texts } = connect(
      createFakeDatadog({ spans: [root(7, 10), byIdOnly(child(7, 11))] }),
    );
    const { signals, gaps, provenance } = await traces({
      onlyErrors: true,
      minDurationMs: 1.5,
      target: { service: 'checkout', operation: 'POST /pay' },
    });
    expect(texts()).toEqual([
      'service:"checkout" resource_name:"POST /pay" status:error @duration:>=1500000',
      'trace_id:7',
    ]);
    expect(sent[0]?.body).toMatchObject({
      data: {
        type: 'search_request',
        attributes: { filter: { from: String(window.startMs) }, sort: '-timestamp' },
      },
    });
    expect(signals).toHaveLength(1);
    expect(signals[0]).toMatchObject({
      traceId: hex(7).padStart(32, '0'),
      complete: true,
      timestampMs: at(10),
    });
    expect(signals[0]?.spans.map(({ service }) => service)).toEqual(['checkout', 'payments']);
    expect(signals[0]?.url).toBe(`https://app.datadoghq.com/apm/trace/${hex(7).padStart(32, '0')}`);
    expect(provenance.map(({ language }) => language)).toEqual(['datadog-spans', 'datadog-spans']);
    expect(gaps).toEqual([]);
  });

  it('of 128 bits have both halves, though only some spans tell the high one', async () => {
    const spans = [
      root(7, 10),
      byIdOnly(child(7, 11, { custom: { _dd: { p: { tid: HIGH } }, duration: 5 } })),
    ];
    expect(
      (await connect(createFakeDatadog({ spans })).traces()).signals.map(({ traceId }) => traceId),
    ).toEqual([HIGH + hex(7)]);
  });

  it('are incomplete where a parent was not indexed', async () => {
    const { signals } = await connect(
      createFakeDatadog({ spans: [child(7, 11, { service: 'checkout' })] }),
    ).traces();
    expect(signals[0]).toMatchObject({ complete: false, spans: [{ parentSpanId: hex(71) }] });
  });

  it('that began before the window belong to the window before', async () => {
    const early = spanItem('7', '71', window.startMs - 1000, { service: 'gateway' });
    const late = ofCheckout(spanItem('7', '72', at(1), { parent_id: '71' }));
    const spans = [byIdOnly(early), late, root(8, 10)];
    const { signals } = await connect(createFakeDatadog({ spans })).traces();
    expect(signals.map(({ traceId }) => traceId)).toEqual([hex(8).padStart(32, '0')]);
  });

  it('are what the first search found, incomplete, where the second one fails', async () => {
    const answer = createFakeDatadog({ spans: [root(7, 10)] });
    const { traces, sent } = connect((request) => (sent.length < 2 ? answer(request) : always(503)()));
    const { signals, gaps } = await traces();
    expect(signals).toMatchObject([{ complete: false }]);
    expect(gaps).toMatchObject([{ reason: 'page-failure' }]);
  });

  it('are incomplete where Datadog ran out of time', async () => {
    const answer = createFakeDatadog({ spans: [root(7, 10)] });
    const { traces, sent } = connect(async (request) => {
      const body = (await (await answer(request)).json()) as object;
      return Response.json(sent.length < 2 ? body : { ...body, meta: { status: 'timeout' } });
    });
    const { signals, gaps } = await traces();
    expect(signals).toMatchObject([{ complete: false }]);
    expect(gaps).toMatchObject([{ reason: 'vendor-timeout' }]);
  });

  it.each(['newest', 'oldest'] as const)('%s: the asked end, with a gap for the others', async (keep) => {
    const spans = Array.from({ length: 30 }, (_, index) => ofCheckout(root(index + 1, index * 10)));
    const { signals, gaps } = await connect(createFakeDatadog({ spans })).traces({ keep, limit: 5 });
    const first = keep === 'newest' ? 25 : 0;
    expect(signals.map(({ timestampMs }) => timestampMs)).toEqual(
      [0, 1, 2, 3, 4].map((index) => at((first + index) * 10)),
    );
    expect(gaps).toMatchObject([{ reason: 'row-limit', missing: { count: 25 } }]);
  });

  it('spread: some of each third of the window', async () => {
    const spans = Array.from({ length: 360 }, (_, index) => ofCheckout(root(index + 1, index * 10)));
    const { traces, texts } = connect(createFakeDatadog({ spans }));
    const { signals, gaps } = await traces({ keep: 'spread', limit: 30 });
    expect(signals).toHaveLength(30);
    for (const third of [0, 1, 2]) {
      const inside = signals.filter(
        ({ timestampMs }) => Math.floor((timestampMs - window.startMs) / 1_200_000) === third,
      );
      expect(inside.length).toBeGreaterThan(7);
    }
    expect(gaps).toMatchObject([{ reason: 'sampled' }]);
    expect(texts().filter((text) => text.startsWith('service:'))).toHaveLength(3);
  });

  it('of a service that sent no span for a day are no answer about it', async () => {
    expect((await connect(createFakeDatadog({})).traces()).gaps).toMatchObject([
      { reason: 'unmapped-target' },
    ]);
  });
});

describe('traces by id', () => {
  it('are asked for in full and as the decimal of the low half, and those that were not indexed are counted', async () => {
    const { traces, texts } = connect(createFakeDatadog({ spans: [root(7, 10)] }));
    const { signals, gaps } = await traces({ traceIds: [HIGH + hex(7), HIGH + hex(8)] });
    expect(texts()).toEqual([`trace_id:(${HIGH}${hex(7)} OR 7 OR ${HIGH}${hex(8)} OR 8)`]);
    expect(signals.map(({ traceId }) => traceId)).toEqual([HIGH + hex(7)]);
    expect(gaps).toMatchObject([{ reason: 'sampled', missing: { count: 1, exact: true } }]);
  });
});

describe('spans', () => {
  const only = async (attributes: object) => {
    const { signals } = await connect(createFakeDatadog({ spans: [root(7, 10, attributes)] })).traces();
    return signals[0]!.spans[0]!;
  };

  it('last as many nanoseconds as their duration says; their times have milliseconds', async () => {
    expect(await only({ custom: { duration: 52_341_017 } })).toMatchObject({
      durationNs: 52_341_017,
      startNs: `${at(10)}000000`,
    });
    expect(await only({ custom: {} })).toMatchObject({ durationNs: 20_000_000 });
  });

  it.each([
    ['status', { status: 'error' }, 'error'],
    ['what was thrown', { custom: { error: { type: 'TimeoutError', message: 'late' } } }, 'error'],
    ['a number', { custom: { error: 1 } }, 'error'],
    ['a status that is well', { status: 'ok', custom: { error: {} } }, 'unset'],
    ['nothing', { custom: {} }, 'unset'],
  ])('fail by %s', async (_, attributes, status) => {
    expect((await only(attributes)).status).toBe(status);
  });

  it('tell what was thrown and who was called under the names of OpenTelemetry, too', async () => {
    const custom = {
      error: { type: 'TimeoutError', message: 'late' },
      out: { host: 'db-1' },
      http: { status_code: '504' },
    };
    expect((await only({ custom })).attributes).toMatchObject({
      'exception.type': 'TimeoutError',
      'exception.message': 'late',
      'server.address': 'db-1',
      'http.status_code': '504',
    });
  });

  it.each([
    [{ custom: { span: { kind: 'producer' } } }, 'producer'],
    [{ type: 'web' }, 'server'],
    [{ type: 'http' }, 'client'],
    [{ type: 'db' }, 'client'],
    [{ type: 'worker' }, 'consumer'],
    [{ type: 'custom' }, undefined],
  ])('%j are of kind %s', async (attributes, kind) => {
    expect((await only(attributes)).kind).toBe(kind);
  });

  it('have no parent where it is 0, and ids of 64 bits that no number holds', async () => {
    const span = await only({ span_id: '17551449796724253880', parent_id: '0' });
    expect(span.parentSpanId).toBeUndefined();
    expect(BigInt(`0x${span.spanId}`)).toBe(17551449796724253880n);
  });
});
