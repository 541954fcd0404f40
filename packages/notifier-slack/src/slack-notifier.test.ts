import { type Notification, type Notifier, NotifierError } from '@midwatch/core/incident';
import { sampleBrief as brief, sampleBriefAtMs as nowMs } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { createSlackNotifier, createSlackWebhookNotifier } from './index.js';
import { toSlackControls } from './interactivity/index.js';
import { createSlackStandIn, type SlackStandIn, type StandInFailure } from './stand-in/index.js';

const token = 'xoxb-stand-in';
const notification: Notification = { incidentId: 'inc-1', deliveryId: 'inc-1-1', brief, nowMs };
const call = () => ({ signal: new AbortController().signal, deadlineAtMs: Date.now() + 5000 });
const edited = { ...brief, cause: 'The pool of checkout was cut.' };

function fetchOf(slack: SlackStandIn): (input: string, init?: RequestInit) => Promise<Response> {
  return (input, init) => slack.handle(new Request(input, init));
}

function botOf(slack: SlackStandIn, options: { token?: string; channel?: string } = {}): Notifier {
  return createSlackNotifier({ token, channel: 'C0STANDIN', fetch: fetchOf(slack), ...options });
}

/** What people say in the channel meanwhile. */
async function crowd(slack: SlackStandIn, count: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' };
  const body = JSON.stringify({ channel: 'C0STANDIN', text: 'any news?' });
  for (let index = 0; index < count; index += 1)
    await slack.handle(
      new Request('https://slack.com/api/chat.postMessage', { method: 'POST', headers, body }),
    );
}

async function errorOf(promise: Promise<unknown>): Promise<NotifierError> {
  const error: unknown = await promise.then(
    () => expect.unreachable('it was delivered'),
    (reason: unknown) => reason,
  );
  if (!NotifierError.is(error)) throw error;
  return error;
}

describe('createSlackNotifier', () => {
  it('posts once and then edits the same message in place', async () => {
    const slack = createSlackStandIn({ now: () => 1_790_000_000_000 });
    const bot = botOf(slack);
    const { reference } = await bot.notify(notification, call());
    expect(reference).toEqual({
      notifierId: 'slack',
      channel: 'C0STANDIN',
      messageId: '1790000000.000000',
      editable: true,
      detailsId: '1790000000.000010',
    });
    const stored = JSON.parse(JSON.stringify(reference)) as typeof reference;
    await bot.notify({ ...notification, deliveryId: 'inc-1-2', brief: edited, previous: stored }, call());
    await bot.notify(
      { ...notification, deliveryId: 'inc-1-3', brief: { ...edited, status: 'resolved' }, previous: stored },
      call(),
    );
    expect(slack.requests).toEqual([
      ...['chat.postMessage ok', 'reply chat.postMessage ok'],
      ...['chat.update ok', 'chat.update ok', 'chat.update ok', 'chat.update ok'],
    ]);
    expect(slack.replies).toMatchObject([{ threadTs: reference.messageId, edits: 2 }]);
    expect(slack.messages).toHaveLength(1);
    expect(slack.messages[0]).toMatchObject({ edits: 2, metadata: { event_payload: { incident: 'inc-1' } } });
    expect(slack.messages[0]?.text).toMatch(/^Resolved: /);
  });

  it('asks for no previews and no names as mentions', async () => {
    const slack = createSlackStandIn();
    const bodies: unknown[] = [];
    const bot = createSlackNotifier({
      token: () => Promise.resolve(token),
      channel: 'C0STANDIN',
      fetch: async (input, init) => {
        const request = new Request(input, init);
        bodies.push(await request.clone().json());
        return slack.handle(request);
      },
    });
    await bot.notify(notification, call());
    const quiet = { unfurl_links: false, unfurl_media: false, link_names: false };
    expect(bodies).toMatchObject([quiet, quiet]);
  });

  it.each<[string, StandInFailure]>([
    ['a lost answer', { status: 502, isTaken: true }],
    ['a request that was lost', { status: 502 }],
  ])('after %s, the next attempt leaves exactly one message', async (_, failure) => {
    const slack = createSlackStandIn();
    const bot = botOf(slack);
    await bot.notify({ ...notification, incidentId: 'inc-0' }, call());
    slack.failNext(failure);
    const error = await errorOf(bot.notify(notification, call()));
    expect(error).toMatchObject({ code: 'unavailable', retryable: true, mayHaveArrived: true });
    const { reference } = await bot.notify({ ...notification, mayHaveArrived: true }, call());
    const own = slack.messages.filter(({ metadata }) => metadata?.event_payload['incident'] === 'inc-1');
    expect(own.map(({ ts }) => ts)).toEqual([reference.messageId]);
    expect(slack.messages).toHaveLength(2);
  });

  it.each<[string, Partial<Notification>, number]>([
    ['all of a busy channel, some pages back', {}, 5],
    ['what came since the incident was opened', { openedAtMs: nowMs - 60_000 }, 5],
  ])('after a lost answer, looks through %s', async (_, known, pages) => {
    const slack = createSlackStandIn({ now: () => nowMs });
    const bot = botOf(slack);
    slack.failNext({ status: 502, isTaken: true });
    await errorOf(bot.notify({ ...notification, ...known }, call()));
    await crowd(slack, 450);
    const { reference } = await bot.notify({ ...notification, ...known, mayHaveArrived: true }, call());
    expect(reference.messageId).toBe(slack.messages[0]?.ts);
    expect(slack.messages).toHaveLength(451);
    expect(slack.requests.filter((request) => request === 'conversations.history ok')).toHaveLength(pages);
  });

  it('reads nothing that is older than the incident, but for what clocks may differ by', async () => {
    const slack = createSlackStandIn({ now: () => nowMs - 10 * 60_000 });
    await crowd(slack, 450);
    await botOf(slack).notify({ ...notification, openedAtMs: nowMs, mayHaveArrived: true }, call());
    expect(slack.requests.slice(450)).toEqual([
      'conversations.history ok',
      'chat.postMessage ok',
      'reply chat.postMessage ok',
    ]);
  });

  it('stops looking after 1,000 messages, and posts', async () => {
    const slack = createSlackStandIn();
    await crowd(slack, 1100);
    await botOf(slack).notify({ ...notification, mayHaveArrived: true }, call());
    expect(slack.requests.filter((request) => request === 'conversations.history ok')).toHaveLength(10);
    expect(slack.messages).toHaveLength(1101);
  });

  it('posts again when it may not look: twice is better than never', async () => {
    const slack = createSlackStandIn({ scopes: ['chat:write'] });
    await botOf(slack).notify({ ...notification, mayHaveArrived: true }, call());
    expect(slack.requests).toEqual([
      'conversations.history missing_scope',
      'chat.postMessage ok',
      'reply chat.postMessage ok',
    ]);
  });

  it('brings what people can press as the incident is now', async () => {
    const slack = createSlackStandIn();
    const bot = createSlackNotifier({
      ...{ token, channel: 'C0STANDIN', fetch: fetchOf(slack) },
      controls: ({ brief: shown, incidentId }) =>
        toSlackControls({ incidentId, isResolved: shown.status === 'resolved', isPending: false }),
    });
    const idsNow = () =>
      slack.messages[0]?.blocks.flatMap((block) =>
        block.type === 'actions' ? block.elements.map(({ action_id: id }) => id) : [],
      );
    const { reference: previous } = await bot.notify(notification, call());
    expect(idsNow()).toContain('midwatch-take');
    await bot.notify({ ...notification, brief: { ...brief, status: 'resolved' }, previous }, call());
    expect(idsNow()).toContain('midwatch-rate');
    expect(idsNow()).not.toContain('midwatch-take');
  });

  it('does not edit by the reference of another notifier', async () => {
    const slack = createSlackStandIn();
    const previous = { notifierId: 'other', channel: 'C0STANDIN', messageId: '1.0', editable: true };
    await botOf(slack).notify({ ...notification, previous }, call());
    expect(slack.requests).toEqual(['chat.postMessage ok', 'reply chat.postMessage ok']);
  });

  it.each<[StandInFailure, object]>([
    [{ error: 'invalid_auth' }, { code: 'auth', retryable: false, mayHaveArrived: false }],
    [{ error: 'channel_not_found' }, { code: 'config', retryable: false }],
    [{ error: 'msg_blocks_too_long' }, { code: 'bad-message', retryable: false }],
    [
      { error: 'ratelimited', retryAfterSeconds: 7 },
      { code: 'rate-limited', retryAfterMs: 7000 },
    ],
    [{ error: 'fatal_error' }, { code: 'unavailable', retryable: true, mayHaveArrived: true }],
    [
      { status: 429, retryAfterSeconds: 30 },
      { code: 'rate-limited', retryAfterMs: 30_000, mayHaveArrived: false },
    ],
    [{ status: 503 }, { code: 'unavailable', status: 503 }],
    [{ status: 302 }, { code: 'config' }],
  ])('tells %j by code', async (failure, expected) => {
    const slack = createSlackStandIn();
    slack.failNext(failure);
    expect(await errorOf(botOf(slack).notify(notification, call()))).toMatchObject(expected);
    expect(slack.requests).toHaveLength(1);
  });

  it('says which scope is missing and which message is gone', async () => {
    const unscoped = botOf(createSlackStandIn({ scopes: [] }));
    expect((await errorOf(unscoped.notify(notification, call()))).message).toBe(
      '[slack] config: missing_scope (needs chat:write) for /chat.postMessage',
    );
    const previous = { notifierId: 'slack', channel: 'C0STANDIN', messageId: '1.0', editable: true };
    const gone = await errorOf(botOf(createSlackStandIn()).notify({ ...notification, previous }, call()));
    expect(gone).toMatchObject({ code: 'not-editable', retryable: false, mayHaveArrived: false });
  });

  it('keeps the token and what Slack said out of its errors', async () => {
    const slack = createSlackStandIn();
    slack.failNext({ error: `no such token ${token} <!channel>` });
    const error = await errorOf(botOf(slack).notify(notification, call()));
    expect(error.message).toBe('[slack] bad-message: an unknown error for /chat.postMessage');
    const failing = createSlackNotifier({
      token: 'xoxb-secret',
      channel: 'C0STANDIN',
      fetch: (_, init) => Promise.reject(new Error(JSON.stringify([...new Headers(init?.headers)]))),
    });
    const unreachable = await errorOf(failing.notify(notification, call()));
    expect(unreachable.code).toBe('unreachable');
    expect(`${unreachable.stack}${JSON.stringify(unreachable)}`).not.toContain('xoxb');
  });

  it('obeys abort and deadline while Slack hangs', async () => {
    const hanging = createSlackNotifier({
      token,
      channel: 'C0STANDIN',
      fetch: () => new Promise(() => undefined),
    });
    const controller = new AbortController();
    const aborted = errorOf(hanging.notify(notification, { ...call(), signal: controller.signal }));
    controller.abort();
    expect(await aborted).toMatchObject({ code: 'aborted', retryable: false, mayHaveArrived: true });
    const late = errorOf(hanging.notify(notification, { ...call(), deadlineAtMs: Date.now() + 20 }));
    expect(await late).toMatchObject({ code: 'timeout', retryable: true, mayHaveArrived: true });
  });

  it('refuses a channel by name and an address that is none', () => {
    for (const options of [{ channel: '#ops' }, { channel: 'C0STANDIN', baseUrl: 'slack.com' }]) {
      expect(() => createSlackNotifier({ token, ...options })).toThrow(NotifierError);
    }
  });
});

describe('createSlackWebhookNotifier', () => {
  const webhookUrl = 'https://hooks.slack.example/services/T000/B000/s3cr3t';
  const hookOf = (slack: SlackStandIn) => createSlackWebhookNotifier({ webhookUrl, fetch: fetchOf(slack) });

  it('posts, and says that it cannot edit', async () => {
    const slack = createSlackStandIn();
    const { reference } = await hookOf(slack).notify(notification, call());
    expect(reference).toMatchObject({ notifierId: 'slack-webhook', messageId: 'inc-1-1', editable: false });
    expect(slack.messages).toHaveLength(1);
  });

  it.each<[StandInFailure, object]>([
    [{ status: 400, error: 'invalid_blocks' }, { code: 'bad-message' }],
    [{ status: 403, error: 'action_prohibited' }, { code: 'auth' }],
    [{ status: 404, error: 'no_service' }, { code: 'config' }],
    [{ status: 410, error: 'channel_is_archived' }, { code: 'config' }],
    [
      { status: 429, retryAfterSeconds: 1 },
      { code: 'rate-limited', retryAfterMs: 1000 },
    ],
  ])('tells %j by code, without the address', async (failure, expected) => {
    const slack = createSlackStandIn();
    slack.failNext(failure);
    const error = await errorOf(hookOf(slack).notify(notification, call()));
    expect(error).toMatchObject(expected);
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('s3cr3t');
  });

  it('takes a login page for what it is', async () => {
    const page = '<!doctype html>\n<title>Sign in</title>';
    const hook = createSlackWebhookNotifier({
      webhookUrl,
      fetch: () => Promise.resolve(new Response(page, { headers: { 'content-type': 'text/html' } })),
    });
    expect(await errorOf(hook.notify(notification, call()))).toMatchObject({ code: 'bad-response' });
  });

  it.each(['http://hooks.slack.example/services/T/B/x', 'https://hooks.slack.example/other', 'none'])(
    'refuses %s',
    (address) => {
      expect(() => createSlackWebhookNotifier({ webhookUrl: address })).toThrow(
        '`webhookUrl` must look like',
      );
    },
  );
});
