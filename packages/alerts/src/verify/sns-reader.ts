import type { FetchLike } from '@midwatch/core';
import { AlertError } from '../alert-error.js';
import { parseJson } from '../parse-json.js';
import { getText } from './get-text.js';
import { type Certificate, readCertificate } from './read-certificate.js';
import { SignatureError } from './signature-error.js';
import { type Envelope, envelopeSchema, requireSnsAddress, signedText } from './sns-message.js';

export interface SnsReaderOptions {
  /** The topics to listen to. Needed: anybody's own topic signs just as well. */
  readonly topicArns: readonly string[];
  /** Gets certificates and confirms subscriptions. @default globalThis.fetch */
  readonly fetch?: FetchLike;
  /** How old a message may be; SNS tries again for about an hour. @default 3600000 */
  readonly toleranceMs?: number;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** A verified message. */
export type SnsMessage =
  | { readonly type: 'notification'; readonly topicArn: string; readonly text: string }
  /** Until `confirm()` was called the topic sends nothing. It rejects with a `SignatureError` when SNS does not answer. */
  | { readonly type: 'subscription'; readonly topicArn: string; readonly confirm: () => Promise<void> }
  | { readonly type: 'unsubscribed'; readonly topicArn: string };

const DEFAULT_TOLERANCE_MS = 60 * 60_000;
/** Clocks differ. */
const AHEAD_MS = 5 * 60_000;
const MAX_CERTIFICATES = 8;

const expected = 'the JSON that SNS posts to an HTTPS subscription (raw message delivery must be off)';

/**
 * Reads what SNS posts, and proves it: topic, certificate host, certificate dates, signature (versions 1 and 2), age.
 *
 * @throws SignatureError, and AlertError when it is no message of SNS, as with raw message delivery.
 */
export function createSnsReader(options: SnsReaderOptions): (body: Uint8Array) => Promise<SnsMessage> {
  const { now = Date.now, toleranceMs = DEFAULT_TOLERANCE_MS } = options;
  const topics = new Set(options.topicArns);
  const getCertificate = createCertificates(options);

  return async (body) => {
    const parsed = envelopeSchema.safeParse(parseJson(new TextDecoder().decode(body), expected));
    if (!parsed.success) throw new AlertError('wrong-shape', `no envelope of SNS: expected ${expected}`);
    const envelope = parsed.data;
    if (!topics.has(envelope.TopicArn)) {
      throw new SignatureError('foreign-topic', 'the topic is not among those that this server listens to');
    }
    const certificate = await getCertificate(envelope.SigningCertURL);
    await requireSignature(envelope, certificate, now());
    const ageMs = now() - Date.parse(envelope.Timestamp);
    if (!(ageMs <= toleranceMs && ageMs >= -AHEAD_MS)) {
      throw new SignatureError(
        'stale',
        `published more than ${toleranceMs / 1000} s ago, or ahead of this clock`,
      );
    }
    return toMessage(envelope, options.fetch ?? globalThis.fetch);
  };
}

function toMessage(envelope: Envelope, fetch: FetchLike): SnsMessage {
  const { TopicArn: topicArn, Message: text, Type: type } = envelope;
  if (type === 'Notification') return { type: 'notification', topicArn, text };
  if (type === 'UnsubscribeConfirmation') return { type: 'unsubscribed', topicArn };
  const address = requireSnsAddress(envelope.SubscribeURL, 'SubscribeURL');
  return { type: 'subscription', topicArn, confirm: async () => void (await get(fetch, address)) };
}

async function requireSignature(envelope: Envelope, certificate: Certificate, nowMs: number): Promise<void> {
  const hash = envelope.SignatureVersion === '1' ? 'SHA-1' : 'SHA-256';
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash };
  const isValid = nowMs >= certificate.notBeforeMs && nowMs <= certificate.notAfterMs;
  const signature = Uint8Array.from(atob(envelope.Signature), (letter) => letter.charCodeAt(0));
  const signed = new TextEncoder().encode(signedText(envelope));
  const isSigned =
    isValid &&
    (await crypto.subtle
      .importKey('spki', certificate.publicKey, algorithm, false, ['verify'])
      .then((key) => crypto.subtle.verify(algorithm, key, signature, signed))
      .catch(() => false));
  if (isSigned) return;
  const why = isValid
    ? 'the signature does not fit the message'
    : 'the certificate of the signature is not valid now';
  throw new SignatureError('wrong-signature', why);
}

/** SNS signs for months with the same certificate. */
function createCertificates({
  fetch = globalThis.fetch,
}: SnsReaderOptions): (url: string) => Promise<Certificate> {
  const known = new Map<string, Certificate>();
  return async (text) => {
    const url = requireSnsAddress(text, 'SigningCertURL');
    if (!url.pathname.endsWith('.pem')) {
      throw new SignatureError('wrong-signature', '`SigningCertURL` is no certificate');
    }
    const cached = known.get(url.href);
    if (cached !== undefined) return cached;
    const certificate = readCertificate(await get(fetch, url));
    if (certificate === undefined) throw new SignatureError('no-answer', 'what SNS gave is no certificate');
    if (known.size >= MAX_CERTIFICATES) known.clear();
    known.set(url.href, certificate);
    return certificate;
  };
}

async function get(fetch: FetchLike, url: URL): Promise<string> {
  const text = await getText(fetch, url);
  if (text !== undefined) return text;
  throw new SignatureError('no-answer', 'SNS did not answer; it is asked again with the next message');
}
