import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../connector/connector-error.js';
import { answerOk, failure, get, SECRET, setUp, textOf } from './__fixtures__/http-client-call.js';
import type { HttpClientOptions } from './http-client.js';

describe('what goes out', () => {
  it('keeps the prefix of baseUrl and repeats arrays', async () => {
    const { client, call, sent } = setUp(answerOk);
    await client.request(
      { ...get, query: { q: 'a b&c', label: ['x', 'y'], none: undefined, limit: 5 } },
      call,
    );
    expect(sent[0]?.url).toBe(
      'https://things.example/prefix/api/v1/things?q=a+b%26c&label=x&label=y&limit=5',
    );
    expect(sent[0]?.redirect).toBe('manual');
  });

  it('puts path parameters into their one segment', async () => {
    const { client, call, sent } = setUp(answerOk);
    const request = { ...get, path: '/api/v1/things/{name}/parts' };
    await client.request({ ...request, pathParameters: { name: 'a/b?c#d%2e\ud800' } }, call);
    expect(sent[0]?.url).toBe(
      'https://things.example/prefix/api/v1/things/a%2Fb%3Fc%23d%252e%EF%BF%BD/parts',
    );
  });

  it.each(['..', '.', '', 'a/../../admin', 'a\\..\\b'])(
    'does not send the path parameter "%s"',
    async (name) => {
      const { client, call, sent } = setUp(answerOk);
      const request = { ...get, path: '/api/v1/things/{name}/parts', pathParameters: { name } };
      await expect(client.request(request, call)).rejects.toThrow(TypeError);
      expect(sent).toEqual([]);
    },
  );

  it('asks the token function on every call', async () => {
    let count = 0;
    const { client, call, sent } = setUp(answerOk, { token: () => Promise.resolve(`t${++count}`) });
    await client.request(get, call);
    await client.request(get, call);
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('sends the token in the headers that the vendor takes it in, and lets `headers` win', async () => {
    const tokenHeaders = (token: string) => ({ authorization: token, 'x-key': token });
    const headers = { 'x-key': 'mine' };
    const { client, call, sent } = setUp(answerOk, { token: async () => SECRET, tokenHeaders, headers });
    await client.request(get, call);
    expect(sent[0]?.headers.get('authorization')).toBe(SECRET);
    expect(sent[0]?.headers.get('x-key')).toBe('mine');
  });

  it('says that a token is empty and what to do, in whatever header it goes', async () => {
    const { client, call, sent } = setUp(answerOk, {
      token: () => '',
      tokenHeaders: (token) => ({ 'x-key': token }),
    });
    const error = await failure(client.request(get, call));
    expect(error).toMatchObject({
      code: 'config',
      message: expect.stringMatching(
        /`token` is empty or not a string; leave it out where none is asked for/,
      ),
    });
    expect(sent).toEqual([]);
  });

  it('encodes basic auth as UTF-8, of any length', async () => {
    const password = `pässwörd${'x'.repeat(200_000)}`;
    const { client, call, sent } = setUp(answerOk, { basicAuth: { username: 'jo', password } });
    await client.request(get, call);
    const encoded = sent[0]?.headers.get('authorization')?.slice('Basic '.length) ?? '';
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    expect(new TextDecoder().decode(bytes)).toBe(`jo:${password}`);
  });

  it('lets the headers option win, and asks a headers function', async () => {
    const headers = () => ({ 'x-scope-orgid': 'team-a', accept: 'application/x-ndjson' });
    const { client, call, sent } = setUp(answerOk, { headers });
    await client.request({ ...get, headers: { accept: 'text/plain' } }, call);
    expect(sent[0]?.headers.get('x-scope-orgid')).toBe('team-a');
    expect(sent[0]?.headers.get('accept')).toBe('application/x-ndjson');
    expect(sent[0]?.headers.get('user-agent')).toBe('midwatch-test/0.0.0');
  });

  it('sends forms and JSON with their content type', async () => {
    const { client, call, sent } = setUp(answerOk);
    await client.request({ ...get, method: 'POST', form: { query: 'up{a="b"}' } }, call);
    await client.request({ ...get, method: 'POST', json: { a: 1 } }, call);
    expect(sent.map(({ headers, body }) => [headers.get('content-type'), body])).toEqual([
      ['application/x-www-form-urlencoded', 'query=up%7Ba%3D%22b%22%7D'],
      ['application/json', '{"a":1}'],
    ]);
  });

  it('holds to its list: a mistake of the connector is a TypeError', async () => {
    const { client, call, sent } = setUp(answerOk);
    await expect(client.request({ ...get, path: '/api/v1/admin/delete' }, call)).rejects.toThrow(TypeError);
    await expect(client.request({ ...get, path: '/api/v1/things/x/parts' }, call)).rejects.toThrow(TypeError);
    await expect(client.request({ ...get, form: { a: 1 } }, call)).rejects.toThrow(TypeError);
    expect(sent).toEqual([]);
  });
});

describe('options that cannot work', () => {
  it.each([
    'things.example',
    'ftp://things.example',
    `https://jo:${SECRET}@things.example`,
    `https://things.example/?key=${SECRET}`,
    undefined as unknown as string,
  ])('%s is no baseUrl', (baseUrl) => {
    let thrown: unknown;
    try {
      setUp(answerOk, { baseUrl });
    } catch (error) {
      thrown = error;
    }
    expect(ConnectorError.is(thrown) && thrown.code).toBe('config');
    expect(textOf(thrown as Error)).not.toContain(SECRET);
  });

  it('refuses token beside basicAuth', () => {
    expect(() => setUp(answerOk, { token: 'a', basicAuth: { username: 'b', password: 'c' } })).toThrow(
      'not both',
    );
  });

  it.each<[string, Partial<HttpClientOptions>]>([
    ['a token with a line break', { token: `${SECRET}\r\nx-admin: 1` }],
    ['a token beyond Latin-1', { token: `${SECRET}\u{1f511}` }],
    ['an empty token', { token: '' }],
    ['a token function without a token', { token: () => undefined as unknown as string }],
    ['a token function that throws', { token: () => Promise.reject(new Error(SECRET)) }],
    [
      'a password function that throws',
      {
        basicAuth: {
          username: 'jo',
          password: () => {
            throw new Error(SECRET);
          },
        },
      },
    ],
    [
      'a headers function that throws',
      {
        headers: () => {
          throw new Error(SECRET);
        },
      },
    ],
    ['a header value with a line break', { headers: { 'x-key': `${SECRET}\n.` } }],
    ['a header name that is none', { headers: { [`x ${SECRET}`]: '1' } }],
    ['a header without a value', { headers: { 'x-key': undefined as unknown as string } }],
  ])('%s is a config error that tells no secret', async (_, options) => {
    const { client, call, sent } = setUp(answerOk, options);
    const error = await failure(client.request(get, call));
    expect(error.code).toBe('config');
    expect(textOf(error)).not.toContain(SECRET);
    expect(sent).toEqual([]);
  });
});
