import { createScheduledController } from 'cloudflare:test';
import { exports } from 'cloudflare:workers';
import type { Incident, IncidentDetails } from '@midwatch/core/incident';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { emptyDatabase, environment, migrate } from './__fixtures__/test-environment.js';
import type { Environment } from './environment.js';
import worker from './index.js';

beforeAll(migrate);
beforeEach(async () => {
  await emptyDatabase();
  await fetch(`${environment.WORLD_URL}/reset`);
});

const send = { authorization: 'Bearer token-of-whoever-sends' };
const read = { authorization: 'Bearer token-of-whoever-reads' };

function post(body: string, headers: Record<string, string> = send): Promise<Response> {
  const url = 'https://midwatch.example/webhooks/alertmanager';
  return exports.default.fetch(new Request(url, { method: 'POST', headers, body }));
}

async function get<T>(path: string): Promise<T> {
  const response = await exports.default.fetch(
    new Request(`https://midwatch.example${path}`, { headers: read }),
  );
  return (await response.json()) as T;
}

async function world<T>(path: string): Promise<T> {
  return (await (await fetch(`${environment.WORLD_URL}${path}`)).json()) as T;
}

interface Slack {
  readonly messages: readonly { readonly edits: number }[];
  readonly requests: readonly string[];
}

const told = (edits: number) =>
  expect
    .poll(async () => (await world<Slack>('/messages')).messages, { interval: 200 })
    .toMatchObject([{ edits }]);

/** What differs from one run to the next: times that were measured. */
function withoutTimes(details: unknown): string {
  return JSON.stringify(details, (key, value: unknown) => (key === 'collectedMs' ? 0 : value), 1);
}

it('an alert becomes one message, edited by the model and by the resolve; Node tells the same, byte for byte', async () => {
  const body = JSON.stringify(await world('/alert'));
  expect((await post(body)).status).toBe(202);
  await told(1);
  const { incidents } = await get<{ incidents: Incident[] }>('/incidents');
  expect(incidents).toMatchObject([{ verdict: 'cause-found', status: 'firing' }]);
  const details = await get<IncidentDetails>(`/incidents/${incidents[0]?.id}`);
  expect(details.brief).toMatchObject({
    cause: 'api-gateway lacks connections since its pool was cut.',
    footer: { analyzer: 'claude' },
  });
  expect(withoutTimes(details.brief)).toBe(withoutTimes(await world('/node-brief')));

  expect((await post(body)).status).toBe(202);
  const resolved = body
    .replaceAll('"status":"firing"', '"status":"resolved"')
    .replaceAll(/"endsAt":"[^"]*"/g, '"endsAt":"2026-11-18T04:00:00Z"');
  expect((await post(resolved)).status).toBe(202);
  await told(2);
  const { requests } = await world<Slack>('/messages');
  expect(requests.filter((line) => line.startsWith('chat.postMessage'))).toEqual(['chat.postMessage ok']);
  expect(await get<{ incidents: Incident[] }>('/incidents')).toMatchObject({
    incidents: [{ status: 'resolved' }],
  });
});

it('an alert is kept while places and queue are down; the cron trigger does its work', async () => {
  const down = () => Promise.reject(new Error('down today'));
  const broken: Environment = {
    ...environment,
    PLACES: { idFromName: () => undefined, get: () => ({ record: down }) },
    WORK_QUEUE: { sendBatch: down },
  };
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const request = new Request('https://midwatch.example/webhooks/alertmanager', {
    method: 'POST',
    headers: send,
    body: JSON.stringify(await world('/alert')),
  });
  expect((await worker.fetch(request, broken)).status).toBe(202);
  expect(log.mock.calls.join()).toMatch(/place-failed.*work-not-sent/s);
  log.mockRestore();
  expect((await world<Slack>('/messages')).messages).toHaveLength(0);
  // On the hour it prunes, too.
  await worker.scheduled(
    createScheduledController({ scheduledTime: new Date('2026-11-18T04:00:00Z') }),
    environment,
  );
  expect((await world<Slack>('/messages')).messages).toMatchObject([{ edits: 1 }]);
});

it.each([
  ['is not JSON', 'alert!', send, 400],
  ['has another shape', '{"alerts":1}', send, 400],
  ['is 2 MiB large', `{"x":"${'x'.repeat(2 * 1024 * 1024)}"}`, send, 413],
  ['comes without a token', '{}', {}, 401],
  ['comes with the token of readers', '{}', read, 403],
])('refuses a body that %s, with a reason', async (_, body, headers, status) => {
  const response = await post(body, headers);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({
    error: { code: expect.any(String), message: expect.any(String) },
  });
});

it('is never open to the internet: without tokens it answers nobody', async () => {
  const { MIDWATCH_READ_TOKEN: _, MIDWATCH_WEBHOOK_TOKEN: __, ...open } = environment;
  for (const [method, path] of [
    ['POST', '/webhooks/alertmanager'],
    ['GET', '/incidents'],
  ] as const) {
    const response = await worker.fetch(new Request(`https://midwatch.example${path}`, { method }), open);
    expect(response.status).toBe(403);
  }
});

it.each([
  ['half of a pair', { SLACK_CHANNEL: '' }],
  ['an address that is none', { LOKI_URL: 'loki:3100' }],
])('answers 503 and logs what to do for %s', async (_, wrong) => {
  const logged: string[] = [];
  const log = vi.spyOn(console, 'error').mockImplementation((line) => void logged.push(String(line)));
  const request = new Request('https://midwatch.example/incidents', { headers: read });
  const response = await worker.fetch(request, { ...environment, ...wrong });
  log.mockRestore();
  expect([response.status, await response.json()]).toMatchObject([
    503,
    { error: { code: 'not-configured' } },
  ]);
  expect(logged.join()).toMatch(/SLACK_CHANNEL|baseUrl/);
});

it('takes what CI tells, and names it', async () => {
  const url = 'https://midwatch.example/changes';
  const body = JSON.stringify({ service: 'cart', summary: 'flag on', timestampMs: Date.now() - 1_000 });
  const told = await exports.default.fetch(new Request(url, { method: 'POST', headers: send, body }));
  expect(told.status).toBe(202);
  expect(await get('/changes')).toMatchObject({ changes: [{ service: 'cart', summary: 'flag on' }] });
});

it('describes its routes, and has none for measures, which a Worker does not keep', async () => {
  const ask = (path: string, token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const given = {
      ...environment,
      MIDWATCH_TOKENS: 'viewer:one-who-only-reads,admin:one-who-may-everything',
    };
    return worker.fetch(new Request(`https://midwatch.example${path}`, { headers }), given);
  };
  const { paths } = (await (await ask('/openapi.json', 'one-who-only-reads')).json()) as { paths: object };
  expect(Object.keys(paths)).toContain('/incidents/{id}');
  expect(Object.keys(paths)).not.toContain('/metrics');
  const missing = await ask('/metrics', 'one-who-may-everything');
  expect([missing.status, missing.headers.get('x-request-id')]).toEqual([
    404,
    expect.stringMatching(/^[\w-]{36}$/),
  ]);
  expect((await ask('/metrics', 'one-who-guesses-it')).status).toBe(401);
});

it('asks no model while it is stopped, and the cron trigger looks at Midwatch itself', async () => {
  const given = {
    ...environment,
    MIDWATCH_TOKENS: 'responder:one-who-stops-it,admin:one-who-may-everything',
  };
  const ask = (path: string, token: string, body?: string) =>
    worker.fetch(
      new Request(`https://midwatch.example${path}`, {
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { method: 'POST', body }),
      }),
      given,
    );
  const reason = JSON.stringify({ reason: 'it costs too much', by: 'ann' });
  expect((await ask('/stop', 'one-who-stops-it', reason)).status).toBe(200);
  expect((await post(JSON.stringify(await world('/alert')))).status).toBe(202);
  await told(1);
  const { incidents, midwatch } = await get<{ incidents: Incident[]; midwatch: string[] }>('/incidents');
  expect(midwatch.join()).toContain('stopped by ann (responder)');
  const { brief } = await get<IncidentDetails>(`/incidents/${incidents[0]?.id}`);
  expect(brief?.footer).toMatchObject({ analyzer: 'evidence' });
  expect(brief?.footer.notes.join()).toContain('models are stopped by ann (responder) since');
  await worker.scheduled(createScheduledController({ scheduledTime: new Date() }), environment);
  const state = (await (await ask('/state', 'one-who-stops-it')).json()) as { sources: { state: string }[] };
  expect(state).toMatchObject({ watchedAtMs: expect.any(Number), stopped: { by: 'ann (responder)' } });
  expect(state.sources.length).toBeGreaterThan(1);
  expect((await ask('/resume', 'one-who-stops-it', reason)).status).toBe(403);
  expect((await ask('/resume', 'one-who-may-everything', reason)).status).toBe(200);
  expect(await get('/readyz')).toEqual({ status: 'ok' });
});

it('looks at Midwatch itself also while the work of incidents fails', async () => {
  const prepare = (text: string) => {
    if (text.includes('update work_item')) throw new Error('down today');
    return environment.DB.prepare(text);
  };
  const DB = { prepare, batch: environment.DB.batch.bind(environment.DB) } as Environment['DB'];
  const turn = worker.scheduled(createScheduledController({ scheduledTime: new Date() }), {
    ...environment,
    DB,
  });
  await expect(turn).rejects.toThrow('down today');
  const { watchedAtMs } = await get<{ watchedAtMs?: number }>('/state');
  expect(watchedAtMs).toEqual(expect.any(Number));
});
