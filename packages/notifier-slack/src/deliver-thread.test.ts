import { type Notification, type Notifier, NotifierError } from '@midwatch/core/incident';
import { sampleBrief as brief, sampleBriefAtMs as nowMs } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { createSlackNotifier } from './index.js';
import { createSlackStandIn, type SlackStandIn, type StandInFailure } from './stand-in/index.js';

const notification: Notification = { incidentId: 'inc-1', deliveryId: 'inc-1-1', brief, nowMs };
const call = () => ({ signal: new AbortController().signal, deadlineAtMs: Date.now() + 5000 });

/** A bot whose requests of a method fail once in the given way. */
function botOf(
  slack: SlackStandIn,
  failing?: { readonly at: number; readonly how: StandInFailure },
): Notifier {
  let count = 0;
  return createSlackNotifier({
    token: 'xoxb-stand-in',
    channel: 'C0STANDIN',
    fetch: (input, init) => {
      count += 1;
      if (count === failing?.at) slack.failNext(failing.how);
      return slack.handle(new Request(input, init));
    },
  });
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it was delivered'),
    (error: unknown) => error,
  );
}

describe('the reply with the details', () => {
  it.each<[string, StandInFailure]>([
    ['was lost', { status: 502 }],
    ['stands, but its answer was lost', { status: 502, isTaken: true }],
    ['was put off', { status: 429, retryAfterSeconds: 1 }],
  ])('stands once below one message when it %s at first', async (_, how) => {
    for (const scopes of [['chat:write', 'channels:history'], ['chat:write']]) {
      const slack = createSlackStandIn({ scopes });
      const bot = botOf(slack, { at: 2, how });
      expect(NotifierError.is(await failureOf(bot.notify(notification, call())))).toBe(true);
      const { reference } = await bot.notify({ ...notification, mayHaveArrived: true }, call());
      expect(slack.messages.map(({ ts }) => ts)).toEqual([reference.messageId]);
      // Where nobody may read, what stands already is not found: then twice is better than never.
      const isBlind = how.isTaken === true && scopes.length === 1;
      expect(slack.replies.map(({ ts }) => ts).slice(isBlind ? 1 : 0)).toEqual([reference.detailsId]);
    }
  });

  it('is found again by another process, as after a crash', async () => {
    const slack = createSlackStandIn();
    await failureOf(
      botOf(slack, { at: 2, how: { status: 502, isTaken: true } }).notify(notification, call()),
    );
    await botOf(slack).notify({ ...notification, mayHaveArrived: true }, call());
    expect([slack.messages.length, slack.replies.length]).toEqual([1, 1]);
  });

  it('comes below a message that had none', async () => {
    const slack = createSlackStandIn();
    const bot = botOf(slack);
    const { reference } = await bot.notify(notification, call());
    const { detailsId: _, ...previous } = reference;
    await bot.notify({ ...notification, previous }, call());
    expect(slack.replies).toHaveLength(1);
  });

  it('is written anew when somebody has deleted it', async () => {
    const slack = createSlackStandIn();
    const bot = botOf(slack);
    const { reference } = await bot.notify(notification, call());
    const previous = { ...reference, detailsId: '1.0' };
    const again = await bot.notify({ ...notification, previous }, call());
    expect(again.reference.messageId).toBe(reference.messageId);
    expect(slack.replies.at(-1)?.ts).toBe(again.reference.detailsId);
  });

  it('of one incident is not taken for that of another', async () => {
    const slack = createSlackStandIn();
    const bot = botOf(slack);
    await bot.notify({ ...notification, incidentId: 'inc-0' }, call());
    const { reference } = await bot.notify({ ...notification, mayHaveArrived: true }, call());
    expect(slack.replies.at(-1)).toMatchObject({ ts: reference.detailsId, threadTs: reference.messageId });
  });
});
