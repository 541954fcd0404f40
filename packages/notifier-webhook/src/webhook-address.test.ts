import { describe, expect, it } from 'vitest';
import { parseWebhookUrl } from './webhook-address.js';

const parse = (url: string, allowLoopback = false) =>
  parseWebhookUrl(url, { allowLoopback, notifierId: 'webhook' });

describe('parseWebhookUrl', () => {
  it.each([
    'https://hooks.example.com/midwatch?key=1',
    'https://hooks.example.com:8443/',
    'https://93.184.216.34/x',
    'https://172.32.0.1/',
    'https://100.128.0.1/',
    'https://[2606:2800:220:1::1]/',
    'https://hooks.corp.internal/',
  ])('takes %s', (url) => {
    expect(parse(url).href).toBe(url);
  });

  it.each([
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://168.63.129.16/',
    'https://0.0.0.0/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    // The same addresses in other spellings.
    'https://0xa9fea9fe/',
    'https://2852039166/',
    'https://0251.0376.0251.0376/',
    'https://169.254.169.254./',
    'https://１６９.254.169.254/',
    'https://[::]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[ff02::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[2001:0:a9fe:a9fe::]/',
    'https://[2001::1]/',
    'https://[2001:db8::1]/',
    'https://[fd00:ec2::254]/',
    'https://metadata.google.internal/computeMetadata/v1/',
    'https://METADATA.google.internal./',
  ])('refuses %s', (url) => {
    expect(() => parse(url)).toThrow('leads to a private, link-local or metadata address');
    expect(() => parse(url, true)).toThrow('leads to a private, link-local or metadata address');
  });

  it.each([
    '127.0.0.1',
    '127.8.9.1',
    '2130706433',
    '0x7f.1',
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    '[::1]',
  ])('takes %s only when loopback is allowed, and http then, too', (host) => {
    expect(() => parse(`https://${host}/`)).toThrow('set `allowLoopback`');
    expect(() => parse(`http://${host}/`)).toThrow('set `allowLoopback`');
    expect(parse(`http://${host}:8080/x`, true).port).toBe('8080');
  });

  it.each([
    ['http://hooks.example.com/s3cr3t', 'must be https'],
    ['ftp://hooks.example.com/', 'must be https'],
    ['file:///etc/passwd', 'must be https'],
    ['https://user:s3cr3t@hooks.example.com/', 'must not hold credentials'],
    ['hooks.example.com', 'is not an absolute address'],
  ])('refuses %s without repeating it', (url, words) => {
    expect(() => parse(url)).toThrow(
      expect.objectContaining({ message: `[webhook] config: \`webhookUrl\` ${words}` }),
    );
  });

  it('does not take http into a private network for loopback', () => {
    expect(() => parse('http://10.0.0.1/', true)).toThrow('must be https');
  });
});
