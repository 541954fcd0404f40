import { request as rawRequest } from 'node:http';
import type { Incident, IncidentDetails } from '@midwatch/core/incident';
import { afterEach, describe, expect, it } from 'vitest';
import { alertmanagerBody, closeAll, getJson, post, startHere } from './__fixtures__/running-server.js';

afterEach(closeAll);

const token = 'a-token-of-24-characters';
type Problem = { error: { code: string; message: string; problems?: string[] } };

describe('webhooks', () => {
  it('keeps the alert before it answers, and prints the brief', async () => {
    const { url, printed } = await startHere();
    const response = await post(`${url}/webhooks/alertmanager`, alertmanagerBody());
    expect(response.status).toBe(202);
    const { incidents } = (await response.json()) as { incidents: { id: string; outcome: string }[] };
    expect(incidents).toMatchObject([{ outcome: 'opened', alert: 'ErrorsHigh' }]);
    await expect.poll(() => printed.join('')).toContain('ErrorsHigh: checkout in shop');
    const listed = await getJson<{ incidents: Incident[] }>(`${url}/incidents`);
    expect(listed.incidents).toMatchObject([{ id: incidents[0]?.id, status: 'firing' }]);
    const one = await getJson<IncidentDetails>(`${url}/incidents/${incidents[0]?.id}`);
    expect(one).toMatchObject({
      brief: { service: 'checkout' },
      alerts: [{ alert: { name: 'ErrorsHigh' } }],
    });
  });

  it('takes the same body again and again as the same incident, with one brief', async () => {
    const { url, printed } = await startHere();
    const outcomes = [];
    for (let round = 0; round < 5; round++) {
      const response = await post(`${url}/webhooks/alertmanager`, alertmanagerBody());
      expect(response.status).toBe(202);
      outcomes.push(((await response.json()) as { incidents: { outcome: string }[] }).incidents[0]?.outcome);
    }
    expect(outcomes).toEqual(['opened', 'repeated', 'repeated', 'repeated', 'repeated']);
    await expect.poll(() => printed).toHaveLength(1);
    const { incidents } = await getJson<{ incidents: Incident[] }>(`${url}/incidents`);
    expect(incidents).toHaveLength(1);
  });

  it('opens one incident for twenty senders at once', async () => {
    const { url } = await startHere();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => post(`${url}/webhooks/alertmanager`, alertmanagerBody())),
    );
    expect(all.map(({ status }) => status)).toEqual(Array(20).fill(202));
    const { incidents } = await getJson<{ incidents: Incident[] }>(`${url}/incidents`);
    expect(incidents).toMatchObject([{ alertCount: 1 }]);
  });

  it('reads a body of any other system, by default or by a mapping', async () => {
    const { url } = await startHere();
    const body = { name: 'Slow', status: 'firing', service: 'cart', startsAt: '2026-11-01T03:28:00Z' };
    expect((await post(`${url}/webhooks/generic`, JSON.stringify(body))).status).toBe(202);
    const mapped = await startHere(
      {},
      {
        genericWebhook: {
          name: 'check.title',
          status: { path: 'state', firing: ['down'], resolved: ['up'] },
          startsAt: { path: 'at', format: 'seconds' },
          service: 'check.app',
        },
      },
    );
    const other = { check: { title: 'Down', app: 'cart' }, state: 'down', at: 1_793_503_680 };
    expect((await post(`${mapped.url}/webhooks/generic`, JSON.stringify(other))).status).toBe(202);
    const { incidents } = await getJson<{ incidents: Incident[] }>(`${mapped.url}/incidents`);
    expect(incidents).toMatchObject([{ service: 'cart' }]);
  });

  it.each([
    ['nothing', '', 400, 'not-json'],
    ['no JSON', 'alert!', 400, 'not-json'],
    ['half of it', alertmanagerBody().slice(0, -20), 400, 'not-json'],
    ['a list', '[]', 400, 'wrong-shape'],
    ['null', 'null', 400, 'wrong-shape'],
    ['another shape', '{"alerts":"none"}', 400, 'wrong-shape'],
    ['an alert without a start', alertmanagerBody({ startsAt: 'yesterday' }), 400, 'no-alert'],
    [
      '2 MiB',
      alertmanagerBody({ annotations: { note: 'x'.repeat(2 * 1024 * 1024) } }),
      413,
      'body-too-large',
    ],
    ['deep nesting', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 400, 'wrong-shape'],
  ])('refuses %s with a reason, and goes on', async (_, body, status, code) => {
    const { url } = await startHere();
    const response = await post(`${url}/webhooks/alertmanager`, body);
    const { error } = (await response.json()) as Problem;
    expect([response.status, error.code]).toEqual([status, code]);
    expect(error.message.length).toBeGreaterThan(20);
    expect((await post(`${url}/webhooks/alertmanager`, alertmanagerBody())).status).toBe(202);
  });

  it('keeps what can be read of a body and says what cannot', async () => {
    const { url } = await startHere();
    const body = JSON.parse(alertmanagerBody()) as { alerts: unknown[] };
    body.alerts.push({ status: 'firing' }, 7);
    const response = await post(`${url}/webhooks/alertmanager`, JSON.stringify(body));
    expect(response.status).toBe(202);
    const answer = (await response.json()) as { incidents: unknown[]; problems: string[] };
    expect(answer.incidents).toHaveLength(1);
    expect(answer.problems).toHaveLength(2);
  });

  it('answers a body without an end that is too large, without reading on', async () => {
    const { url } = await startHere();
    const status = await new Promise((resolve, reject) => {
      const sending = rawRequest(`${url}/webhooks/alertmanager`, { method: 'POST' }, ({ statusCode }) => {
        resolve(statusCode);
        sending.destroy();
      });
      sending.on('error', reject);
      for (let part = 0; part < 40; part++) sending.write('x'.repeat(65_536));
    });
    expect(status).toBe(413);
  });
});

describe('who may do what', () => {
  const guarded = { MIDWATCH_WEBHOOK_TOKEN: token, MIDWATCH_READ_TOKEN: `${token}-to-read` };

  it('asks for the token of each side', async () => {
    const { url } = await startHere(guarded);
    const send = (authorization: string) =>
      post(`${url}/webhooks/alertmanager`, alertmanagerBody(), { authorization });
    const statuses = [];
    for (const given of [
      `Bearer ${token}`,
      `bearer ${token}`,
      `Bearer ${token}x`,
      `Basic ${token}`,
      '',
      `Bearer ${token}-to-read`,
    ])
      statuses.push((await send(given)).status);
    expect(statuses).toEqual([202, 202, 401, 401, 401, 403]);
    const refused = await fetch(`${url}/incidents`);
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect(await refused.text()).not.toContain(token);
    const read = { authorization: `Bearer ${token}-to-read` };
    expect((await fetch(`${url}/incidents`, { headers: read })).status).toBe(200);
    expect((await fetch(`${url}/incidents`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(
      403,
    );
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('lets no page of a browser, and no foreign name, speak for this machine', async () => {
    const { url } = await startHere();
    const foreign = await post(`${url}/webhooks/alertmanager`, alertmanagerBody(), {
      origin: 'https://evil.example',
    });
    expect(foreign.status).toBe(403);
    const { port } = new URL(url);
    const rebound = await new Promise((resolve, reject) => {
      rawRequest({ port, path: '/incidents', headers: { host: `evil.example:${port}` } }, ({ statusCode }) =>
        resolve(statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(rebound).toBe(403);
  });
});

describe('what is kept', () => {
  it('comes in pages', async () => {
    const { url } = await startHere();
    for (const service of ['a', 'b', 'c']) {
      const labels = { alertname: 'Slow', service };
      await post(`${url}/webhooks/alertmanager`, alertmanagerBody({ labels, fingerprint: service }));
    }
    const first = await getJson<{ incidents: Incident[]; next: string }>(`${url}/incidents?limit=2`);
    const second = await getJson<{ incidents: Incident[]; next?: string }>(
      `${url}/incidents?limit=2&cursor=${encodeURIComponent(first.next)}`,
    );
    const services = [...first.incidents, ...second.incidents].map(({ service }) => service);
    expect(new Set(services)).toEqual(new Set(['a', 'b', 'c']));
    expect(services).toHaveLength(3);
    expect(second).not.toHaveProperty('next');
  });

  it.each([
    ['/incidents/inc-none', 404, 'no-incident'],
    ['/incidents?limit=0', 400, 'bad-limit'],
    ['/incidents?limit=many', 400, 'bad-limit'],
    ['/incidents?cursor=x', 400, 'bad-cursor'],
    ['/nowhere', 404, 'no-route'],
  ])('says of %s what is wrong', async (path, status, code) => {
    const { url } = await startHere();
    const response = await fetch(`${url}${path}`);
    expect([response.status, ((await response.json()) as Problem).error.code]).toEqual([status, code]);
  });

  it('tells whether the process is alive and the store answers', async () => {
    const { url } = await startHere();
    expect(await getJson(`${url}/healthz`)).toEqual({ status: 'ok' });
    expect(await getJson(`${url}/readyz`)).toEqual({ status: 'ok' });
  });
});
