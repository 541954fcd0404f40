import { isSignedByAny, type SignedRequest } from './hmac.js';
import { SignatureError } from './signature-error.js';

export interface GrafanaSecret {
  readonly secret: string;
  /** The contact point's "Header". @default 'X-Grafana-Alerting-Signature' */
  readonly signatureHeader?: string;
  /**
   * The contact point's "Timestamp Header". Given: its time, in seconds, is signed with the body, and a request that was signed
   * more than `toleranceMs` ago or ahead is refused. Absent: a request stays valid for ever.
   */
  readonly timestampHeader?: string;
  /** @default 300000 */
  readonly toleranceMs?: number;
  /** Epoch milliseconds. @default Date.now() */
  readonly nowMs?: number;
}

const DEFAULT_HEADER = 'X-Grafana-Alerting-Signature';
const DEFAULT_TOLERANCE_MS = 5 * 60_000;

/**
 * Checks the HMAC signature of a Grafana webhook contact point over the bytes as they came.
 * Source: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 *
 * @throws SignatureError
 */
export async function verifyGrafana(request: SignedRequest, given: GrafanaSecret): Promise<void> {
  const { secret, signatureHeader = DEFAULT_HEADER, timestampHeader } = given;
  const digest = request.headers.get(signatureHeader);
  if (digest === null) {
    throw new SignatureError(
      'no-signature',
      `the header \`${signatureHeader}\` is missing: give the contact point the HMAC secret`,
    );
  }
  const timestamp = timestampHeader === undefined ? undefined : request.headers.get(timestampHeader);
  if (timestamp === null) {
    throw new SignatureError('no-signature', `the header \`${timestampHeader}\` is missing`);
  }
  const message = timestamp === undefined ? request.body : withTime(timestamp, request.body);
  if (!(await isSignedByAny(message, [secret], [digest.trim()]))) {
    throw new SignatureError(
      'wrong-signature',
      `\`${signatureHeader}\` does not fit: compare the secret and the timestamp header with the contact point's`,
    );
  }
  if (timestamp !== undefined) requireFresh(timestamp, given);
}

function withTime(timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const prefix = new TextEncoder().encode(`${timestamp}:`);
  const message = new Uint8Array(prefix.length + body.length);
  message.set(prefix);
  message.set(body, prefix.length);
  return message;
}

function requireFresh(
  timestamp: string,
  { nowMs = Date.now(), toleranceMs = DEFAULT_TOLERANCE_MS }: GrafanaSecret,
): void {
  const ageMs = nowMs - (/^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN);
  if (Math.abs(ageMs) <= toleranceMs) return;
  throw new SignatureError('stale', `signed more than ${toleranceMs / 1000} s from now: compare the clocks`);
}
