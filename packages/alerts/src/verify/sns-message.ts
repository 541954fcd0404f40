import * as z from 'zod';
import { SignatureError } from './signature-error.js';

/** https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html */
export const envelopeSchema = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.base64(),
  SigningCertURL: z.string(),
  Subject: z.string().nullish(),
  SubscribeURL: z.string().optional(),
  Token: z.string().optional(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

const notificationFields = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;
const confirmationFields = [
  'Message',
  'MessageId',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
] as const;

/** What SNS signs: name and value of each field that is there, a line each, by name. */
export function signedText(envelope: Envelope): string {
  const fields = envelope.Type === 'Notification' ? notificationFields : confirmationFields;
  const present = fields.flatMap((name) => {
    const value = envelope[name];
    return value === undefined || value === null ? [] : [`${name}\n${value}\n`];
  });
  return present.join('');
}

const snsHost = /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?$/;

/** Only SNS itself may say where its certificate is and where a subscription is confirmed. */
export function requireSnsAddress(text: string | undefined, what: string): URL {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  const isSns =
    url?.protocol === 'https:' && snsHost.test(url.host) && url.username === '' && url.password === '';
  if (url !== undefined && isSns) return url;
  throw new SignatureError('wrong-signature', `\`${what}\` is no address of SNS`);
}
