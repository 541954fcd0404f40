import { createHmac } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignatureError, type SnsMessage } from '@midwatch/alerts';
import type { Incident } from '@midwatch/core/incident';
import { afterEach, describe, expect, it } from 'vitest';
import { alertmanagerBody, closeAll, getJson, post, startHere } from './__fixtures__/running-server.js';
import { readEnvironment } from './environment.js';

afterEach(closeAll);

const webhookToken = 'a-token-of-24-characters';
const environment = {
  MIDWATCH_WEBHOOK_TOKEN: webhookToken,
  MIDWATCH_GRAFANA_SECRET: 'grafana-secret',
  MIDWATCH_PAGERDUTY_SECRETS: 'pagerduty-old, pagerduty-new',
};
const hmac = (secret: string, body: string) => createHmac('sha256', secret).update(body).digest('hex');
const grafanaBody = alertmanagerBody({ panelURL: 'https://grafana.example.com/d/shop' });

const pagerDutyBody = (type: string) =>
  JSON.stringify({
    event: {
      id: '01BZ',
      event_type: type,
      occurred_at: '2026-11-01T03:40:00Z',
      data: {
        id: 'PGR0VU2',
        title: 'Errors',
        created_at: '2026-11-01T03:28:00Z',
        service: { summary: 'checkout' },
      },
    },
  });

const datadogBody = (transition: string, minute: number) =>
  JSON.stringify({
    transition,
    cycle: '4f0e81e3',
    monitor_id: '1234',
    title: 'Errors',
    tags: 'service:checkout',
    date_ms: String(Date.UTC(2026, 10, 1, 3, minute)),
  });

interface Accepted {
  incidents: { id: string; outcome: string }[];
}
const outcomesOf = async (response: Response) => {
  expect(response.status).toBe(202);
  return ((await response.json()) as Accepted).incidents.map(({ outcome }) => outcome);
};
const codeOf = async (response: Response) =>
  `${response.status} ${((await response.json()) as { error: { code: string } }).error.code}`;

describe('senders that sign', () => {
  it('need no token, and are refused without their signature, even with the token', async () => {
    const { url } = await startHere(environment);
    const body = pagerDutyBody('incident.triggered');
    const signed = { 'x-pagerduty-signature': `v1=${hmac('pagerduty-new', body)}` };
    expect(await outcomesOf(await post(`${url}/webhooks/pagerduty`, body, signed))).toEqual(['opened']);
    const withToken = { authorization: `Bearer ${webhookToken}` };
    expect(await codeOf(await post(`${url}/webhooks/pagerduty`, body, withToken))).toBe('401 no-signature');
    const forged = { 'x-pagerduty-signature': `v1=${hmac('guessed', body)}` };
    expect(await codeOf(await post(`${url}/webhooks/pagerduty`, body, forged))).toBe('401 wrong-signature');
  });

  it('may send the same again, which changes nothing, and what was resolved stays so', async () => {
    const { url } = await startHere(environment);
    const send = (type: string) => {
      const body = pagerDutyBody(type);
      return post(`${url}/webhooks/pagerduty`, body, {
        'x-pagerduty-signature': `v1=${hmac('pagerduty-old', body)}`,
      });
    };
    const outcomes = [];
    for (const type of ['triggered', 'triggered', 'annotated', 'resolved', 'triggered', 'resolved'])
      outcomes.push(await outcomesOf(await send(`incident.${type}`)));
    expect(outcomes).toEqual([['opened'], ['repeated'], [], ['resolved'], ['repeated'], ['repeated']]);
    const { incidents } = await getJson<{ incidents: Incident[] }>(`${url}/incidents`);
    expect(incidents).toMatchObject([{ status: 'resolved', alertCount: 1 }]);
  });

  it('are read from Grafana by POST and by PUT', async () => {
    const { url } = await startHere(environment);
    const headers = { 'X-Grafana-Alerting-Signature': hmac('grafana-secret', grafanaBody) };
    const put = await fetch(`${url}/webhooks/grafana`, { method: 'PUT', body: grafanaBody, headers });
    expect(await outcomesOf(put)).toEqual(['opened']);
    expect(await outcomesOf(await post(`${url}/webhooks/grafana`, grafanaBody, headers))).toEqual([
      'repeated',
    ]);
    expect(await codeOf(await post(`${url}/webhooks/grafana`, `${grafanaBody} `, headers))).toBe(
      '401 wrong-signature',
    );
  });

  it('bring the token while no secret is configured', async () => {
    const { url } = await startHere({ MIDWATCH_WEBHOOK_TOKEN: webhookToken });
    for (const [name, body] of [
      ['grafana', grafanaBody],
      ['pagerduty', pagerDutyBody('incident.triggered')],
      ['datadog', datadogBody('Triggered', 28)],
      ['opsgenie', '{"action":"Acknowledge","alert":{"alertId":"a"}}'],
    ] as const) {
      expect(await codeOf(await post(`${url}/webhooks/${name}`, body))).toBe('401 no-token');
      const headers = { authorization: `Bearer ${webhookToken}` };
      expect((await post(`${url}/webhooks/${name}`, body, headers)).status).toBe(202);
    }
  });
});

describe('an alert whose start its sender does not tell', () => {
  it('is one alert from its first notification to its recovery', async () => {
    const { url } = await startHere();
    const send = async (transition: string, minute: number) =>
      outcomesOf(await post(`${url}/webhooks/datadog`, datadogBody(transition, minute)));
    expect(await send('Triggered', 28)).toEqual(['opened']);
    expect(await send('Renotify', 30)).toEqual(['repeated']);
    expect(await send('Recovered', 34)).toEqual(['resolved']);
    expect(await send('Recovered', 34)).toEqual(['repeated']);
    const { incidents } = await getJson<{ incidents: Incident[] }>(`${url}/incidents`);
    expect(incidents).toMatchObject([
      { status: 'resolved', alertCount: 1, resolvedAtMs: Date.UTC(2026, 10, 1, 3, 34) },
    ]);
    expect(await send('Re-Triggered', 50)).toEqual(['joined']);
  });
});

describe('SNS', () => {
  const alarm = (state: string, minute: number) =>
    JSON.stringify({
      AlarmName: 'checkout-5xx',
      AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout-5xx',
      NewStateValue: state,
      OldStateValue: state === 'OK' ? 'ALARM' : 'OK',
      StateChangeTime: `2026-11-01T03:${minute}:00.000+0000`,
      Trigger: { MetricName: '5xx', Dimensions: [{ name: 'ServiceName', value: 'checkout' }] },
    });

  const startWith = (sns: (body: Uint8Array) => Promise<SnsMessage>) => {
    const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
    const settings = { ...readEnvironment({ ...environment, PORT: '0' }, folder), signatures: { sns } };
    return startHere({}, { settings });
  };

  it('confirms the subscription, opens by ALARM, and resolves by OK', async () => {
    let confirmed = 0;
    const topicArn = 'arn:aws:sns:eu-west-1:123456789012:alarms';
    const messages: SnsMessage[] = [
      { type: 'subscription', topicArn, confirm: async () => void confirmed++ },
      { type: 'notification', topicArn, text: alarm('ALARM', 28) },
      { type: 'notification', topicArn, text: alarm('OK', 44) },
      { type: 'unsubscribed', topicArn },
    ];
    const { url } = await startWith(async () => messages.shift() as SnsMessage);
    const outcomes = [];
    for (let round = 0; round < 4; round++)
      outcomes.push(await outcomesOf(await post(`${url}/webhooks/cloudwatch`, '{}')));
    expect(outcomes).toEqual([[], ['opened'], ['resolved'], []]);
    expect(confirmed).toBe(1);
  });

  it('is refused unless it is proved, and asked to try again when SNS itself did not answer', async () => {
    const refuse = (code: SignatureError['code']) =>
      startWith(() => Promise.reject(new SignatureError(code, 'no')));
    const send = async (server: { url: string }) =>
      codeOf(await post(`${server.url}/webhooks/cloudwatch`, '{}'));
    expect(await send(await refuse('foreign-topic'))).toBe('401 foreign-topic');
    expect(await send(await refuse('no-answer'))).toBe('503 no-answer');
    expect(await send(await startHere({ MIDWATCH_WEBHOOK_TOKEN: webhookToken }))).toBe('403 no-topic');
  });

  it('is never asked for an address that is not its own', async () => {
    const topics = 'arn:aws:sns:eu-west-1:123456789012:alarms';
    const { url } = await startHere({ ...environment, MIDWATCH_SNS_TOPICS: topics });
    const message = {
      Type: 'SubscriptionConfirmation',
      MessageId: 'm',
      Token: 't',
      TopicArn: topics,
      Message: 'x',
      SubscribeURL: 'http://127.0.0.1:9/steal',
      Timestamp: new Date().toISOString(),
      SignatureVersion: '1',
      Signature: 'AAAA',
      SigningCertURL: 'http://127.0.0.1:9/a.pem',
    };
    expect(await codeOf(await post(`${url}/webhooks/cloudwatch`, JSON.stringify(message)))).toBe(
      '401 wrong-signature',
    );
  });
});
