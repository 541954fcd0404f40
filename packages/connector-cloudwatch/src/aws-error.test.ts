import { ConnectorError } from '@midwatch/core';
import { afterEach, expect, test, vi } from 'vitest';
import { connect, credentials, fake, storedEvents } from './__fixtures__/connect.js';
import { awsError } from './__fixtures__/fake-cloudwatch.js';

afterEach(() => void vi.useRealTimers());

const failing = (response: () => Response) => connect(response).logs();

test.each([
  ['ThrottlingException', 'rate-limited', true],
  ['Throttling', 'rate-limited', true],
  ['LimitExceededException', 'rate-limited', true],
  ['AccessDeniedException', 'auth', false],
  ['UnrecognizedClientException', 'auth', false],
  ['ExpiredTokenException', 'auth', false],
  ['ResourceNotFoundException', 'bad-query', false],
  ['InvalidParameterException', 'bad-query', false],
  ['InternalFailure', 'unavailable', true],
  ['SomethingNew', 'bad-query', false],
])('HTTP 400 %s is %s, whatever its status says', async (name, code, retryable) => {
  await expect(failing(() => awsError(name))).rejects.toMatchObject({ code, retryable, status: 400 });
});

test.each([
  ['x-amzn-errortype', 'ThrottlingException:http://internal.amazon.com/coral/'],
  ['x-amzn-query-error', 'Throttling;Sender'],
])('the name is taken from the header %s, too', async (name, value) => {
  const answer = () => new Response('{}', { status: 400, headers: { [name]: value } });
  await expect(failing(answer)).rejects.toMatchObject({ code: 'rate-limited' });
});

test('a syntax error names its place, and nothing of the query or of the vendor’s text', async () => {
  const queryCompileError = { location: { startCharOffset: 12, endCharOffset: 20 }, message: 'near secret' };
  const error: unknown = await failing(() =>
    awsError('MalformedQueryException', 400, { queryCompileError }),
  ).catch((caught: unknown) => caught);
  expect(ConnectorError.is(error) && error.message).toBe(
    '[cloudwatch] bad-query: HTTP 400 MalformedQueryException at character 12 for DescribeLogGroups',
  );
});

test.each([
  ['SignatureDoesNotMatch', 17, 'the clock of this machine is 17 min ahead of that of AWS'],
  ['RequestExpired', -9, 'the clock of this machine is 9 min behind that of AWS'],
  ['InvalidSignatureException', 0, 'check the secret key, the region and the clock of this machine'],
])('%s with a clock that is %i min off tells so', async (name, minutes, text) => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 3, 30), toFake: ['Date'] });
  const date = new Date(Date.now() - minutes * 60_000).toUTCString();
  const answer = () => Response.json({ __type: name }, { status: 403, headers: { date } });
  await expect(failing(answer)).rejects.toMatchObject({
    code: 'auth',
    message: expect.stringContaining(text) as string,
  });
});

test('throttling is told once: nothing is retried here', async () => {
  const { logs, sent } = connect(() => awsError('ThrottlingException'));
  await expect(logs()).rejects.toMatchObject({ code: 'rate-limited' });
  expect(new Set(sent.map(({ body }) => JSON.stringify(body))).size).toBe(sent.length);
});

test('an error of megabytes is not read to its end', async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
    },
  });
  await expect(failing(() => new Response(body, { status: 400 }))).rejects.toMatchObject({
    code: 'bad-query',
  });
  expect(pulled).toBeLessThan(10);
});

test('signed with Signature Version 4 for service and region, session token included', async () => {
  const keys = { ...credentials, sessionToken: 'session-1' };
  const { logs, metrics, sent } = fake({ events: storedEvents(1), options: { credentials: () => keys } });
  await Promise.all([logs(), metrics({ roles: ['cpu.usage'] })]);
  const scopes = new Set(
    sent.map(
      ({ headers }) =>
        /Credential=AKIAEXAMPLE\/\d{8}\/([\w-]+\/\w+)\/aws4_request, /.exec(
          headers.get('authorization') ?? '',
        )?.[1],
    ),
  );
  expect(scopes).toEqual(new Set(['eu-west-1/logs', 'eu-west-1/monitoring']));
  expect(sent.every(({ headers }) => headers.get('x-amz-security-token') === 'session-1')).toBe(true);
  expect(new Set(sent.map(({ headers, url }) => `${url} ${headers.get('content-type')}`))).toEqual(
    new Set([
      'https://logs.eu-west-1.amazonaws.com/ application/x-amz-json-1.1',
      'https://monitoring.eu-west-1.amazonaws.com/ application/x-amz-json-1.0',
    ]),
  );
});

test('credentials are asked for on every request, and a function that fails or hangs is no riddle', async () => {
  let asked = 0;
  const rotating = () => {
    asked += 1;
    return credentials;
  };
  const { logs, sent } = fake({ events: storedEvents(1), options: { credentials: rotating } });
  await logs();
  expect(asked).toBe(sent.length);
  const broken = fake({ options: { credentials: () => Promise.reject(new Error('secret text')) } });
  await expect(broken.logs()).rejects.toMatchObject({
    code: 'config',
    message: '[cloudwatch] config: the function given as `credentials` failed',
  });
  const empty = fake({ options: { credentials: { accessKeyId: '', secretAccessKey: 'x' } } });
  await expect(empty.logs()).rejects.toMatchObject({ code: 'config' });
  const hanging = fake({ options: { credentials: () => new Promise<never>(() => undefined) } });
  await expect(hanging.logs({}, 50)).rejects.toMatchObject({ code: 'timeout' });
});

test.each([
  ['cn-north-1', 'https://logs.cn-north-1.amazonaws.com.cn/'],
  ['us-gov-west-1', 'https://logs.us-gov-west-1.amazonaws.com/'],
  ['eusc-de-east-1', 'https://logs.eusc-de-east-1.amazonaws.eu/'],
])('%s answers at %s', async (region, url) => {
  const { logs, sent } = fake({ events: storedEvents(1), options: { region } });
  await logs();
  expect(sent[0]!.url).toBe(url);
});

test('addresses of VPC endpoints, one for each service', async () => {
  const baseUrl = { logs: 'https://logs.vpce.example', monitoring: 'https://monitoring.vpce.example/x' };
  const { metrics, sent } = fake({ options: { baseUrl } });
  await metrics();
  expect(new Set(sent.map(({ url }) => url))).toEqual(new Set(['https://monitoring.vpce.example/x/']));
});

test.each([
  ['region', { region: 'Ireland' }],
  ['webUrl', { webUrl: 'javascript:alert(1)' }],
  ['serviceFields', { serviceFields: ['a` = 1 or `b'] }],
  ['metricFamilies', { metricFamilies: ['ec2' as never] }],
])('a wrong `%s` is refused at once', (name, options) => {
  expect(() => fake({ options })).toThrow(`\`${name}\``);
});
