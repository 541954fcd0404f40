import { beforeAll, describe, expect, it } from 'vitest';
import { certificateUrl, createSnsSigner, type SnsSigner, topicArn } from '../__fixtures__/sns-signer.js';
import { cloudWatchAlarm } from '../__fixtures__/vendor-bodies.js';
import { AlertError, createSnsReader, SignatureError, type SnsReaderOptions } from '../index.js';

const nowMs = Date.UTC(2026, 7, 24, 10, 0, 30);
const from = new Date(nowMs - 86_400_000);
const to = new Date(nowMs + 86_400_000);

let signer: SnsSigner;
let expired: SnsSigner;
beforeAll(async () => {
  signer = await createSnsSigner({ from, to });
  expired = await createSnsSigner({ from, to: new Date(nowMs - 1000) });
});

const notification = (change: Record<string, string> = {}) => ({
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: topicArn,
  Subject: 'ALARM: "checkout-5xx" in EU (Ireland)',
  Message: JSON.stringify(cloudWatchAlarm),
  Timestamp: new Date(nowMs - 500).toISOString(),
  UnsubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=x',
  ...change,
});
const confirmation = (change: Record<string, string> = {}) => ({
  Type: 'SubscriptionConfirmation',
  MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
  Token: '2336412f37fb687f5d51e6e241d09c805a5a57b30d712f794cc5f6a988666d92',
  TopicArn: topicArn,
  Message: 'You have chosen to subscribe to the topic.',
  SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336',
  Timestamp: new Date(nowMs - 500).toISOString(),
  ...change,
});

/** A reader over the signer's certificate, and what it fetched. */
function createReader(options: Partial<SnsReaderOptions> = {}, pem = signer.certificatePem) {
  const fetched: string[] = [];
  const read = createSnsReader({
    topicArns: [topicArn],
    now: () => nowMs,
    fetch: async (url) => {
      fetched.push(url);
      return new Response(url === certificateUrl ? pem : '<ConfirmSubscriptionResponse/>');
    },
    ...options,
  });
  const readText = (body: object | string) =>
    read(new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)));
  const codeOf = async (body: object | string) => {
    try {
      return (await readText(body)).type;
    } catch (error) {
      if (SignatureError.is(error) || AlertError.is(error)) return error.code;
      throw error;
    }
  };
  return { fetched, readText, codeOf };
}

describe('what SNS signed', () => {
  it('is accepted with both versions of the signature, with and without a subject; the certificate is fetched once', async () => {
    const { readText, fetched } = createReader();
    const { Subject: _, ...withoutSubject } = notification();
    for (const fields of [notification(), withoutSubject]) {
      for (const version of ['1', '2'] as const) {
        expect(await readText(await signer.sign(fields, version))).toEqual({
          type: 'notification',
          topicArn,
          text: JSON.stringify(cloudWatchAlarm),
        });
      }
    }
    expect(fetched).toEqual([certificateUrl]);
  });

  it('confirms a subscription only when asked to, at SNS', async () => {
    const { readText, fetched } = createReader();
    const message = await readText(await signer.sign(confirmation(), '1'));
    expect(fetched).toEqual([certificateUrl]);
    if (message.type !== 'subscription') throw new Error(`read as ${message.type}`);
    await message.confirm();
    expect(fetched.at(-1)).toBe(confirmation().SubscribeURL);
    const over = await signer.sign(confirmation({ Type: 'UnsubscribeConfirmation' }), '2');
    expect(await readText(over)).toEqual({ type: 'unsubscribed', topicArn });
  });
});

describe('what SNS did not sign for us', () => {
  it('is refused when a signed field was changed', async () => {
    const { codeOf } = createReader();
    const signed = await signer.sign(notification(), '2');
    expect(await codeOf(signed)).toBe('notification');
    for (const field of ['Message', 'MessageId', 'Subject', 'Timestamp'])
      expect(await codeOf({ ...signed, [field]: `${signed[field]} ` })).toBe('wrong-signature');
    const { Subject: _, ...shorter } = signed;
    expect(await codeOf(shorter)).toBe('wrong-signature');
    expect(await codeOf({ ...signed, SignatureVersion: '1' })).toBe('wrong-signature');
    expect(await codeOf({ ...signed, Type: 'UnsubscribeConfirmation' })).toBe('wrong-signature');
    const other = await createSnsSigner({ from, to });
    expect(await codeOf(await other.sign(notification(), '2'))).toBe('wrong-signature');
  });

  it('is refused from a topic that is not ours, however well signed, and before anything is fetched', async () => {
    const { codeOf, fetched } = createReader();
    const foreign = notification({ TopicArn: 'arn:aws:sns:eu-west-1:999999999999:alarms' });
    expect(await codeOf(await signer.sign(foreign, '1'))).toBe('foreign-topic');
    expect(fetched).toEqual([]);
  });

  it.each([
    'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem',
    'https://evil.example/sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com@evil.example/a.pem',
    'https://user@sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/a.pem',
    'https://snsXeu-west-1.amazonaws.com/a.pem',
    'https://s3.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com/a.txt',
    'a.pem',
  ])('is refused with the certificate of %s, which is never fetched', async (SigningCertURL) => {
    const { codeOf, fetched } = createReader();
    const signed = await signer.sign(notification(), '1');
    expect(await codeOf({ ...signed, SigningCertURL })).toBe('wrong-signature');
    expect(fetched).toEqual([]);
  });

  it('is refused when it is old or ahead, so that a recording cannot be played later', async () => {
    const at = async (timestampMs: number) =>
      createReader().codeOf(
        await signer.sign(notification({ Timestamp: new Date(timestampMs).toISOString() }), '1'),
      );
    expect(await at(nowMs - 3_599_000)).toBe('notification');
    expect(await at(nowMs - 3_601_000)).toBe('stale');
    expect(await at(nowMs + 301_000)).toBe('stale');
    expect(
      await createReader().codeOf(await signer.sign(notification({ Timestamp: 'yesterday' }), '1')),
    ).toBe('stale');
  });

  it('is refused with a certificate that is over, and with none', async () => {
    const over = await expired.sign(notification(), '1');
    expect(await createReader({}, expired.certificatePem).codeOf(over)).toBe('wrong-signature');
    const signed = await signer.sign(notification(), '1');
    expect(await createReader({}, '<html>').codeOf(signed)).toBe('no-answer');
    expect(await createReader({}, signer.certificatePem.slice(0, 400)).codeOf(signed)).toBe('no-answer');
    const inside = signer.certificatePem.replace(/\n[A-Za-z0-9+/=]{64}\n/, '\n');
    expect(await createReader({}, inside).codeOf(signed)).toBe('no-answer');
  });

  it('is refused when a confirmation leads elsewhere', async () => {
    const { codeOf, fetched } = createReader();
    const elsewhere = confirmation({ SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription' });
    expect(await codeOf(await signer.sign(elsewhere, '1'))).toBe('wrong-signature');
    expect(fetched).toEqual([certificateUrl]);
  });

  it('is refused when it is truncated, or raw', async () => {
    const { codeOf } = createReader();
    const text = JSON.stringify(await signer.sign(notification(), '1'));
    expect(await codeOf(text.slice(0, -10))).toBe('not-json');
    expect(await codeOf(cloudWatchAlarm)).toBe('wrong-shape');
    expect(await codeOf('[]')).toBe('wrong-shape');
  });
});

it('follows no redirect, reads no large answer, and says that trying again may help', async () => {
  const signed = await signer.sign(notification(), '1');
  const answers: Response[] = [
    new Response(null, { status: 302, headers: { location: 'https://evil.example/' } }),
    new Response('x'.repeat(70_000)),
    new Response('', { status: 500 }),
  ];
  for (const answer of answers)
    expect(await createReader({ fetch: async () => answer }).codeOf(signed)).toBe('no-answer');
  const failing = createReader({ fetch: () => Promise.reject(new TypeError('fetch failed')) });
  expect(await failing.codeOf(signed)).toBe('no-answer');
});
