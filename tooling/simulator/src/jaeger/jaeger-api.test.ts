import { describe, expect, test } from 'vitest';
import { toQuery } from '../__fixtures__/query-text.js';
import { createScenario } from '../scenario.js';
import { createSimulatorFetch } from '../simulator-fetch.js';
import type { JaegerMode } from './jaeger-api.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const { service, decoy, onsetMs } = scenario.truth;
const both = createSimulatorFetch(scenario);

async function ask(path: string, parameters: Readonly<Record<string, string | number>> = {}, fetch = both) {
  const response = await fetch(`http://simulator/jaeger${path}?${toQuery(parameters)}`);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly service: string;
}

interface Otlp {
  readonly result: {
    readonly resourceSpans: readonly {
      readonly resource: {
        readonly attributes: readonly { readonly value: { readonly stringValue: string } }[];
      };
      readonly scopeSpans: readonly { readonly spans: readonly Omit<OtlpSpan, 'service'>[] }[];
    }[];
  };
}

async function search(
  parameters: Readonly<Record<string, string | number>>,
): Promise<Map<string, OtlpSpan[]>> {
  const { text, status } = await ask('/api/v3/traces', parameters);
  expect(status, text).toBe(200);
  return byTrace(JSON.parse(text) as Otlp);
}

function byTrace({ result }: Otlp): Map<string, OtlpSpan[]> {
  const spans = result.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({ ...span, service: resource.attributes[0]?.value.stringValue ?? '' })),
    ),
  );
  return Map.groupBy(spans, ({ traceId }) => traceId);
}

function durationMs(span: OtlpSpan): number {
  return Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6;
}

const window = {
  'query.startTimeMin': new Date(scenario.nowMs - 4_200_000).toISOString(),
  'query.startTimeMax': new Date(scenario.nowMs).toISOString(),
};

describe('version 3', () => {
  test('services and operations', async () => {
    const services = JSON.parse((await ask('/api/v3/services')).text) as { services: string[] };
    expect(services.services).toHaveLength(6);
    const operations = JSON.parse((await ask('/api/v3/operations', { service, span_kind: 'server' })).text);
    expect(operations).toEqual({
      operations: expect.arrayContaining([{ name: 'GET /api/users/{id}', spanKind: 'server' }]),
    });
    expect((await ask('/api/v3/operations')).status).toBe(400);
  });

  test('both spellings of the parameters find the same, the newest of them, in one list', async () => {
    const camel = { ...window, 'query.serviceName': service, 'query.searchDepth': 20 };
    const snake = {
      'query.service_name': service,
      'query.start_time_min': window['query.startTimeMin'],
      'query.start_time_max': window['query.startTimeMax'],
      'query.num_traces': 20,
    };
    const found = await ask('/api/v3/traces', camel);
    expect(await ask('/api/v3/traces', snake)).toEqual(found);
    expect(byTrace(JSON.parse(found.text) as Otlp).size).toBe(20);
    const all = await search({ ...camel, 'query.searchDepth': 5000 });
    expect(all.size).toBeGreaterThan(500);
    expect(all.size).toBeLessThan(1500);
  });

  test('parents precede and enclose their children', async () => {
    const traces = await search({ ...window, 'query.serviceName': 'payments', 'query.searchDepth': 50 });
    for (const spans of traces.values()) {
      const known = new Map(spans.map((span) => [span.spanId, span]));
      expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
      for (const span of spans) {
        if (span.parentSpanId === undefined) continue;
        const parent = known.get(span.parentSpanId);
        expect(BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(
          BigInt(parent?.startTimeUnixNano ?? '0'),
        );
        expect(BigInt(span.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(parent?.endTimeUnixNano ?? '0'));
      }
    }
  });

  test('in the fault the wait lies before the call: the client span begins late and is short', async () => {
    const traces = await search({
      'query.startTimeMin': new Date(onsetMs + 60_000).toISOString(),
      'query.startTimeMax': new Date(scenario.nowMs).toISOString(),
      'query.serviceName': service,
      'query.operationName': 'GET /api/users/{id}',
    });
    const waits = [...traces.values()].flatMap((spans) => {
      const server = spans.find((span) => span.service === service && span.kind === 2);
      const client = spans.find((span) => span.service === service && span.kind === 3);
      if (server === undefined || client === undefined) return [];
      expect(durationMs(client)).toBeLessThan(500);
      return [Number(BigInt(client.startTimeUnixNano) - BigInt(server.startTimeUnixNano)) / 1e6];
    });
    expect(waits.length).toBeGreaterThan(5);
    expect(waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)]).toBeGreaterThan(1500);
  });

  test('a request that got no connection fails alone: it never reaches the next service', async () => {
    const failed = await search({
      ...window,
      'query.serviceName': service,
      'query.attributes': '{"error.type":"PoolTimeout"}',
    });
    expect(failed.size).toBeGreaterThan(4);
    for (const spans of failed.values()) {
      expect(spans.some((span) => span.service === decoy)).toBe(false);
      expect(spans.find(({ kind }) => kind === 2)?.status).toMatchObject({ code: 2 });
      expect(durationMs(spans[0] as OtlpSpan)).toBeGreaterThan(7000);
    }
  });

  test('durations and error attributes narrow the search', async () => {
    const slow = await search({ ...window, 'query.serviceName': service, 'query.durationMin': '1.5s' });
    for (const spans of slow.values()) expect(spans.some((span) => durationMs(span) >= 1500)).toBe(true);
    const errors = await search({
      ...window,
      'query.serviceName': service,
      'query.attributes': '{"error":"true"}',
    });
    for (const spans of errors.values()) expect(spans.some(({ status }) => status.code === 2)).toBe(true);
  });

  test('nothing found is 404, a missing time 400, both as JSON sent as text', async () => {
    const nothing = await ask('/api/v3/traces', { ...window, 'query.serviceName': 'nope' });
    expect(nothing).toEqual({
      status: 404,
      type: 'text/plain; charset=utf-8',
      text: '{"error":{"httpCode":404,"message":"No traces found"}}',
    });
    expect((await ask('/api/v3/traces', { 'query.serviceName': service })).status).toBe(400);
    expect((await ask(`/api/v3/traces/${'0'.repeat(31)}1`)).status).toBe(404);
  });

  test('one trace by its id', async () => {
    const [traceId = ''] = (
      await search({ ...window, 'query.serviceName': service, 'query.searchDepth': 1 })
    ).keys();
    const alone = byTrace(JSON.parse((await ask(`/api/v3/traces/${traceId.toUpperCase()}`)).text) as Otlp);
    expect([...alone.keys()]).toEqual([traceId]);
  });
});

describe('the legacy API', () => {
  const micros = { start: (scenario.nowMs - 600_000) * 1000, end: scenario.nowMs * 1000 };

  test('finds the same traces as version 3, in its own shape', async () => {
    const { text } = await ask('/api/traces', { service, ...micros, limit: 30 });
    const { data } = JSON.parse(text) as {
      data: { traceID: string; spans: { processID: string }[]; processes: Record<string, unknown> }[];
    };
    const parameters = {
      'query.startTimeMin': new Date(scenario.nowMs - 600_000).toISOString(),
      'query.startTimeMax': new Date(scenario.nowMs).toISOString(),
    };
    const other = await search({ ...parameters, 'query.serviceName': service, 'query.searchDepth': 30 });
    expect(data.map(({ traceID }) => traceID)).toEqual([...other.keys()]);
    for (const trace of data) {
      expect(Object.keys(trace).sort()).toEqual(['processes', 'spans', 'traceID', 'warnings']);
      expect(trace.spans.every(({ processID }) => Object.hasOwn(trace.processes, processID))).toBe(true);
    }
    expect(Object.keys(data[0]?.spans[0] ?? {}).sort()).toEqual(
      [
        'duration',
        'logs',
        'operationName',
        'processID',
        'references',
        'spanID',
        'startTime',
        'tags',
        'traceID',
        'warnings',
      ].sort(),
    );
  });

  test('errors have its envelope', async () => {
    const missing = { data: null, total: 0, limit: 0, offset: 0 };
    expect(JSON.parse((await ask('/api/traces')).text)).toEqual({
      ...missing,
      errors: [{ code: 400, msg: "parameter 'service' is required" }],
    });
    expect(await ask('/api/traces/abc')).toMatchObject({ status: 404 });
    expect((await ask('/api/traces', { service, tag: 'no-colon' })).status).toBe(400);
  });

  test('dependencies count who calls whom', async () => {
    const { text } = await ask('/api/dependencies', { endTs: scenario.nowMs, lookback: 3_600_000 });
    const { data } = JSON.parse(text) as { data: { parent: string; child: string; callCount: number }[] };
    expect(data).toContainEqual({ parent: service, child: decoy, callCount: expect.any(Number) });
    expect(data.some(({ parent }) => parent === decoy)).toBe(true);
  });
});

test.each<[JaegerMode, number, number, number]>([
  ['both', 200, 200, 200],
  ['v3', 200, 404, 200],
  ['legacy', 404, 200, 200],
])('mode %s: v3 %d, legacy search %d, dependencies %d', async (jaegerMode, v3, legacy, dependencies) => {
  const fetch = createSimulatorFetch(scenario, { jaegerMode });
  expect((await ask('/api/v3/services', {}, fetch)).status).toBe(v3);
  expect((await ask('/api/services', {}, fetch)).status).toBe(legacy);
  expect((await ask('/api/dependencies', { endTs: scenario.nowMs }, fetch)).status).toBe(dependencies);
});
