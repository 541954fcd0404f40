import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectorV1, WorkloadNames } from '../connector/v1/connector.js';
import { podOf, workload } from '../identity/__fixtures__/signals.js';
import type { Collection } from '../incident/collection.js';
import { type PlanSettings, plan } from '../plan/plan.js';
import {
  ALERT,
  connector,
  type DoQuery,
  deploy,
  log,
  NOW_MS,
  span,
  trace,
  WINDOW,
} from './__fixtures__/connectors.js';
import { collectSignals } from './collect-signals.js';

beforeEach(() => void vi.useFakeTimers({ now: NOW_MS }));
afterEach(() => void vi.useRealTimers());

const T = WINDOW.startMs + 60_000;

async function collect(
  connectors: readonly ConnectorV1[],
  settings: PlanSettings = {},
  earlier?: Collection,
): Promise<Collection> {
  const planned = plan(ALERT, NOW_MS, settings);
  const again = earlier === undefined ? {} : { earlier };
  const collection = collectSignals({ connectors, plan: planned, redact: 'none', ...again });
  await vi.advanceTimersByTimeAsync(3000);
  return collection;
}

/** A cluster that tells names, whatever it is asked. */
function cluster(workloads: unknown): ConnectorV1 {
  const doQuery = async () => ({
    signals: [],
    gaps: [],
    provenance: [],
    workloads: workloads as WorkloadNames[],
  });
  return connector('cluster', { deploys: doQuery });
}

const edge = workload('edge-deploy', { app: 'edge', instance: 'prod-edge' }, { namespace: 'prod' });

/** Logs of a backend that knows its own names only. */
function logs(lines: ReturnType<typeof log>[], asked: (string | undefined)[] = []): ConnectorV1 {
  const doQuery: DoQuery<'logs'> = async ({ target: { service }, window, limit }) => {
    asked.push(service);
    const found = lines.filter(
      (line) =>
        (service === undefined || line.service === service) &&
        line.timestampMs >= window.startMs &&
        line.timestampMs < window.endMs,
    );
    const gaps = found.length === 0 ? [{ reason: 'unmapped-target' as const }] : [];
    return { signals: found.slice(0, limit), gaps, provenance: [] };
  };
  return connector('logs', { logs: doQuery });
}

const ownLine = log('logs', 'l1', T, { service: 'prod-edge' });

describe('a backend with names of its own', () => {
  it('is asked by those that the cluster tells, and what it has comes under the name of the alert', async () => {
    const asked: (string | undefined)[] = [];
    const collection = await collect([logs([ownLine], asked), cluster([edge])]);
    expect([...new Set(asked)]).toEqual(['edge', undefined, 'edge-deploy', 'prod-edge']);
    expect(collection.signals.logs.map(({ service }) => service)).toEqual(['edge']);
    expect(collection.aliases).toEqual([
      {
        ...{ connectorId: 'logs', alias: 'prod-edge', service: 'edge', workload: 'prod/edge-deploy' },
        reason: 'both are prod/edge-deploy: prod-edge by its label instance, edge by its label app',
      },
    ]);
    // Of the window both questions were answered; that another name is not known is no gap.
    const reports = collection.sources.filter((one) => one.kind === 'logs' && one.target.startsWith('edge'));
    const ofWindow = reports.filter(({ purpose }) => purpose === 'window');
    expect(ofWindow.map(({ state, signalCount, gaps }) => [state, signalCount, gaps])).toEqual([
      ['ok', 1, []],
      ['ok', 1, []],
    ]);
    expect(reports.every(({ target }) => target === 'edge in prod')).toBe(true);
  });

  it('is not asked again in the second look, which keeps what was learned', async () => {
    const first = await collect([logs([ownLine]), cluster([edge])]);
    const asked: (string | undefined)[] = [];
    const late = first.sources.map((one) =>
      one.kind === 'deploys' ? { ...one, gaps: [{ reason: 'deadline' as const }] } : one,
    );
    const deploys = connector('cluster', {
      deploys: async () => ({
        signals: [deploy('cluster', 'd1', T, { service: 'edge' })],
        gaps: [],
        provenance: [],
      }),
    });
    const second = await collect([logs([ownLine], asked), deploys], {}, { ...first, sources: late });
    expect(second.aliases).toEqual(first.aliases);
    expect(second.signals.logs.map(({ service }) => service)).toEqual(['edge']);
    expect(asked.filter((service) => service !== 'prod-edge')).toEqual([]);
  });

  it('is left alone where its name is configured, or that it has none', async () => {
    for (const alias of ['edge-logs', null]) {
      const asked: (string | undefined)[] = [];
      const services = [{ name: 'edge', aliases: { logs: alias } }];
      const collection = await collect([logs([ownLine], asked), cluster([edge])], { services });
      expect(asked).not.toContain('prod-edge');
      expect(asked).not.toContain('edge');
      expect(collection.aliases).toBeUndefined();
    }
  });

  it('is asked about a service of the second wave by the name that it showed', async () => {
    const asked: (string | undefined)[] = [];
    const stock = log('logs', 'l2', T, { service: 'prod-stock', attributes: podOf('stock', 'prod') });
    // Two slow calls of a callee that has no deploys and no logs under that name.
    const spans = (startMs: number, ms: number) => [
      span('edge', startMs, ms + 10),
      span('stock', startMs + 1, ms, { parentSpanId: `edge-${startMs}`, attributes: podOf('stock', 'prod') }),
    ];
    const all = [0, 1, 2, 3, 4, 5].flatMap((n) => [
      trace('traces', `b${n}`, spans(WINDOW.startMs - 20 * 60_000 + n * 1000, 5)),
      trace('traces', `w${n}`, spans(T + n * 1000, 500)),
    ]);
    const traces = connector('traces', {
      traces: async ({ window }) => ({
        signals: all.filter(({ timestampMs }) => timestampMs >= window.startMs && timestampMs < window.endMs),
        gaps: [],
        provenance: [],
      }),
    });
    const backend = logs([log('logs', 'l1', T, { service: 'edge' }), stock], asked);
    const incidents = connector('alarms', {
      incidents: async () => ({ signals: [], gaps: [], provenance: [] }),
    });
    const chatty: ConnectorV1 = {
      ...backend,
      sources: {
        ...backend.sources,
        ...connectorOfIncident(stock.attributes['k8s.pod.name'] as string).sources,
      },
    };
    const collection = await collect([chatty, traces, incidents]);
    expect(asked).toContain('prod-stock');
    expect(asked).not.toContain('stock');
    expect(new Set(collection.signals.logs.map(({ service }) => service))).toEqual(
      new Set(['edge', 'stock']),
    );
  });
});

/** The same backend fires alerts, too, with pods in them. */
function connectorOfIncident(pod: string): ConnectorV1 {
  return connector('logs', {
    incidents: async () => ({
      signals: [
        {
          ...{ id: 'i1', timestampMs: T, timeUnixNano: `${T}000000`, connectorId: 'logs', queryId: 'q1' },
          ...{ kind: 'incidents', title: 'errors', reason: 'Errors', state: 'firing' },
          ...{ service: 'prod-stock', namespace: 'prod', object: `pod/${pod}` },
        },
      ],
      gaps: [],
      provenance: [],
    }),
  });
}

describe('names of workloads', () => {
  it.each([
    ['a number', 42],
    ['one of an odd shape among them', [edge, { workload: 'x' }]],
    ['more than a cluster has', Array.from({ length: 10_001 }, () => edge)],
    ['one with a hundred names', [{ ...edge, names: Array.from({ length: 100 }, () => edge.names[0]) }]],
  ])('are taken whole or not at all: %s', async (_, workloads) => {
    const collection = await collect([logs([ownLine]), cluster(workloads)]);
    expect(collection.aliases).toBeUndefined();
    expect(collection.signals.logs.map(({ service }) => service)).toEqual(['prod-edge']);
  });

  it('are told in the collection a hundred at most, the most used first, and all are in use', async () => {
    const names = Array.from({ length: 150 }, (_, index) => `s-${index}`);
    const lines = names.map((name) => log('logs', name, T, { level: 'error', service: `prod-${name}` }));
    const many = names.map((name) =>
      workload(name, { app: name, instance: `prod-${name}` }, { namespace: 'prod' }),
    );
    const more = Array.from({ length: 3 }, (_, index) =>
      log('logs', `e${index}`, T, { service: 'prod-edge' }),
    );
    const collection = await collect([logs([...lines, ...more]), cluster([edge, ...many])]);
    expect(collection.aliases).toHaveLength(100);
    expect(collection.aliases?.[0]?.service).toBe('edge');
    expect(new Set(collection.signals.logs.map(({ service }) => service)).size).toBe(151);
  });
});

describe('one alias of two services', () => {
  const services = [
    { name: 'edge', namespace: 'prod', aliases: { logs: 'web' } },
    { name: 'edge-test', namespace: 'test', aliases: { logs: 'web' } },
  ];
  it('is told apart by the namespace of what was read, else of the question', async () => {
    const lines = ['prod', 'test', undefined].map((namespace, index) => {
      const attributes = namespace === undefined ? {} : { namespace };
      return log('logs', `l${index}`, T, { service: 'web', attributes });
    });
    const collection = await collect([logs(lines)], { services });
    expect(collection.signals.logs.map(({ id, service }) => [id, service])).toEqual([
      ['l0', 'edge'],
      ['l1', 'edge-test'],
      ['l2', 'edge'],
    ]);
  });
});
