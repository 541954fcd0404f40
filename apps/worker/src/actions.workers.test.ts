import type { FetchLike } from '@midwatch/core';
import type { BriefRemedy } from '@midwatch/core/incident';
import { createArgoCdExecutor } from '@midwatch/remediation/argocd';
import { playQuarter, type QuarterIncident } from '@midwatch/simulator/quarter';
import { openD1Store } from '@midwatch/store/d1';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createQueue, emptyDatabase, environment, migrate } from './__fixtures__/test-environment.js';
import { doWork } from './do-work.js';
import type { Environment } from './environment.js';
import worker from './index.js';
import * as config from './midwatch.config.js';

const { readSources } = config;
const DAY_MS = 86_400_000;
/** Bodies of requests that write. */
const written: unknown[] = [];

interface Application {
  readonly metadata: object;
  readonly status: { readonly history: readonly { readonly id: number }[] };
}

/** Argo CD of the world, with what an executor reads as well; it takes rollbacks and begins them. */
const argoCd: FetchLike = async (input, init) => {
  const answer = await fetch(input.replace(/\/rollback.*$/, ''), { headers: init?.headers ?? {} });
  const { metadata, ...read } = (await answer.json()) as Application;
  const application = { ...read, metadata: { ...metadata, uid: 'uid-1' } };
  if (init?.method !== 'POST') return Response.json(application);
  const body = (await new Request(input, init).json()) as { readonly id: number };
  written.push(body);
  const sync = read.status.history.find(({ id }) => id === body.id);
  return Response.json({ ...application, operation: { sync } });
};

/** What a deployment writes into its `midwatch.config.ts`. */
function readActingSources(given: Environment): ReturnType<typeof readSources> {
  const executor = createArgoCdExecutor({
    ...{ baseUrl: given.ARGOCD_URL ?? '', writeToken: 'of-an-account-that-acts', redact: 'none' },
    fetch: argoCd,
  });
  const service = { isOn: true, safeActions: ['rollback'], approverRoles: ['approver'] } as const;
  return {
    ...readSources(given),
    remediation: { executors: [executor], services: { 'api-gateway': service } },
  };
}

beforeAll(migrate);
beforeEach(async () => {
  await emptyDatabase();
  await fetch(`${environment.WORLD_URL}/reset`);
});

/** Of incidents that people have settled as right, for 200 days. */
function pastOf(index: number): QuarterIncident {
  const openedAtMs = Date.now() - 200 * DAY_MS + index * 2.5 * DAY_MS;
  return {
    ...{ id: `past-${index}`, service: 'reports', openedAtMs, resolvedAtMs: openedAtMs + 1_200_000 },
    analyses: [
      {
        ...{ atMs: openedAtMs + 30_000, look: 1, state: 'admitted', wasShown: true, isShadow: false },
        analyzer: { name: 'claude', model: 'claude-haiku-5-5', promptVersion: 'p' },
        ...{ verdict: 'cause-found', confidence: 'HIGH', statedConfidence: 'HIGH', services: ['reports'] },
        ...{ signatures: [], gaps: [], sourceSet: '', timings: { briefMs: 20_000 } },
      },
    ],
    outcome: { judgement: 'right', service: 'reports' },
    ratings: [],
  };
}

it('an action is offered, approved by a name, done once and watched', async () => {
  vi.spyOn(config, 'readSources').mockImplementation(readActingSources);
  const store = await openD1Store(environment.DB);
  await playQuarter(
    store,
    Array.from({ length: 76 }, (_, index) => pastOf(index)),
  );
  const given: Environment = {
    ...environment,
    MIDWATCH_TOKENS: 'approver=dana:a-token-of-dana-for-tests',
    WORK_QUEUE: createQueue().queue,
    PLACES: {
      idFromName: () => undefined,
      get: () => ({ record: (records) => store.recordAlerts(records) }),
    },
  };
  const dana = { authorization: 'Bearer a-token-of-dana-for-tests' };
  const post = (path: string, body: string, headers: Record<string, string>) =>
    worker.fetch(new Request(`https://midwatch.example${path}`, { method: 'POST', headers, body }), given);
  const body = await (await fetch(`${environment.WORLD_URL}/alert`)).text();
  await post('/webhooks/alertmanager', body, { authorization: 'Bearer token-of-whoever-sends' });
  await doWork(given);
  await doWork(given);
  const { items } = await store.listIncidents({ limit: 1 });
  const incidentId = items[0]?.id ?? '';
  const remedy = async (): Promise<Partial<BriefRemedy>> =>
    (await store.getIncident(incidentId))?.brief?.remedy ?? {};
  expect(await remedy()).toMatchObject({ state: 'offered', people: 1 });
  expect(written).toEqual([]);

  const { planId = '' } = await remedy();
  const path = `/incidents/${incidentId}/actions/${planId}/approve`;
  expect((await post(path, '', { authorization: 'Bearer token-of-whoever-reads' })).status).toBe(403);
  expect(await (await post(path, '', dana)).json()).toEqual({ outcome: 'done' });
  expect(await (await post(path, '', dana)).json()).toEqual({ outcome: 'repeated' });
  await Promise.all([doWork(given), doWork(given)]);
  await doWork(given);
  expect(await remedy()).toMatchObject({ state: 'watched', approvedBy: ['dana'] });
  expect(written).toHaveLength(1);
  expect(await store.actions.listOf(incidentId)).toMatchObject([{ planId, state: 'applied' }]);
});
