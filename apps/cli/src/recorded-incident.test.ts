import { parseAlertmanager } from '@midwatch/alerts';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { createTempoConnector } from '@midwatch/connector-tempo';
import type { FetchLike, PlanSettings } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import { createDeployerLogConnector } from './__fixtures__/recorded-incident/deployer-log.js';
import { readExchange } from './__fixtures__/recorded-incident/exchange.js';
import { createLokiReplay } from './__fixtures__/recorded-incident/loki-replay.js';
import { createPrometheusReplay } from './__fixtures__/recorded-incident/prometheus-replay.js';
import { createTempoReplay } from './__fixtures__/recorded-incident/tempo-replay.js';
import { investigate, LOCAL_DEADLINE_MS, redactor } from './investigation-parts.js';

/**
 * An incident that real servers held: `orders` v2.15.0 cuts its connection pool from 100 to 10. Its exchanges with Loki 3.7,
 * Prometheus 3.5 (one with 2.42), Tempo 3.0 (one with 2.10) and Alertmanager 0.33 were recorded for other questions than the
 * connectors put, and are excerpts: 116 of 38,266 log lines, 4 metrics over time, 3 of 2,000 traces. So most requests are
 * not looked up as they were recorded; a small server for each vendor answers from what its recordings hold:
 *
 * - Alerts, the alerts that fire, the list of log streams, traces by id: the recorded answers, untouched.
 * - Log lines: those of all recorded answers, each once, filtered by the selector, filters and times that are asked for.
 *   Recorded with limits, they tell what was said and when, not how often.
 * - Series: as recorded every minute, without interpolation. The error ratio and the p99 are rates over 5 minutes, though
 *   shorter ones are asked for. Request rates, the p50 and the p95 were not recorded over time and are refused, with 501.
 * - Searches for traces: those that a recorded search found and that were recorded whole.
 * - Deploys: the shop had no deploy system but one that logs. A connector, as users write them, reads its five lines.
 *
 * The alerts began after the recorded hour, since the servers were filled with it at once, and rules see live data only.
 */
function investigateFrom(webhook: string, options: { plan?: PlanSettings; deploys?: boolean } = {}) {
  const { request } = readExchange(`alertmanager/webhook_critical_firing_${webhook}`);
  const [alert] = parseAlertmanager(request.body ?? '').alerts;
  if (alert === undefined) throw new Error(`${webhook} holds no alert`);
  const loki = answeredBy(createLokiReplay());
  return investigate({
    alert,
    nowMs: Date.UTC(2026, 10, 23, 4, 8, 40),
    redact: redactor,
    // The replayed servers compute on this very thread.
    collectDeadlineMs: LOCAL_DEADLINE_MS,
    ...(options.plan === undefined ? {} : { plan: options.plan }),
    connectors: [
      createLokiConnector({ baseUrl: 'http://loki', fetch: loki }),
      createPrometheusConnector({
        baseUrl: 'http://prometheus',
        fetch: answeredBy(createPrometheusReplay()),
      }),
      createTempoConnector({ baseUrl: 'http://tempo', fetch: answeredBy(createTempoReplay()) }),
      ...(options.deploys === false ? [] : [createDeployerLogConnector(loki)]),
    ],
  });
}

function answeredBy(answer: (request: Request) => Response | Promise<Response>): FetchLike {
  return async (input, init) => answer(new Request(input, init));
}

const half = (hour: number, minute: number) => {
  const startMs = Date.UTC(2026, 10, 23, hour, minute);
  return { startMs, endMs: startMs + 30 * 60_000 };
};
/** The recorded hour, cut in two as a bundle would: the deploy is at 03:40. */
const recordedHour = { window: half(3, 35), baseline: half(3, 5) };

/** An alert of the culprit, one of the gateway that only waits for it, and one that names the pool. */
const webhooks = ['HighErrorRate_1', 'HighErrorRate_2', 'DBPoolExhausted_1'];

describe.each([
  ['the windows that are planned from the alert', undefined],
  ['the recorded hour', recordedHour],
])('a recorded incident over %s', (_, plan) => {
  it.each(webhooks)('from the webhook %s: orders, and the deploy that cut its pool', async (webhook) => {
    const { analysis, brief } = await investigateFrom(webhook, plan === undefined ? {} : { plan });
    expect(brief.suspects[0]?.service).toBe('orders');
    expect(analysis.verdict).toBe('cause-found');
    expect(brief.change).toMatchObject({
      service: 'orders',
      version: 'v2.15.0',
      previousVersion: 'v2.14.0',
      actor: 'm.keller',
      atMs: Date.UTC(2026, 10, 23, 3, 40, 28),
    });
    expect(brief.change?.changes).toContainEqual({
      path: 'orders/values-prod.yaml: hikari.maximumPoolSize',
      before: '100',
      after: '10',
    });
  });
});

describe('a recorded incident', () => {
  it('began within a minute of the deploy', async () => {
    const { evidence } = await investigateFrom('HighErrorRate_1', { plan: recordedHour });
    const afterDeployMs = (evidence.onsetMs ?? 0) - Date.UTC(2026, 10, 23, 3, 40, 28);
    expect(afterDeployMs).toBeGreaterThan(0);
    expect(afterDeployMs).toBeLessThan(60_000);
  });

  it('is read by all connectors, and what was not recorded is said', async () => {
    const { collection } = await investigateFrom('HighErrorRate_1', { plan: recordedHour });
    const brought = (connectorId: string, kind: string) =>
      collection.sources
        .filter((source) => source.connectorId === connectorId && source.kind === kind)
        .reduce((sum, { signalCount }) => sum + signalCount, 0);
    expect(brought('tempo', 'traces')).toBeGreaterThan(2);
    expect(brought('loki', 'logs')).toBeGreaterThan(30);
    expect(brought('prometheus', 'metrics')).toBeGreaterThan(6);
    expect(brought('deployer-log', 'deploys')).toBeGreaterThan(0);
    // One of them has leading zeros, which the search cuts, and was recorded from the older API only.
    expect(collection.signals.traces.map(({ traceId }) => traceId).sort()).toEqual([
      '0053d394f92ca6ebd3e4051e9936a8e3',
      '12024af6fc4174096a1434cc7c759411',
      'd85a429591b240fda1b5dc73fe4e39e2',
    ]);
    const refused = collection.sources.filter(({ gaps }) =>
      gaps.some(({ reason }) => reason === 'page-failure'),
    );
    expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(['metrics']));
  });

  it("without the deployer's lines as deploys no deploy is named, and orders is still the first suspect", async () => {
    const { brief } = await investigateFrom('HighErrorRate_1', { plan: recordedHour, deploys: false });
    expect(brief.suspects[0]?.service).toBe('orders');
    expect(brief.change).toBeUndefined();
  });
});
