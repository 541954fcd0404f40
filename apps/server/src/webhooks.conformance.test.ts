import { createResponder, DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { describe, expect, it } from 'vitest';
import { createHttpApp } from './http/index.js';

const webhookToken = 'a-token-of-24-characters';
const secret = 'a-secret-of-the-sender';
const timestampHeader = 'x-grafana-alerting-timestamp';
const encoder = new TextEncoder();

async function hmac(key: string, message: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign']);
  const digest = new Uint8Array(await crypto.subtle.sign('HMAC', imported, encoder.encode(message)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const now = () => String(Math.floor(Date.now() / 1000));
const byToken = async () => ({ authorization: `Bearer ${webhookToken}` });
const startsAt = '2026-11-01T03:28:00Z';
const labels = { alertname: 'Errors', service: 'checkout' };

/** A sender: what it posts, and how it proves that over these bytes with this secret at this time. */
interface Sender {
  readonly body: object;
  readonly prove: (body: string, key: string, seconds?: string) => Promise<Record<string, string>>;
  readonly forgery: string;
  /** Whether the proof is made over the bytes. */
  readonly isSigned: boolean;
}

const senders: Readonly<Record<string, Sender>> = {
  alertmanager: {
    body: { version: '4', alerts: [{ status: 'firing', labels, startsAt, fingerprint: 'f1' }] },
    prove: byToken,
    forgery: '401 no-token',
    isSigned: false,
  },
  grafana: {
    body: { version: '1', alerts: [{ status: 'firing', labels, startsAt, fingerprint: 'f1', values: null }] },
    prove: async (body, key, seconds = now()) => ({
      'x-grafana-alerting-signature': await hmac(key, `${seconds}:${body}`),
      [timestampHeader]: seconds,
    }),
    forgery: '401 wrong-signature',
    isSigned: true,
  },
  pagerduty: {
    body: {
      event: {
        event_type: 'incident.triggered',
        occurred_at: startsAt,
        data: { id: 'P1', created_at: startsAt, title: 'Errors', service: { summary: 'checkout' } },
      },
    },
    prove: async (body, key) => ({ 'x-pagerduty-signature': `v1=${await hmac(key, body)}` }),
    forgery: '401 wrong-signature',
    isSigned: true,
  },
  datadog: {
    body: {
      transition: 'Triggered',
      cycle: 'c1',
      date_ms: String(Date.parse(startsAt)),
      tags: 'service:checkout',
    },
    prove: byToken,
    forgery: '401 no-token',
    isSigned: false,
  },
  opsgenie: {
    body: {
      action: 'Create',
      alert: { alertId: 'a1', createdAt: Date.parse(startsAt), tags: ['service:checkout'] },
    },
    prove: byToken,
    forgery: '401 no-token',
    isSigned: false,
  },
  generic: {
    body: { name: 'Errors', status: 'firing', startsAt, service: 'checkout' },
    prove: byToken,
    forgery: '401 no-token',
    isSigned: false,
  },
};

/** The routes over a store of their own; only what an alert needs is there. */
function open() {
  const store = createMemoryStore();
  const never = () => {
    throw new Error('nothing is investigated here');
  };
  const evidenceAnalyzer = { name: 'evidence', analyze: async () => never() };
  const responder = createResponder({
    parts: { reduce: never, format: never, admit: never, toBrief: never, evidenceAnalyzer },
    store,
    redact: 'none',
    connectors: [],
    notifiers: [],
  });
  const app = createHttpApp({
    budgets: DEFAULT_BUDGETS,
    responder,
    store,
    redact: { redact: (text) => text },
    tokens: [{ role: 'webhook', token: webhookToken }],
    signatures: { grafana: { secret, timestampHeader }, pagerduty: { secrets: [secret] } },
    onReceived: () => undefined,
  });
  const send = async (name: string, body: string, headers: Record<string, string> = {}) => {
    const address = `http://midwatch.example/webhooks/${name}`;
    const response = await app.request(address, { method: 'POST', headers, body });
    const answer = (await response.json()) as {
      error?: { code: string };
      incidents?: { outcome: string }[];
    };
    return `${response.status} ${answer.error?.code ?? answer.incidents?.map(({ outcome }) => outcome).join()}`;
  };
  const count = async () => (await store.listIncidents({ limit: 10 })).items.length;
  return { count, send };
}

describe.each(Object.entries(senders))('%s', (name, { body, forgery, isSigned, prove }) => {
  const text = JSON.stringify(body);

  it('opens an incident, and played again changes nothing', async () => {
    const { count, send } = open();
    const headers = await prove(text, secret);
    expect(await send(name, text, headers)).toBe('202 opened');
    expect(await send(name, text, headers)).toBe('202 repeated');
    expect(await count()).toBe(1);
  });

  it('is refused when forged, unproved or truncated', async () => {
    const { count, send } = open();
    const forged = isSigned
      ? await prove(text, 'another-secret')
      : { authorization: 'Bearer another-token-of-24-char' };
    expect(await send(name, text, forged)).toBe(isSigned ? forgery : '401 wrong-token');
    expect(await send(name, text)).toBe(isSigned ? '401 no-signature' : forgery);
    const half = text.slice(0, Math.floor(text.length / 2));
    expect(await send(name, half, await prove(text, secret))).toBe(isSigned ? forgery : '400 not-json');
    expect(await send(name, half, await prove(half, secret))).toBe('400 not-json');
    expect(await count()).toBe(0);
  });

  it('is refused when a signed body was written anew', async () => {
    const { send } = open();
    const headers = await prove(text, secret);
    const rewritten = JSON.stringify(JSON.parse(text), null, 1);
    expect(await send(name, rewritten, headers)).toBe(isSigned ? forgery : '202 opened');
  });
});

it('a signature of another day is stale', async () => {
  const { send } = open();
  const { body, prove } = senders['grafana'] as Sender;
  const text = JSON.stringify(body);
  expect(await send('grafana', text, await prove(text, secret, String(Number(now()) - 3600)))).toBe(
    '401 stale',
  );
});

it('SNS is refused while no topic is configured', async () => {
  expect(await open().send('cloudwatch', '{}')).toBe('403 no-topic');
});
