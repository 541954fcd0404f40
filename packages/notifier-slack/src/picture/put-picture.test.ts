import { type Notification, NotifierError } from '@midwatch/core/incident';
import { sampleBrief as brief, sampleBriefAtMs as nowMs } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { chartedBrief } from '../__fixtures__/charted-brief.js';
import { decodePng } from '../__fixtures__/decode-png.js';
import { createSlackNotifier, type SlackNotifierOptions } from '../index.js';
import {
  createSlackStandIn,
  type SlackStandIn,
  type SlackStandInOptions,
  type StandInFailure,
} from '../stand-in/index.js';
import { parseUploadUrl } from './upload-files.js';

const token = 'xoxb-stand-in';
const notification: Notification = { incidentId: 'inc-1', deliveryId: 'inc-1-1', brief: chartedBrief, nowMs };
const call = () => ({ signal: new AbortController().signal, deadlineAtMs: Date.now() + 8000 });
const [place, upload, share] = ['files.getUploadURLExternal', 'upload', 'files.completeUploadExternal'];

interface Failing {
  /** The last segment of a method, or `upload`. */
  readonly method: string;
  readonly how: StandInFailure;
}

/** A bot whose first request of a method fails in the given way. */
function botOf(slack: SlackStandIn, failing?: Failing, options: Partial<SlackNotifierOptions> = {}) {
  const errors: string[] = [];
  const failures = failing === undefined ? [] : [failing];
  const bot = createSlackNotifier({
    token,
    channel: 'C0STANDIN',
    onPictureError: ({ message }) => errors.push(message),
    fetch: (input, init) => {
      const [next] = failures;
      if (next !== undefined && input.includes(`/${next.method}`)) {
        failures.shift();
        slack.failNext(next.how);
      }
      return slack.handle(new Request(input, init));
    },
    ...options,
  });
  return { bot, errors };
}

function pictureRequests({ requests }: SlackStandIn): readonly string[] {
  return requests.filter((request) => /^(files\.|upload|conversations)/.test(request));
}

describe('the picture', () => {
  it('comes once below the message, after its details, and says what it shows', async () => {
    const slack = createSlackStandIn();
    const { bot, errors } = botOf(slack);
    const { reference } = await bot.notify(notification, call());
    expect(slack.requests).toEqual([
      ...['chat.postMessage ok', 'reply chat.postMessage ok'],
      ...[`${place} ok`, `${upload} ok`, `${share} ok`],
    ]);
    const [file] = slack.files;
    expect(file).toMatchObject({
      id: reference.pictureId,
      threadTs: reference.messageId,
      channel: 'C0STANDIN',
    });
    expect(file?.title).toBe('latency p99 of checkout');
    expect(file?.altText).toBe(
      'Line chart of latency p99 of checkout from 03:10 UTC to 03:50 UTC; usually 190 ms, at most 8.4 s, 8.2 s at ' +
        'the end; onset at 03:41 UTC; deploy of checkout v2 at 2026-11-01 21:30 UTC.',
    );
    expect((await decodePng(file?.bytes ?? new Uint8Array())).width).toBe(800);
    const stored = JSON.parse(JSON.stringify(reference)) as typeof reference;
    const again = await bot.notify({ ...notification, deliveryId: 'inc-1-2', previous: stored }, call());
    await bot.notify({ ...notification, previous: again.reference, mayHaveArrived: true }, call());
    expect([again.reference.pictureId, slack.files.length, errors]).toEqual([reference.pictureId, 1, []]);
  });

  it('is not there without enough points, and comes with the first brief that has them', async () => {
    const slack = createSlackStandIn();
    const { bot } = botOf(slack);
    const { reference: previous } = await bot.notify({ ...notification, brief }, call());
    expect([previous.pictureId, slack.files.length]).toEqual([undefined, 0]);
    await bot.notify({ ...notification, previous }, call());
    expect(slack.files).toHaveLength(1);
  });

  it('is found again below the message by another process, as after a crash', async () => {
    const slack = createSlackStandIn();
    const { reference } = await botOf(slack).bot.notify(notification, call());
    const again = await botOf(slack).bot.notify({ ...notification, mayHaveArrived: true }, call());
    expect(again.reference).toEqual(reference);
    expect(slack.files).toHaveLength(1);
  });

  it('is left out where nobody may look whether it is there', async () => {
    const slack = createSlackStandIn({ scopes: ['chat:write', 'files:write'] });
    const { bot } = botOf(slack);
    const { reference } = await bot.notify({ ...notification, mayHaveArrived: true }, call());
    expect([reference.pictureId, slack.files.length]).toEqual(['none', 0]);
  });

  it.each<[string, SlackStandInOptions, Failing | undefined, string]>([
    ['the scope is missing', { scopes: ['chat:write'] }, undefined, 'missing_scope (needs files:write)'],
    ['uploads are switched off', {}, { method: place, how: { error: 'file_uploads_disabled' } }, 'disabled'],
    ['the bytes are refused', {}, { method: upload, how: { status: 413 } }, 'bad-message'],
    ['it may not be shown', {}, { method: share, how: { error: 'not_in_channel' } }, 'not_in_channel'],
  ])('is missing and not tried again when %s', async (_, options, failing, words) => {
    const slack = createSlackStandIn(options);
    const { bot, errors } = botOf(slack, failing);
    const { reference } = await bot.notify(notification, call());
    expect(reference).toMatchObject({ messageId: slack.messages[0]?.ts, detailsId: slack.replies[0]?.ts });
    expect(reference.pictureId).toBe('none');
    const before = pictureRequests(slack).length;
    await bot.notify({ ...notification, previous: reference }, call());
    expect([pictureRequests(slack).length, slack.files.length]).toEqual([before, 0]);
    expect(errors).toEqual([expect.stringContaining(words)]);
  });

  it.each<[string, Failing]>([
    ['Slack has no time for it', { method: place, how: { status: 429, retryAfterSeconds: 30 } }],
    ['no place is given', { method: place, how: { status: 502 } }],
    ['the bytes are lost', { method: upload, how: { status: 502 } }],
    ['the bytes may be there', { method: upload, how: { status: 502, isTaken: true } }],
    ['showing it is put off', { method: share, how: { error: 'ratelimited' } }],
  ])('comes with the next edit when %s', async (_, failing) => {
    const slack = createSlackStandIn();
    const { bot, errors } = botOf(slack, failing);
    const { reference: previous } = await bot.notify(notification, call());
    expect([previous.pictureId, slack.files.length, errors.length]).toEqual([undefined, 0, 1]);
    const { reference } = await bot.notify({ ...notification, previous }, call());
    expect(slack.files.map(({ id }) => id)).toEqual([reference.pictureId]);
  });

  it.each([true, false])(
    'is not shown twice when the answer to showing it is lost (%s: it was shown)',
    async (isTaken) => {
      const slack = createSlackStandIn();
      const { bot, errors } = botOf(slack, { method: share, how: { status: 502, isTaken } });
      const { reference: previous } = await bot.notify(notification, call());
      await bot.notify({ ...notification, previous }, call());
      expect(slack.files).toHaveLength(isTaken ? 1 : 0);
      expect([previous.pictureId, errors.length]).toEqual(['F0STANDIN1', 1]);
    },
  );

  it('costs a delivery nothing when Slack hangs, when the time is short or when its listener fails', async () => {
    const slack = createSlackStandIn();
    const hanging: SlackNotifierOptions['fetch'] = (input, init) =>
      input.includes('/files.') ? new Promise(() => undefined) : slack.handle(new Request(input, init));
    const { bot, errors } = botOf(slack, undefined, { fetch: hanging });
    const late = await bot.notify(notification, { ...call(), deadlineAtMs: Date.now() + 2500 });
    expect([late.reference.pictureId, errors]).toEqual([undefined, [expect.stringContaining('timeout')]]);
    const short = await bot.notify(notification, { ...call(), deadlineAtMs: Date.now() + 900 });
    expect([short.reference.pictureId, errors.length]).toEqual([undefined, 1]);
    const unscoped = createSlackStandIn({ scopes: ['chat:write'] });
    const onPictureError = () => {
      throw new Error('a log that is full');
    };
    const { reference } = await botOf(unscoped, undefined, { onPictureError }).bot.notify(
      notification,
      call(),
    );
    expect(reference.detailsId).toBe(unscoped.replies[0]?.ts);
  });

  it('goes to a host of Slack, without the token', async () => {
    const slack = createSlackStandIn();
    const sent: (readonly [string, string | null, string | null])[] = [];
    const { bot, errors } = botOf(slack, undefined, {
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const headers = request.headers;
        if (input.includes('/upload/'))
          sent.push([input, headers.get('authorization'), headers.get('content-type')]);
        return slack.handle(request);
      },
    });
    await bot.notify(notification, call());
    expect(sent).toEqual([
      ['https://slack.com/upload/v1/F0STANDIN1-secret', null, 'application/octet-stream'],
    ]);
    const elsewhere = createSlackNotifier({
      ...{ token, channel: 'C0STANDIN', onPictureError: ({ message }) => errors.push(message) },
      fetch: async (input, init) => {
        if (input.includes('/upload/')) throw new Error('asked for');
        const answer = await slack.handle(new Request(input, init));
        return new Response(
          (await answer.text()).replace('https://slack.com', 'https://slack.com.evil.example'),
        );
      },
    });
    const { reference } = await elsewhere.notify({ ...notification, incidentId: 'inc-2' }, call());
    expect([reference.pictureId, slack.files.length]).toEqual(['none', 1]);
    expect(errors).toEqual([expect.stringContaining('another host')]);
    expect(errors.join()).not.toMatch(/secret|evil/);
  });

  it('keeps the address of an upload out of its errors', async () => {
    const slack = createSlackStandIn();
    const { bot, errors } = botOf(slack, { method: upload, how: { status: 302 } });
    await bot.notify(notification, call());
    expect(errors).toHaveLength(1);
    expect(errors.join()).not.toMatch(/secret|F0STANDIN|xoxb/);
  });

  it('takes hostile names as words', async () => {
    const slack = createSlackStandIn();
    const name = `<!channel> <https://evil.example|Slack> \u202E${'x'.repeat(2000)}`;
    const numbers = chartedBrief.numbers.map((number) => ({ ...number, label: name, service: name }));
    const change = { ...chartedBrief.change!, service: name, version: name };
    await botOf(slack).bot.notify(
      { ...notification, incidentId: '../../<x>', brief: { ...chartedBrief, numbers, change } },
      call(),
    );
    const [file] = slack.files;
    expect(file?.name).toBe('midwatch--------x-.png');
    expect(file?.title.length).toBeLessThanOrEqual(150);
    expect(`${file?.title}${file?.altText}`).not.toMatch(/[<>&\u202E]|:\/\//);
  });
});

describe('parseUploadUrl', () => {
  const slackApi = 'https://slack.com/api';
  it.each([
    ['https://files.slack.com/upload/v1/abc?x=1', slackApi],
    ['https://slack.com/upload/v1/abc', slackApi],
    ['https://files.slack-gov.com/upload/v1/abc', 'https://slack-gov.com/api'],
    ['http://127.0.0.1:8080/upload/v1/abc', 'http://127.0.0.1:8080/api'],
  ])('lets %s pass for %s', (url, baseUrl) => {
    expect(parseUploadUrl(url, baseUrl)?.href).toBe(url);
  });

  it.each([
    ['http://files.slack.com/upload', slackApi],
    ['https://files.slack.com:8443/upload', slackApi],
    ['https://evilslack.com/upload', slackApi],
    ['https://slack.com.evil.example/upload', slackApi],
    ['https://slack.com@evil.example/upload', slackApi],
    ['https://me:secret@files.slack.com/upload', slackApi],
    ['http://127.0.0.1:9090/upload', 'http://127.0.0.1:8080/api'],
    ['http://169.254.169.254/latest', slackApi],
    ['file:///etc/passwd', slackApi],
    ['upload', slackApi],
  ])('refuses %s for %s', (url, baseUrl) => {
    expect(parseUploadUrl(url, baseUrl)).toBe(undefined);
  });
});

it('an error of the delivery itself is none of the picture', async () => {
  const slack = createSlackStandIn({ channels: ['C0OTHER'] });
  const { bot, errors } = botOf(slack);
  await expect(bot.notify(notification, call())).rejects.toSatisfy(NotifierError.is);
  expect([errors, pictureRequests(slack)]).toEqual([[], []]);
});
