import { describe, expect, it } from 'vitest';
import { grafanaBody, pagerDutyEvent } from '../__fixtures__/vendor-bodies.js';
import { type GrafanaSecret, SignatureError, verifyGrafana, verifyPagerDuty } from '../index.js';

const encoder = new TextEncoder();
const nowMs = Date.UTC(2026, 7, 24, 10, 0, 30);

async function hmac(secret: string, message: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const digest = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(message)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const request = (body: string, headers: Record<string, string>) => ({
  body: encoder.encode(body),
  headers: new Headers(headers),
});

async function codeOf(promise: Promise<void>): Promise<string> {
  try {
    await promise;
    return 'accepted';
  } catch (error) {
    if (SignatureError.is(error)) return error.code;
    throw error;
  }
}

it('agrees with the digest of RFC 4231, test case 2', async () => {
  const known = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
  const header = { 'x-pagerduty-signature': `v1=${known}` };
  const given = request('what do ya want for nothing?', header);
  expect(await codeOf(verifyPagerDuty(given, { secrets: ['Jefe'] }))).toBe('accepted');
});

describe('PagerDuty', () => {
  const body = JSON.stringify(pagerDutyEvent('incident.triggered', 'triggered'), null, 1);
  const check = (signature: string | undefined, sent = body, secrets = ['first', 'second']) =>
    codeOf(
      verifyPagerDuty(request(sent, signature === undefined ? {} : { 'X-PagerDuty-Signature': signature }), {
        secrets,
      }),
    );

  it('is accepted with the secret, and with either of two while it is being changed', async () => {
    expect(await check(`v1=${await hmac('second', body)}`)).toBe('accepted');
    const both = `v1=${await hmac('old', body)},v1=${await hmac('first', body)}`;
    expect(await check(both)).toBe('accepted');
    expect(await check(both.replace(',', ' , '))).toBe('accepted');
  });

  it('is refused when forged, unsigned, re-encoded, truncated or signed for another body', async () => {
    expect(await check(`v1=${await hmac('guessed', body)}`)).toBe('wrong-signature');
    expect(await check(undefined)).toBe('no-signature');
    expect(await check('')).toBe('no-signature');
    expect(await check(await hmac('first', body))).toBe('no-signature');
    expect(await check(`v2=${await hmac('first', body)}`)).toBe('no-signature');
    expect(await check('v1=zz')).toBe('wrong-signature');
    expect(await check(`v1=${(await hmac('first', body)).slice(0, 40)}`)).toBe('wrong-signature');
    const signature = `v1=${await hmac('first', body)}`;
    expect(await check(signature, JSON.stringify(JSON.parse(body)))).toBe('wrong-signature');
    expect(await check(signature, body.slice(0, -20))).toBe('wrong-signature');
    expect(await check(signature, `${body}\n`)).toBe('wrong-signature');
  });

  it('looks at few of many signatures', async () => {
    const wrong = Array.from({ length: 8 }, () => `v1=${'0'.repeat(64)}`).join(',');
    expect(await check(`${wrong},v1=${await hmac('first', body)}`)).toBe('wrong-signature');
  });
});

describe('Grafana', () => {
  const body = JSON.stringify(grafanaBody);
  const stamp = String(nowMs / 1000 - 60);
  const check = (headers: Record<string, string>, given: Partial<GrafanaSecret> = {}, sent = body) =>
    codeOf(verifyGrafana(request(sent, headers), { secret: 'grafana-secret', nowMs, ...given }));
  const timestampHeader = 'X-Grafana-Alerting-Timestamp';

  it('is accepted over the body, or over time and body where the contact point has a timestamp header', async () => {
    const plain = await hmac('grafana-secret', body);
    expect(await check({ 'X-Grafana-Alerting-Signature': plain })).toBe('accepted');
    expect(await check({ 'X-Mine': plain }, { signatureHeader: 'X-Mine' })).toBe('accepted');
    const timed = await hmac('grafana-secret', `${stamp}:${body}`);
    const headers = { 'X-Grafana-Alerting-Signature': timed, [timestampHeader]: stamp };
    expect(await check(headers, { timestampHeader })).toBe('accepted');
  });

  it('is refused when forged, unsigned, re-encoded or truncated', async () => {
    const signature = { 'X-Grafana-Alerting-Signature': await hmac('grafana-secret', body) };
    expect(await check({ 'X-Grafana-Alerting-Signature': await hmac('other', body) })).toBe(
      'wrong-signature',
    );
    expect(await check({})).toBe('no-signature');
    expect(await check(signature, {}, JSON.stringify(JSON.parse(body), null, 2))).toBe('wrong-signature');
    expect(await check(signature, {}, body.slice(0, 500))).toBe('wrong-signature');
    expect(await check(signature, { timestampHeader })).toBe('no-signature');
  });

  it('is refused when its time is old, ahead, missing, unreadable or not the one that was signed', async () => {
    const sent = async (seconds: string, signed = seconds) =>
      check(
        {
          'X-Grafana-Alerting-Signature': await hmac('grafana-secret', `${signed}:${body}`),
          [timestampHeader]: seconds,
        },
        { timestampHeader },
      );
    expect(await sent(String(nowMs / 1000 - 301))).toBe('stale');
    expect(await sent(String(nowMs / 1000 + 301))).toBe('stale');
    expect(await sent('soon')).toBe('stale');
    expect(await sent(String(nowMs / 1000), stamp)).toBe('wrong-signature');
  });
});
