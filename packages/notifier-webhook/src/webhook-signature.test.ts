import { describe, expect, it } from 'vitest';
import { parseSecret, signedHeaders, toWebhookId } from './webhook-signature.js';

describe('signedHeaders', () => {
  it('signs like the libraries of Standard Webhooks', async () => {
    // The example that their own tests use.
    const secret = parseSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'webhook');
    const content = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampSeconds: 1_614_265_330,
      body: '{"test": 2432232314}',
    };
    expect(await signedHeaders(content, secret)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('parseSecret', () => {
  it.each([
    '',
    'whsec_',
    'whsec_c2hvcnQ=',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_***',
    `whsec_${btoa('x'.repeat(65))}`,
  ])('refuses %j without repeating it', (secret) => {
    const words = '[webhook] config: `secret` must be `whsec_` and 24 to 64 random bytes in base64';
    expect(() => parseSecret(secret, 'webhook')).toThrow(expect.objectContaining({ message: words }));
  });
});

describe('toWebhookId', () => {
  it('is the same for the same delivery only, and safe for any', async () => {
    const id = await toWebhookId('inc-1-1');
    expect(id).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(await toWebhookId('inc-1-1')).toBe(id);
    expect(await toWebhookId('inc-1-2')).not.toBe(id);
    expect(await toWebhookId('a.b\r\nx: y')).toMatch(/^msg_[0-9a-f]{32}$/);
  });
});
