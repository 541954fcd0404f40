import { toBrief } from '@midwatch/brief';
import { createGitHubConnector } from '@midwatch/connector-github';
import type { ConnectorV1, FetchLike } from '@midwatch/core';
import type { Alert } from '@midwatch/core/incident';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createInvestigate } from '@midwatch/responder';
import { createScriptedConnector, deploySignal, logSignal } from '@midwatch/testkit';
import { expect, it } from 'vitest';

const nowMs = Date.UTC(2026, 10, 1, 3, 30);
const minuteMs = 60_000;

/** A cluster that knows the version of a deploy, and nothing of what it changed. */
const rollout = {
  ...deploySignal('checkout', '12', nowMs - 20 * minuteMs),
  connectorId: 'cluster',
  version: 'v2.15.0',
  previousVersion: 'v2.14.3',
};

const answers: Readonly<Record<string, unknown>> = {
  '/repos/acme/checkout/deployments': [],
  '/repos/acme/checkout/compare/v2.14.3...v2.15.0': {
    status: 'ahead',
    total_commits: 1,
    commits: [{ sha: 'b'.repeat(40), commit: { message: 'Cut the pool (#847)' } }],
    files: [
      { filename: 'checkout.env', status: 'modified', patch: '@@ -1 +1 @@\n-POOL_MAX=100\n+POOL_MAX=10' },
    ],
  },
  [`/repos/acme/checkout/commits/${'b'.repeat(40)}/pulls`]: [
    { number: 847, title: 'Cut the pool', user: { login: 'dana' }, merged_at: '2026-11-01T02:00:00Z' },
  ],
};
const fetch: FetchLike = (url) => {
  const answer = answers[new URL(url).pathname];
  return Promise.resolve(answer === undefined ? new Response('{}', { status: 404 }) : Response.json(answer));
};

it('what lies between two versions reaches the brief as the change of the deploy', async () => {
  // Baskets open all the time, and for ten minutes a pool has been empty.
  const lines = Array.from({ length: 720 }, (_, index) => {
    const atMs = nowMs - 120 * minuteMs + index * 10_000;
    const fails = atMs >= nowMs - 10 * minuteMs;
    const text = fails ? 'no free connection in pool after 900 ms' : 'basket opened';
    const given = { service: 'checkout', level: fails ? 'error' : 'info' } as const;
    return { ...logSignal(text, atMs, given), id: `line-${index}`, connectorId: 'logs' };
  });
  const logs: ConnectorV1 = {
    specVersion: 'v1',
    id: 'logs',
    sources: {
      logs: {
        limits: { maxItems: 5000 },
        doQuery: ({ window, minLevel }) =>
          Promise.resolve({
            signals: lines
              .filter(({ timestampMs: atMs }) => atMs >= window.startMs && atMs < window.endMs)
              .filter(({ level }) => minLevel === undefined || level === 'error'),
            gaps: [],
            provenance: [{ queryId: 'query', language: 'test', text: 'lines', window }],
          }),
      },
    },
    checkHealth: () => Promise.resolve({ state: 'healthy' }),
  };
  const empty = Array.from({ length: 20 }, () => ({ signals: [] }));
  const history = [{ signals: [rollout] }, { signals: [rollout] }, ...empty];
  const alert: Alert = {
    source: 'alertmanager',
    fingerprint: 'f',
    status: 'firing',
    name: 'ErrorsHigh',
    startsAtMs: nowMs - 5 * minuteMs,
    target: { service: 'checkout' },
    labels: {},
    annotations: {},
  };
  const investigate = createInvestigate({
    reduce,
    format,
    admit,
    toBrief,
    evidenceAnalyzer: createEvidenceAnalyzer(),
  });
  const { brief, evidence } = await investigate({
    alert,
    nowMs,
    redact: 'none',
    connectors: [
      createGitHubConnector({ fetch, repositories: { checkout: 'acme/checkout' } }),
      createScriptedConnector('cluster', { deploys: history }),
      logs,
    ],
    plan: { services: [{ name: 'checkout', repository: 'acme/checkout' }] },
  });
  const changes = evidence.findings.filter(({ kind }) => kind === 'change');
  expect(changes).toHaveLength(1);
  expect(changes[0]?.statement).toContain('"checkout.env: POOL_MAX" 100 -> 10');
  expect(brief.change).toMatchObject({
    service: 'checkout',
    version: 'v2.15.0',
    atMs: rollout.timestampMs,
    actor: 'dana',
    changes: [{ path: 'checkout.env: POOL_MAX', before: '100', after: '10' }],
  });
  expect(brief.change?.changeRequest).toBe('#847');
});
