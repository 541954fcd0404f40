import { createHash, createHmac } from 'node:crypto';
import { ConnectorError } from '@midwatch/core';
import { expect, test } from 'vitest';
import { connect, matrix, type Sent } from '../__fixtures__/connect.js';
import { awsSigV4 } from './index.js';

const baseUrl = 'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-0a1b2c3d';
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const region = 'eu-central-1';
const native = { native: { prometheus: { query: 'sum(rate(x{a="b c+d/é"}[5m])) / 2' } } };

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** The signature as AWS computes it, from what arrived and the secret alone. */
function expectedSignature({ body, headers, method, path, query }: Sent): string {
  const date = headers.get('x-amz-date') ?? '';
  const [, scopeDate = '', signed = ''] =
    /Credential=AKIDEXAMPLE\/(\d{8})\/eu-central-1\/aps\/aws4_request, SignedHeaders=([^,]+), /.exec(
      headers.get('authorization') ?? '',
    ) ?? [];
  const canonicalHeaders = signed.split(';').map((name) => {
    const value = name === 'host' ? new URL(baseUrl).host : (headers.get(name) ?? '');
    return `${name}:${value}\n`;
  });
  const sorted = query.replace(/^\?/, '').split('&').toSorted().join('&');
  const canonical = [method, path, sorted, canonicalHeaders.join(''), signed, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, `${scopeDate}/${region}/aps/aws4_request`, sha256(canonical)];
  const key = [scopeDate, region, 'aps', 'aws4_request'].reduce<Buffer>(
    hmac,
    Buffer.from(`AWS4${keys.secretAccessKey}`),
  );
  return hmac(key, toSign.join('\n')).toString('hex');
}

const signatureOf = ({ headers }: Sent) =>
  /Signature=([0-9a-f]{64})$/.exec(headers.get('authorization') ?? '')?.[1];

test('a form and an address are signed as AWS checks them: service `aps`, the body hashed', async () => {
  const { call, connector, metrics, sent } = connect(() => matrix([]), {
    baseUrl,
    sign: awsSigV4({ region, credentials: () => keys }),
  });
  await metrics(native);
  await connector.checkHealth(call);
  expect(sent.map(({ method }) => method)).toContain('GET');
  expect(sent.map(({ method }) => method)).toContain('POST');
  for (const one of sent) expect(signatureOf(one)).toBe(expectedSignature(one));
  expect(sent.every(({ headers }) => !headers.has('x-amz-security-token'))).toBe(true);
});

test('credentials are asked for every request; the token of temporary ones goes along and is signed', async () => {
  let asked = 0;
  const { metrics, sent } = connect(() => matrix([]), {
    baseUrl,
    sign: awsSigV4({
      region,
      credentials: async () => {
        asked += 1;
        return { ...keys, sessionToken: `session-${asked}` };
      },
    }),
  });
  await metrics(native);
  await metrics(native);
  expect(sent.map(({ headers }) => headers.get('x-amz-security-token'))).toEqual(['session-1', 'session-2']);
  expect(sent[1]!.headers.get('authorization')).toContain('x-amz-security-token');
  for (const one of sent) expect(signatureOf(one)).toBe(expectedSignature(one));
});

test.each([
  ['throws', () => Promise.reject(new Error(`no role for ${keys.secretAccessKey}`))],
  ['is empty', () => ({ accessKeyId: '', secretAccessKey: '' })],
])(
  'what cannot be signed is not sent: credentials that %s are a config error without the secret',
  async (_, credentials) => {
    const { metrics, sent } = connect(() => matrix([]), { baseUrl, sign: awsSigV4({ region, credentials }) });
    const error: unknown = await metrics(native).catch((thrown: unknown) => thrown);
    expect(ConnectorError.is(error) && error.code).toBe('config');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(keys.secretAccessKey);
    expect(sent).toEqual([]);
  },
);

test('nothing is sent after the caller has gone while the credentials were fetched', async () => {
  const gone = new AbortController();
  const { call, connector, sent } = connect(() => matrix([]), {
    baseUrl,
    sign: awsSigV4({
      region,
      credentials: () => {
        gone.abort();
        return keys;
      },
    }),
  });
  const query = {
    window: { startMs: 0, endMs: 60_000 },
    target: {},
    limit: 1,
    keep: 'newest',
    ...native,
  } as const;
  const asking = connector.sources.metrics!.doQuery(query, { ...call, signal: gone.signal });
  await expect(asking).rejects.toMatchObject({ code: 'aborted' });
  expect(sent).toEqual([]);
});

test.each([[{ token: 'x' }], [{ basicAuth: { username: 'x', password: 'y' } }]])(
  'a signature and %o exclude each other',
  (options) => {
    const create = () =>
      connect(() => matrix([]), { baseUrl, sign: awsSigV4({ region, credentials: () => keys }), ...options });
    expect(create).toThrow(expect.objectContaining({ code: 'config' }));
  },
);
