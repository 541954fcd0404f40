import { isSignedByAny, type SignedRequest } from './hmac.js';
import { SignatureError } from './signature-error.js';

export interface PagerDutySecrets {
  /** Of the webhook subscription; two while it is being changed. */
  readonly secrets: readonly string[];
}

/**
 * Checks `X-PagerDuty-Signature` over the bytes as they came. PagerDuty signs no time, and delivers an event again for up to two days: a
 * repetition is recognised by its incident, which opens and resolves once.
 *
 * @throws SignatureError
 */
export async function verifyPagerDuty(request: SignedRequest, { secrets }: PagerDutySecrets): Promise<void> {
  const given = request.headers.get('x-pagerduty-signature') ?? '';
  const digests = given
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part.startsWith('v1='))
    .map((part) => part.slice('v1='.length));
  if (digests.length === 0) {
    throw new SignatureError('no-signature', 'the header `X-PagerDuty-Signature` with `v1=...` is missing');
  }
  if (await isSignedByAny(request.body, secrets, digests)) return;
  throw new SignatureError(
    'wrong-signature',
    'no signature of `X-PagerDuty-Signature` fits: compare the secret with that of the webhook subscription',
  );
}
