import type {
  DeploySignal,
  IncidentSignal,
  LogLevel,
  LogSignal,
  MetricSignal,
  Span,
  TimeWindow,
  TraceSignal,
} from '@midwatch/core';
import type { Alert, Collection, Evidence } from '@midwatch/core/incident';
import { logSignal, span, traceSignal } from '@midwatch/testkit';
import { reduce } from '../reduce.js';

export const minuteMs = 60_000;
export const startMs = Date.UTC(2026, 4, 4, 3);
export const window: TimeWindow = { startMs, endMs: startMs + 20 * minuteMs };
export const baseline: TimeWindow = { startMs: startMs - 25 * minuteMs, endMs: startMs - 5 * minuteMs };
/** When faults of these tests begin: half-way through the window. */
export const onsetMs = startMs + 10 * minuteMs;

export const alert: Alert = {
  source: 'test',
  fingerprint: 'f1',
  status: 'firing',
  name: 'RequestsDegraded',
  startsAtMs: startMs + 15 * minuteMs,
  target: { service: 'gate' },
  labels: {},
  annotations: {},
};

/** What one request of the shop does; every number may be changed by a fault. */
export interface RequestShape {
  /** Milliseconds that a service itself works. */
  readonly gateMs: number;
  readonly shopMs: number;
  readonly storeMs: number;
  /** Milliseconds between a client's span and its server's, before and after the server's work. */
  readonly toShop: readonly [lead: number, lag: number];
  readonly toStore: readonly [lead: number, lag: number];
  readonly callsStore: boolean;
  /** Service whose span fails; its callers fail with it. */
  readonly failing?: 'gate' | 'shop' | 'store';
  /** Lines of each service, in order. */
  readonly lines: Readonly<Record<'gate' | 'shop' | 'store', readonly (readonly [LogLevel, string])[]>>;
}

export const ordinary: RequestShape = {
  gateMs: 4,
  shopMs: 20,
  storeMs: 10,
  toShop: [1, 1],
  toStore: [1, 1],
  callsStore: true,
  lines: {
    gate: [['info', 'request accepted']],
    shop: [
      ['info', 'basket opened'],
      ['info', 'price found in catalogue'],
    ],
    store: [['info', 'row read']],
  },
};

/** A request that enters at `gate`, which calls `shop`, which calls `store`; deterministic noise of a few per cent. */
function request(number: number, atMs: number, shape: RequestShape = ordinary) {
  const traceId = hex(number + 1, 32);
  const noise = 1 + ((number * 7) % 11) / 100;
  const [shopLead, shopLag] = shape.toShop;
  const [storeLead, storeLag] = shape.toStore;
  const store = shape.storeMs * noise;
  const storeClient = store + storeLead + storeLag;
  const shop = shape.shopMs * noise + (shape.callsStore ? storeClient : 0);
  const shopClient = shop + shopLead + shopLag;
  const gate = shape.gateMs * noise + shopClient;
  const failed = (service: 'gate' | 'shop' | 'store'): { status?: 'error' } => {
    const order = ['gate', 'shop', 'store'];
    const depth = shape.failing === undefined ? -1 : order.indexOf(shape.failing);
    return order.indexOf(service) <= depth ? { status: 'error' } : {};
  };
  const id = (part: number): string => hex(number * 16 + part, 16);
  const shopAt = atMs + 1 + shopLead;
  const storeAt = shopAt + 5 + storeLead;
  const spans: Span[] = [
    span(id(1), 'gate', 'GET /basket', atMs, gate, failed('gate')),
    span(id(2), 'gate', 'call shop', atMs + 1, shopClient, { parent: id(1) }),
    span(id(3), 'shop', 'GET /items', shopAt, shop, { parent: id(2), ...failed('shop') }),
  ];
  if (shape.callsStore) {
    spans.push(span(id(4), 'shop', 'call store', shopAt + 5, storeClient, { parent: id(3) }));
    spans.push(span(id(5), 'store', 'read', storeAt, store, { parent: id(4), ...failed('store') }));
  }
  const spanOf = { gate: id(1), shop: id(3), store: id(5) };
  const logs = (['gate', 'shop', 'store'] as const).flatMap((service) =>
    service === 'store' && !shape.callsStore
      ? []
      : shape.lines[service].map(([level, body], line) =>
          logSignal(body, atMs + 2 + line, {
            id: `log-${number}-${service}-${line}`,
            service,
            level,
            traceId,
            spanId: spanOf[service],
          }),
        ),
  );
  return { trace: traceSignal(traceId, spans), logs };
}

export function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0');
}

export interface Fleet {
  readonly traces: TraceSignal[];
  readonly logs: LogSignal[];
}

/** 40 healthy requests of the baseline and 40 of the window; `after` is what those from the onset on look like. */
export function fleet(after: RequestShape = ordinary, before: RequestShape = ordinary): Fleet {
  const traces: TraceSignal[] = [];
  const logs: LogSignal[] = [];
  for (let number = 0; number < 80; number++) {
    const inBaseline = number < 40;
    const atMs = inBaseline ? baseline.startMs + number * 30_000 : window.startMs + (number - 40) * 30_000;
    const made = request(number, atMs, atMs >= onsetMs ? after : before);
    traces.push(made.trace);
    logs.push(...made.logs);
  }
  return { traces, logs };
}

interface Given {
  readonly traces?: readonly TraceSignal[];
  readonly logs?: readonly LogSignal[];
  readonly metrics?: readonly MetricSignal[];
  readonly deploys?: readonly DeploySignal[];
  readonly incidents?: readonly IncidentSignal[];
  readonly sources?: Collection['sources'];
}

export function collectionOf(given: Given): Collection {
  const { traces = [], logs = [], metrics = [], deploys = [], incidents = [], sources = [] } = given;
  return {
    window,
    baseline,
    baselineName: 'the 20 min before',
    signals: { traces, logs, metrics, deploys, incidents },
    sources,
    durationMs: 100,
    withheld: 0,
  };
}

export function reduced(given: Given, by: Alert = alert): Evidence {
  return reduce(collectionOf(given), by);
}
