import type { Store } from '@midwatch/core/incident';
import { describeStopped, readSelfState, type SelfState } from '@midwatch/responder';
import { within } from '../within.js';
import type { Route } from './route.js';
import { readinessSchema, selfStateSchema } from './self-schemas.js';

const READY_DEADLINE_MS = 1_000;
/** It is looked at every minute. */
const NOT_WATCHED_MS = 10 * 60_000;

/** How Midwatch itself is. */
export function selfRoutes(store: Store, now: () => number = Date.now): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/state',
      operationId: 'get-state',
      summary: 'Whether models and actions are stopped, what Midwatch is blind to, and what waits',
      access: 'viewer',
      answers: { 200: { description: 'The state of the whole deployment', schema: selfStateSchema } },
      handle: async (context) => {
        const nowMs = now();
        const [self, steps, deliveries] = await Promise.all([
          readSelfState(store),
          store.steps.measure(nowMs),
          store.outbox.measure(nowMs),
        ]);
        return context.json({ ...self, queues: { steps, deliveries } });
      },
    },
    {
      method: 'GET',
      path: '/readyz',
      operationId: 'get-readiness',
      summary: 'Whether the store answers within a second, and whether something else is amiss',
      access: 'anyone',
      answers: {
        200: { description: 'It does: alerts are taken, also while it is degraded', schema: readinessSchema },
        503: { description: 'It does not: alerts would be lost', schema: readinessSchema },
      },
      handle: async (context) => {
        const asked = Promise.all([readSelfState(store), store.listIncidents({ limit: 1 })]);
        const answer = await within(asked, READY_DEADLINE_MS).catch(() => undefined);
        if (answer === undefined) return context.json({ status: 'the store does not answer' }, 503);
        const reasons = reasonsOf(answer[0], now());
        return context.json(reasons.length === 0 ? { status: 'ok' } : { status: 'degraded', reasons });
      },
    },
  ];
}

/** Codes only: anybody may ask, and names and words are for those with a token. */
function reasonsOf({ blind, stopped, watchedAtMs }: SelfState, nowMs: number): readonly string[] {
  const isWatched = watchedAtMs === undefined || nowMs - watchedAtMs < NOT_WATCHED_MS;
  const kinds = new Set(blind.map(({ kind }) => kind));
  return [...(stopped === undefined ? [] : ['stopped']), ...kinds, ...(isWatched ? [] : ['not-watched'])];
}

/** What whoever reads incidents should know of Midwatch itself; absent when nothing is amiss. */
export async function readSelfWords(store: Store): Promise<readonly string[] | undefined> {
  const { blind, stopped } = await readSelfState(store);
  const words = [
    ...(stopped === undefined ? [] : [describeStopped(stopped)]),
    ...blind.map(({ text }) => text),
  ];
  return words.length === 0 ? undefined : words;
}
