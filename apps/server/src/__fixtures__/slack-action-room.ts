import type { Remediator } from '@midwatch/core/incident';
import { createSlackNotifier } from '@midwatch/notifier-slack';
import { toSlackRemedyControls } from '@midwatch/notifier-slack/interactivity';
import { createSlackStandIn, signSlackRequest } from '@midwatch/notifier-slack/stand-in';
import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { createHttpApp, type HttpAppOptions } from '../http/index.js';
import { createActingRemediator } from './acting-remediator.js';
import { openActionRoom } from './action-room.js';
import { START_MS } from './incident-room.js';

const SECRET = '8f742231b10e8888abcd99aabbccdd85';

/** Ids as those of true plans are. */
export const planIdOf = (name: string): string => Buffer.from(name).toString('hex').padEnd(64, '0');

function withTrueIds(remediator: Remediator): Remediator {
  const renamed = (answer: Awaited<ReturnType<Remediator['propose']>>) =>
    'nothing' in answer ? answer : { proposal: { ...answer.proposal, planId: planIdOf(answer.proposal.planId) } };
  return {
    ...remediator,
    propose: async (...asked) => renamed(await remediator.propose(...asked)),
    proposeUndo: async (...asked) => renamed(await remediator.proposeUndo(...asked)),
  };
}

export interface Pressed {
  readonly user?: string;
  /** What they call themselves just now. */
  readonly username?: string;
  readonly trigger?: string;
  readonly secret?: string;
  readonly atMs?: number;
}

/** An action is offered, its message stands in Slack's stand-in, and people press what it has and ask the API. */
export async function openSlackActionRoom(people: 1 | 2 = 1, more: Partial<HttpAppOptions> = {}) {
  const store = createMemoryStore();
  const clock = { nowMs: START_MS };
  const slack = createSlackStandIn();
  const acting = createActingRemediator(store, () => clock.nowMs, { people });
  const notifier = createSlackNotifier({
    token: 'xoxb-stand-in',
    channel: 'C0STANDIN',
    fetch: (input, init) => slack.handle(new Request(input, init)),
    remedyControls: ({ brief: { remedy }, incidentId }) =>
      remedy === undefined ? [] : toSlackRemedyControls({ incidentId, remedy }),
  });
  const { room, ...acts } = openActionRoom(store, {
    clock,
    room: { notifiers: [notifier], remediator: withTrueIds(acting.remediator) },
  });
  const incidentId = await acts.open();
  const answers: string[] = [];
  const app = createHttpApp({
    ...{ responder: room.responder, store, redact: createRedactor(), budgets: DEFAULT_BUDGETS },
    tokens: [
      { role: 'approver', name: 'dana', token: 'a-token-of-dana-for-tests' },
      { role: 'approver', name: 'Carl', token: 'a-token-of-carl-for-tests' },
      { role: 'responder', name: 'rob', token: 'a-token-of-rob-for-tests' },
      { role: 'admin', token: 'a-token-of-some-admin' },
    ],
    onReceived: () => undefined,
    onActed: () => room.workAll(),
    ...more,
    slack: {
      signingSecret: SECRET,
      users: new Map([
        ['U0DANA', { role: 'approver', name: 'dana' }],
        ['U0CARL', { role: 'approver', name: 'carl' }],
        ['U0ABE', { role: 'approver' }],
        ['U0ROB', { role: 'responder' }],
      ]),
      dialog: {
        open: async () => undefined,
        answer: async (_, text) => {
          answers.push(text);
        },
      },
    },
  });

  const controls = () =>
    slack.messages.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.type === 'actions' ? block.elements : [])),
    );

  return {
    ...{ store, slack, incidentId, answers, controls },
    writes: () => acting.writes,
    remedy: async () => (await store.getIncident(incidentId))?.brief?.remedy,
    /** What the newest message's button of this name holds. */
    valueOf(actionId: string): string {
      const found = controls().find((control) => control.action_id === actionId);
      return found?.type === 'button' ? (found.value ?? '') : '';
    },
    async press(actionId: string, value: string, pressed: Pressed = {}) {
      const { atMs = Date.now(), secret = SECRET, trigger = crypto.randomUUID(), user = 'U0DANA' } = pressed;
      const payload = {
        type: 'block_actions',
        user: { id: user, username: pressed.username ?? user.slice(2).toLowerCase() },
        trigger_id: trigger,
        response_url: 'https://hooks.slack.com/actions/T01/1/abc',
        actions: [{ action_id: actionId, value }],
      };
      const form = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const { body, headers } = await signSlackRequest(form, secret, atMs);
      const response = await app.request('/slack/interactions', { method: 'POST', body, headers });
      await room.workAll();
      return response.status;
    },
    async ask(path: string, token = 'a-token-of-dana-for-tests') {
      const response = await app.request(`/incidents/${incidentId}/actions/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
      await room.workAll();
      const body = (await response.json()) as { outcome?: string; error?: { code: string } };
      return [response.status, body.outcome ?? body.error?.code];
    },
    read: async (path: string) => {
      const headers = { authorization: 'Bearer a-token-of-dana-for-tests' };
      return (await app.request(path, { headers })).json() as Promise<unknown>;
    },
    wait: acts.wait,
    app,
  };
}

