import type { Random } from '../engine/random.js';
import type { CallVisit, Visit, VisitFailure } from '../engine/request.js';
import { isAlive, type Pod } from '../engine/rollout.js';
import type { AttributeValue, SpanRecord, TraceRecord } from './trace-record.js';

/** One visit of a recorded request: where it ran and under which span. Log lines are written from these. */
export interface PlacedVisit {
  readonly visit: Visit;
  readonly traceId: string;
  readonly spanId: string;
  readonly pod: Pod;
  /** Epoch milliseconds of the request's first moment; the visit's own times count from it. */
  readonly requestStartMs: number;
  /** Number that stands for the thing the request is about (a user, an order). */
  readonly subject: number;
}

export interface RecordedRequest {
  readonly trace: TraceRecord;
  readonly visits: readonly PlacedVisit[];
}

interface Builder {
  readonly traceId: string;
  readonly requestStartMs: number;
  readonly subject: number;
  readonly tick: number;
  readonly podsByService: ReadonlyMap<string, readonly Pod[]>;
  readonly random: Random;
  readonly spans: SpanRecord[];
  readonly visits: PlacedVisit[];
}

/** Writes down one request as a trace of server and client spans. */
export function recordRequest(
  root: Visit,
  requestStartMs: number,
  tick: number,
  podsByService: ReadonlyMap<string, readonly Pod[]>,
  random: Random,
): RecordedRequest {
  const builder: Builder = {
    traceId: random.hex(32),
    requestStartMs,
    subject: random.integer(10_000, 99_999),
    tick,
    podsByService,
    random,
    spans: [],
    visits: [],
  };
  writeVisit(root, undefined, builder);
  const { traceId, spans, visits } = builder;
  const startMs = requestStartMs + root.startMs;
  return { trace: { traceId, startMs, endMs: startMs + root.durationMs, spans }, visits };
}

function writeVisit(visit: Visit, parentSpanId: string | undefined, builder: Builder): void {
  const { operation } = visit;
  const pod = pickPod(operation.service, builder);
  const spanId = builder.random.hex(16);
  const { traceId, requestStartMs, subject } = builder;
  builder.visits.push({ visit, traceId, spanId, pod, requestStartMs, subject });
  const consumer = operation.kind === 'consumer';
  builder.spans.push({
    ...origin(pod),
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: operation.kind === 'http' ? `${operation.method} ${operation.route}` : operation.route,
    kind: consumer ? 'consumer' : 'server',
    startMs: builder.requestStartMs + visit.startMs,
    durationMs: visit.durationMs,
    ...(visit.failure !== undefined && { failure: visit.failure.message }),
    attributes: visitAttributes(visit, builder.subject),
    events: visit.failure?.own === true ? [exceptionEvent(visit.failure, builder)] : [],
  });
  for (const call of visit.calls) writeCall(call, spanId, pod, builder);
}

function writeCall(call: CallVisit, parentSpanId: string, pod: Pod, builder: Builder): void {
  const spanId = builder.random.hex(16);
  const target = call.callee;
  builder.spans.push({
    ...origin(pod),
    spanId,
    parentSpanId,
    name: target.kind === 'database' ? target.route : target.method,
    kind: 'client',
    startMs: builder.requestStartMs + call.startMs,
    durationMs: call.durationMs,
    ...(call.failed && { failure: call.visit === undefined ? 'no response' : `status ${call.visit.status}` }),
    attributes: callAttributes(call),
    events: [],
  });
  if (call.visit !== undefined) writeVisit(call.visit, spanId, builder);
}

function origin(pod: Pod): Pick<SpanRecord, 'service' | 'pod' | 'version'> {
  return { service: pod.service, pod: pod.name, version: pod.release.version };
}

function pickPod(service: string, builder: Builder): Pod {
  const alive = (builder.podsByService.get(service) ?? []).filter((pod) => isAlive(pod, builder.tick));
  return builder.random.pick(alive);
}

function visitAttributes(visit: Visit, subject: number): (readonly [string, AttributeValue])[] {
  const { operation, status, failure } = visit;
  const failed: (readonly [string, AttributeValue])[] =
    failure === undefined ? [] : [['error.type', failure.errorType]];
  if (operation.kind === 'database') {
    return [
      ['db.system.name', 'postgresql'],
      ['db.operation.name', operation.route.split(' ')[0] ?? ''],
      ...failed,
    ];
  }
  if (operation.kind === 'consumer') {
    return [['messaging.system', 'rabbitmq'], ['messaging.destination.name', operation.route], ...failed];
  }
  return [
    ['http.request.method', operation.method],
    ['http.route', operation.route],
    ['url.path', operation.route.replace('{id}', String(subject))],
    ['http.response.status_code', status],
    ...failed,
  ];
}

function callAttributes(call: CallVisit): (readonly [string, AttributeValue])[] {
  const { callee, visit } = call;
  const server: (readonly [string, AttributeValue])[] = [['server.address', callee.service]];
  if (callee.kind === 'database') {
    return [['db.system.name', 'postgresql'], ['db.query.summary', callee.route], ...server];
  }
  const status: (readonly [string, AttributeValue])[] =
    visit === undefined ? [] : [['http.response.status_code', visit.status]];
  return [['http.request.method', callee.method], ...server, ...status];
}

function exceptionEvent(failure: VisitFailure, builder: Builder): SpanRecord['events'][number] {
  return {
    name: 'exception',
    atMs: builder.requestStartMs + failure.atMs,
    attributes: [
      ['exception.type', failure.errorType],
      ['exception.message', failure.message],
    ],
  };
}
