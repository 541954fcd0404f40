import type { AttributeValue, LogSignal, MetricRole, MetricSignal, Span, TraceSignal } from '@midwatch/core';
import { withMetricRole } from '@midwatch/core/otlp';

/** Signals as OTLP/JSON, one export request each: what `connector-otlp-file` reads again. */

const spanKinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
const statusCodes = ['unset', 'ok', 'error'] as const;

export function toLogLine(log: LogSignal): object {
  const { attributes, body, level, service, severityNumber, spanId, timeUnixNano, traceId } = log;
  const record = {
    timeUnixNano,
    ...(severityNumber === undefined ? {} : { severityNumber }),
    ...(level === undefined ? {} : { severityText: level }),
    body: { stringValue: body },
    attributes: toKeyValues(attributes),
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
  };
  return {
    resourceLogs: [{ resource: toResource(service), scopeLogs: [{ logRecords: [record] }] }],
  };
}

export function toTraceLine({ spans, traceId }: TraceSignal): object {
  const byService = [...Map.groupBy(spans, ({ service }) => service)];
  return {
    resourceSpans: byService.map(([service, own]) => ({
      resource: toResource(service),
      scopeSpans: [{ spans: own.map((span) => toSpan(span, traceId)) }],
    })),
  };
}

function toSpan(span: Span, traceId: string) {
  const { attributes, durationNs, kind, operation, parentSpanId, spanId, startNs, status } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: operation,
    ...(kind === undefined ? {} : { kind: spanKinds.indexOf(kind) + 1 }),
    startTimeUnixNano: startNs,
    endTimeUnixNano: String(BigInt(startNs) + BigInt(Math.round(durationNs))),
    attributes: toKeyValues(attributes),
    ...(status === undefined ? {} : { status: { code: statusCodes.indexOf(status) } }),
  };
}

export function toMetricLine(series: MetricSignal): object {
  const { attributes, points, service, type, unit } = series;
  const own = toKeyValues(attributes);
  const dataPoints = points.map(([ms, asDouble]) => ({
    timeUnixNano: `${Math.round(ms)}000000`,
    asDouble,
    attributes: own,
  }));
  const data =
    type === 'counter'
      ? { sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } }
      : { gauge: { dataPoints } };
  const metric = { name: toName(series), unit, ...data };
  return {
    resourceMetrics: [{ resource: toResource(service), scopeMetrics: [{ metrics: [metric] }] }],
  };
}

/** Names by which OTLP's readers know what is measured, where the vendor's own name does not tell. */
const nameOfRole: Readonly<Record<MetricRole, string>> = {
  'request.rate': 'requests.rate',
  'error.ratio': 'errors.ratio',
  'latency.p50': 'latency.p50',
  'latency.p95': 'latency.p95',
  'latency.p99': 'latency.p99',
  'cpu.usage': 'container.cpu.usage',
  'cpu.throttling': 'container.cpu.throttling',
  'memory.usage': 'container.memory.usage',
  restarts: 'container.restarts',
  'connections.used': 'connections.used',
  'connections.max': 'connections.max',
  'connections.waiting': 'connections.waiting',
  'queue.depth': 'queue.depth',
  'disk.usage': 'disk.usage',
  'saturation.other': 'system.saturation.utilization',
};

function toName(series: MetricSignal): string {
  const { name, role } = series;
  if (role === undefined) return name;
  return withMetricRole({ ...series, role: undefined }).role === role ? name : nameOfRole[role];
}

function toResource(service: string | undefined) {
  return { attributes: service === undefined ? [] : toKeyValues({ 'service.name': service }) };
}

function toKeyValues(attributes: Readonly<Record<string, AttributeValue>>) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: toAnyValue(value) }));
}

function toAnyValue(value: AttributeValue) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
