import type { DeploySignal, LogSignal, MetricPoint, MetricSignal, Span, TraceSignal } from '@midwatch/core';

type Given<T> = { readonly [Key in keyof T]?: T[Key] };

function base(id: string, timestampMs: number) {
  return {
    id,
    timestampMs,
    timeUnixNano: `${Math.round(timestampMs)}000000`,
    connectorId: 'scripted',
    queryId: 'q-scripted',
  };
}

/** A log signal; everything but its text and time has a plain default. */
export function logSignal(body: string, timestampMs: number, given: Given<LogSignal> = {}): LogSignal {
  return {
    kind: 'logs',
    ...base(`log-${timestampMs}-${body.length}`, timestampMs),
    body,
    attributes: {},
    ...given,
  };
}

/** A gauge of one service, from its points. */
export function metricSignal(
  name: string,
  points: readonly MetricPoint[],
  given: Given<MetricSignal> = {},
): MetricSignal {
  const first = points[0]?.[0] ?? 0;
  return {
    kind: 'metrics',
    ...base(`metric-${name}-${given.service ?? ''}`, first),
    name,
    unit: '1',
    type: 'gauge',
    attributes: {},
    points: points.map(([atMs, value]): [number, number] => [atMs, value]),
    ...given,
  };
}

/** A span from milliseconds; `parent` is the parent's span id. */
export function span(
  spanId: string,
  service: string,
  operation: string,
  startMs: number,
  durationMs: number,
  given: Given<Span> & { readonly parent?: string } = {},
): Span {
  const { parent, ...rest } = given;
  return {
    spanId,
    ...(parent === undefined ? {} : { parentSpanId: parent }),
    service,
    operation,
    startNs: `${Math.round(startMs * 1000)}000`,
    durationNs: Math.round(durationMs * 1_000_000),
    attributes: {},
    ...rest,
  };
}

/** A complete trace; its time is that of its first span. */
export function traceSignal(
  traceId: string,
  spans: readonly Span[],
  given: Given<TraceSignal> = {},
): TraceSignal {
  let startNs = BigInt(spans[0]?.startNs ?? 0);
  for (const each of spans) if (BigInt(each.startNs) < startNs) startNs = BigInt(each.startNs);
  return {
    kind: 'traces',
    ...base(`trace-${traceId}`, Number(startNs / 1_000_000n)),
    timeUnixNano: startNs.toString(),
    traceId,
    complete: true,
    spans: [...spans],
    ...given,
  };
}

/** A deploy that succeeded. */
export function deploySignal(
  service: string,
  revision: string,
  timestampMs: number,
  given: Given<DeploySignal> = {},
): DeploySignal {
  return {
    kind: 'deploys',
    ...base(`deploy-${service}-${revision}`, timestampMs),
    service,
    revision,
    changes: [],
    phase: 'succeeded',
    ...given,
  };
}
