import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ConnectorV1 } from '../connector/v1/connector.js';
import { plan } from '../plan/plan.js';
import { ALERT, log, metric, NOW_MS, span, trace, WINDOW } from './__fixtures__/connectors.js';
import { collectSignals } from './collect-signals.js';
import { isLate } from './earlier-answers.js';

beforeEach(() => void vi.useFakeTimers({ now: NOW_MS }));
afterEach(() => void vi.useRealTimers());

const T = WINDOW.startMs + 60_000;
const provenance = [{ queryId: 'q1', language: 'test', text: 'q', window: WINDOW }];
const healthy = { checkHealth: async () => ({ state: 'healthy' }) as const };

/** Answers at once, and counts. */
function quick(asked: string[]): ConnectorV1 {
  const spans = [
    span('edge', T, 90),
    span('stock', T + 5, 80, { parentSpanId: `edge-${T}`, status: 'error' }),
  ];
  return {
    specVersion: 'v1',
    id: 'quick',
    ...healthy,
    sources: {
      traces: {
        limits: { maxItems: 100 },
        async doQuery() {
          asked.push('traces');
          return { signals: [trace('quick', 't1', spans)], gaps: [], provenance };
        },
      },
      metrics: {
        limits: { maxItems: 100 },
        async doQuery() {
          asked.push('metrics');
          return { signals: [metric('quick', 'm1', [[T, 1]])], gaps: [], provenance };
        },
      },
    },
  };
}

/** Takes that long, and is cut before. */
function slow(tookMs: number, asked: string[]): ConnectorV1 {
  return {
    specVersion: 'v1',
    id: 'slow',
    ...healthy,
    sources: {
      logs: {
        limits: { maxItems: 100 },
        doQuery: (query, { signal }) =>
          new Promise((resolve, reject) => {
            asked.push(`logs of ${query.target.service ?? 'everything'}`);
            const signals = [log('slow', 'l1', T, { level: 'error', service: 'stock' })];
            setTimeout(() => resolve({ signals, gaps: [], provenance }), tookMs);
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      },
    },
  };
}

async function after<T>(promise: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(20_000);
  return promise;
}

it('asks only late sources again, leads them to where the first look led, and puts both together', async () => {
  const asked: string[] = [];
  const connectors = [quick(asked), slow(6_000, asked)];
  const options = { connectors, plan: plan(ALERT, NOW_MS), redact: 'none' } as const;
  const first = await after(collectSignals(options));
  expect(first.signals.logs).toHaveLength(0);
  expect(new Set(first.sources.filter(isLate).map(({ connectorId }) => connectorId))).toEqual(
    new Set(['slow']),
  );

  asked.length = 0;
  const second = await after(collectSignals({ ...options, earlier: first, deadlineMs: 20_000 }));
  expect(new Set(asked)).not.toContain('traces');
  expect(new Set(asked)).not.toContain('metrics');
  expect(asked).toContain('logs of stock');
  expect(second.signals.logs.map(({ id }) => id)).toEqual(['l1']);
  expect(second.signals.traces).toEqual(first.signals.traces);
  expect(second.signals.metrics).toEqual(first.signals.metrics);
  expect(second.sources.some(isLate)).toBe(false);
  const reports = (kind: string) => second.sources.filter((report) => report.kind === kind);
  expect(reports('metrics')).toEqual(first.sources.filter(({ kind }) => kind === 'metrics'));
  expect(reports('deploys')).toEqual([expect.objectContaining({ state: 'not-configured' })]);
  expect(second.durationMs).toBeGreaterThan(first.durationMs);
});

it('asks nobody when nobody was late', async () => {
  const asked: string[] = [];
  const options = { connectors: [quick(asked)], plan: plan(ALERT, NOW_MS), redact: 'none' } as const;
  const first = await after(collectSignals(options));
  asked.length = 0;
  const second = await after(collectSignals({ ...options, earlier: first }));
  expect(asked).toEqual([]);
  expect(second.sources).toEqual(first.sources);
});

it('survives the way through JSON, which is how it is kept between the two', async () => {
  const asked: string[] = [];
  const options = {
    connectors: [quick(asked), slow(6_000, asked)],
    plan: plan(ALERT, NOW_MS),
    redact: 'none',
  } as const;
  const first = await after(collectSignals(options));
  const kept = JSON.parse(JSON.stringify(first)) as typeof first;
  const again = { ...options, deadlineMs: 20_000 };
  const [one, other] = [
    await after(collectSignals({ ...again, earlier: first })),
    await after(collectSignals({ ...again, earlier: kept })),
  ];
  expect(other.signals).toEqual(one.signals);
});
