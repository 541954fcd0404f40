import type { BeginAction, Proposal } from '@midwatch/core/incident';
import { createMemoryStore } from '@midwatch/store/memory';
import { describe, expect, it } from 'vitest';
import { alertOf } from '../__fixtures__/incident-room.js';
import { readEnvironment } from '../environment.js';
import { createMetrics } from '../metrics/create-metrics.js';
import { type ActionEvent, followActions } from './index.js';
import { sayActions } from './say-actions.js';

const planId = 'a1'.repeat(32);
const entry = (action: string) => ({ actor: 'midwatch', action, incidentId: 'inc-1', planId });
const proposal: Proposal = {
  ...{ planId, remedy: 'rollback', service: 'checkout', target: 'a deployment', title: 'Roll back' },
  ...{ steps: ['it'], diff: [], isReversible: true, people: 1, peopleReasons: [], evidence: [] },
  ...{ madeAtMs: 1, expiresAtMs: 9, plan: {} },
};
const begin: BeginAction = {
  ...{ incidentId: 'inc-1', proposal, approvalIds: [], maxBegun: 1, countSinceMs: 0, nowMs: 2 },
  entry: entry('begun'),
};

async function follow() {
  const store = createMemoryStore();
  await store.recordAlert({
    ...{ alert: alertOf(), incidentId: 'inc-1', groupKey: 'g', joinSinceMs: 0, nowMs: 1, effects: {} },
  });
  const events: ActionEvent[] = [];
  const metrics = createMetrics({
    store,
    version: '1',
    budgets: { perIncidentUsd: 1, perServiceAndDayUsd: 1, perDayUsd: 1 },
  });
  const followed = followActions(store, (event) => {
    events.push(event);
    metrics.acted(event);
  });
  return { events, followed, metrics, store };
}

describe('an action that is followed', () => {
  it('is told and counted once for each thing that happened, with the head of the log as it is then', async () => {
    const { events, followed, metrics, store } = await follow();
    await followed.actions.log.append([entry('proposed')], 1);
    expect(await followed.actions.begin(begin)).toBe('begun');
    expect(await followed.actions.begin(begin)).toBe('repeated');
    const end = { planId, outcome: 'applied', nowMs: 3, entry: entry('applied') } as const;
    expect(await followed.actions.end(end)).toBe(true);
    expect(await followed.actions.end(end)).toBe(false);
    await followed.actions.recordEffect({ planId, effect: 'worse', nowMs: 4, entry: entry('worse') });
    expect(events.map((event) => (event.type === 'logged' ? event.head.number : event.type))).toEqual([
      1,
      'begun',
      2,
      'ended',
      3,
      'judged',
      4,
    ]);
    expect(events.at(-1)).toEqual({ type: 'logged', head: await store.actions.log.head() });
    const measures = await metrics.read();
    for (const line of [
      'midwatch_actions_begun_total{remedy="rollback"} 1',
      'midwatch_actions_ended_total{outcome="applied"} 1',
      'midwatch_action_effects_total{effect="worse"} 1',
      'midwatch_action_log_entries 4',
    ])
      expect(measures).toContain(`${line}\n`);
    expect(measures).not.toContain((await store.actions.log.head())?.hash);
  });

  it('stands when its head cannot be read, and is another only by its actions', async () => {
    const { followed, store } = await follow();
    const log = { ...store.actions.log, head: () => Promise.reject(new Error('away')) };
    const events: ActionEvent[] = [];
    const deaf = followActions({ ...store, actions: { ...store.actions, log } }, (event) =>
      events.push(event),
    );
    expect(await deaf.actions.begin(begin)).toBe('begun');
    expect(events).toEqual([{ type: 'begun', remedy: 'rollback' }]);
    expect(followed.controls).toBe(store.controls);
  });
});

describe('what is said of actions at the start', () => {
  const services = { checkout: { isOn: true, isAutomatic: true }, cart: {} };
  const unnamed = { MIDWATCH_TOKENS: 'approver:a-token-without-a-name' };
  const say = (environment: Record<string, string>, config: Parameters<typeof sayActions>[0]) =>
    sayActions(config, readEnvironment(environment, '/srv'));
  const remediation = { executors: [{ id: 'kubernetes' }], services } as never;

  it('is nothing while there are none, and else what keeps each of them from passing', () => {
    expect(say({}, {})).toEqual([]);
    expect(say({}, { remediation: { executors: [], services: { cart: {} } } })).toEqual([
      'actions: off for every service',
    ]);
    expect(say(unnamed, { remediation })).toEqual([
      'actions: on for checkout, by kubernetes, behind every gate',
      'actions without a person: checkout',
      'actions: none can pass without a second model (no ANTHROPIC_API_KEY)',
      'actions: nobody can approve one (no approver with a name in MIDWATCH_TOKENS or SLACK_USERS)',
    ]);
  });

  it('names nothing that is there', () => {
    const secret = '8f742231b10e8888abcd99aabbccdd85';
    const slack = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_CHANNEL: 'C0123456789', SLACK_SIGNING_SECRET: secret };
    const users = { ...slack, SLACK_USERS: 'U0ANN:responder,U0DANA:approver=dana' };
    expect(say({ ANTHROPIC_API_KEY: 'k', ...users }, { remediation })).toHaveLength(2);
    expect(readEnvironment(users, '/srv').slack?.users.get('U0DANA')).toEqual({
      role: 'approver',
      name: 'dana',
    });
    expect(() => readEnvironment({ ...slack, SLACK_USERS: 'U0DANA:approver=da na' }, '/srv')).toThrow(
      'USER:ROLE=NAME',
    );
  });
});
