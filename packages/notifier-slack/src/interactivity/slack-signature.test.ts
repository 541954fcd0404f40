import { expect, test } from 'vitest';
import { signSlackRequest } from '../stand-in/sign-slack-request.js';
import { checkSlackSignature } from './slack-signature.js';

/** The example of https://docs.slack.dev/authentication/verifying-requests-from-slack */
const documented = {
  secret: '8f742231b10e8888abcd99yyyzzz85a5',
  timestamp: '1531420618',
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
};
const documentedAtMs = Number(documented.timestamp) * 1000;
const request = (changed: Partial<typeof documented> = {}) => {
  const { body, signature, timestamp } = { ...documented, ...changed };
  const headers = new Headers({ 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature });
  return { body: new TextEncoder().encode(body), headers };
};

test("Slack's own example is signed", async () => {
  expect(await checkSlackSignature(request(), documented.secret, documentedAtMs)).toBe('signed');
});

test.each([
  ['another secret', {}, 'another', 0, 'wrong-signature'],
  ['one byte more', { body: `${documented.body}x` }, documented.secret, 0, 'wrong-signature'],
  ['another time', { timestamp: '1531420619' }, documented.secret, 0, 'wrong-signature'],
  ['six minutes later', {}, documented.secret, 360_000, 'stale'],
  ['six minutes before', {}, documented.secret, -360_000, 'stale'],
  ['no signature', { signature: '' }, documented.secret, 0, 'no-signature'],
  ['half a signature', { signature: 'v0=a211' }, documented.secret, 0, 'no-signature'],
  ['no time', { timestamp: '' }, documented.secret, 0, 'no-signature'],
  ['a time that is none', { timestamp: '1e9' }, documented.secret, 0, 'no-signature'],
] as const)('%s is refused', async (_, changed, secret, laterMs, expected) => {
  expect(await checkSlackSignature(request(changed), secret, documentedAtMs + laterMs)).toBe(expected);
});

test('what the stand-in signs is signed, bytes beyond ASCII included', async () => {
  const { body, headers } = await signSlackRequest(
    'payload=%7B%22a%22%3A%22ü☃%22%7D',
    's',
    1_790_000_000_000,
  );
  const signed = { body: new TextEncoder().encode(body), headers: new Headers(headers) };
  expect(await checkSlackSignature(signed, 's', 1_790_000_100_000)).toBe('signed');
});
