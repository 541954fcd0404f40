import pino from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { linesOf, logSource } from '../__fixtures__/incident-room.js';
import { listenAsCollector, type ReceivedSpan } from '../__fixtures__/otlp-receiver.js';
import {
  alertmanagerBody,
  closeAll,
  listenAsSlack,
  listenHere,
  post,
  startHere,
} from '../__fixtures__/running-server.js';
import { openTracing } from './open-tracing.js';
import { noTracing } from './tracing.js';

afterEach(async () => {
  await closeAll();
  vi.unstubAllEnvs();
});

const judgement = {
  ...{ timeline: [], hypotheses: [], advice: [], verdict: 'insufficient-evidence', confidence: 'LOW' },
  ...{ confidenceReason: 'Too little.', summary: 'Not known.' },
};
const message = JSON.stringify({
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-5-5', stop_reason: 'end_turn' },
  content: [{ type: 'text', text: JSON.stringify(judgement) }],
  usage: { input_tokens: 6000, output_tokens: 900 },
});

function open(variables: Record<string, string>, warnings: string[] = []) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const log = pino({ level: 'warn' }, { write: (line) => warnings.push(line) });
  return openTracing({ environment: process.env, version: '1.2.3', log });
}

async function runIncident(variables: Record<string, string>, warnings: string[] = []) {
  const { environment: chat, slack } = await listenAsSlack();
  const model = await listenHere((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(message);
  });
  const environment = { ...chat, ANTHROPIC_API_KEY: 'sk-test-0123456789', ANTHROPIC_BASE_URL: model };
  const broken = logSource('broken', () => Promise.reject(new Error('password=hunter2hunter2')));
  const lines = logSource('lines', async () => linesOf('checkout', 3));
  const server = await startHere(
    { ...environment, MIDWATCH_LARGER_MODEL: 'none' },
    { connectors: [lines, broken], tracing: await open(variables, warnings) },
  );
  const send = async (body: string) => {
    const response = await post(`${server.url}/webhooks/alertmanager`, body);
    return ((await response.json()) as { incidents: { id: string }[] }).incidents[0]?.id;
  };
  const id = await send(alertmanagerBody({ annotations: { summary: 'token=hunter2hunter2' } }));
  await expect.poll(() => JSON.stringify(slack.messages)).toContain('Not known.');
  await send(alertmanagerBody({ endsAt: '2026-11-01T03:40:00Z' }, 'resolved'));
  await expect.poll(() => JSON.stringify(slack.messages)).toContain('Resolved');
  await server.close();
  return id;
}

describe('traces', () => {
  it('tell of each alert what was done with it, in one trace, to whom the standard variables name', async () => {
    const { requests, resources, spans, url } = await listenAsCollector();
    const id = await runIncident({
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-collector=ours',
      OTEL_SERVICE_NAME: 'midwatch-of-tests',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    });
    expect(requests[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-collector': 'ours' } });
    expect(resources[0]).toMatchObject({
      'service.name': 'midwatch-of-tests',
      'service.version': '1.2.3',
      'deployment.environment.name': 'test',
    });
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const named = (name: string) => spans.filter((span) => span.name === name);
    const one = (name: string): ReceivedSpan => {
      expect([name, named(name).length]).toEqual([name, 1]);
      return named(name)[0] as ReceivedSpan;
    };
    const [root, resolve] = named('receive');
    expect(root?.parentSpanId ?? '').toBe('');
    expect(root?.attributes).toMatchObject({
      'midwatch.incident.id': id,
      'midwatch.alert.outcome': 'opened',
    });
    expect(resolve?.attributes).toMatchObject({ 'midwatch.alert.outcome': 'resolved' });
    const collect = one('collect');
    const analyze = one('analyze');
    for (const span of [collect, analyze, one('update-status'), ...named('deliver'), resolve])
      expect([span?.name, span?.parentSpanId]).toEqual([span?.name, root?.spanId]);
    for (const span of [one('reduce'), one('format'), ...named('query')])
      expect([span.name, span.parentSpanId]).toEqual([span.name, collect.spanId]);
    expect(named('deliver').length).toBeGreaterThanOrEqual(2);
    expect(new Set(named('query').map(({ attributes }) => attributes['midwatch.connector']))).toEqual(
      new Set(['lines', 'broken', 'changes']),
    );
    const failed = named('query').find(({ attributes }) => attributes['midwatch.connector'] === 'broken');
    expect(failed?.status).toMatchObject({ code: 2 });
    const chat = spans.find(({ name }) => name.startsWith('chat '));
    expect(chat?.parentSpanId).toBe(analyze.spanId);
    expect(chat?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 6000,
      'gen_ai.usage.output_tokens': 900,
    });
    for (const { endTimeUnixNano, name, startTimeUnixNano } of spans) {
      const length = Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6;
      expect([name, length >= 0 && length < 20_000]).toEqual([name, true]);
    }
    // Neither telemetry nor what a part said.
    expect(JSON.stringify(spans)).not.toMatch(/hunter2|ErrorsHigh|checkout/);
  });

  it('of a collector that is down cost no incident anything, and the log says so', async () => {
    const warnings: string[] = [];
    // It is tried again for so long.
    const down = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
    const id = await runIncident(down, warnings);
    expect(id).toMatch(/^inc-/);
    await expect.poll(() => warnings.join()).toContain('traces were not taken');
  });

  it.each([
    [{}],
    [{ OTEL_SERVICE_NAME: 'midwatch' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' }],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9', OTEL_TRACES_EXPORTER: 'none' }],
  ])('are off with %j', async (variables) => {
    expect(await open(variables)).toBe(noTracing);
  });
});
