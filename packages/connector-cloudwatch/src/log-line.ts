import { createSignalIds, type LogLevel, type LogSignal } from '@midwatch/core';
import { levelOf } from './log-level.js';

/** One event as CloudWatch holds it, whichever way it was read. */
export interface LogEvent {
  readonly timestampMs: number;
  readonly message: string;
  readonly group: string;
  readonly stream: string;
}

/** An event with what it tells about itself. */
export interface LogLine extends LogEvent {
  /** What the program wrote, out of the envelope that a collector put around it. */
  readonly body: string;
  readonly level: LogLevel | undefined;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  /** Flattened JSON of the event, to look for the service and its place in. */
  readonly fields: ReadonlyMap<string, string>;
}

type JsonObject = Readonly<Record<string, unknown>>;

const SEARCHED_CHARACTERS = 8192;
const MAX_FIELDS = 100;
const MAX_DEPTH = 5;

const traceIdInBody =
  /(?:^|[\s{,[(])["']?(?:trace[-_.]?id|otel\.trace_id|x-?ray[-_ ]?trace[-_ ]?id)["']?\s{0,4}[:=]\s{0,4}["']?(1-[0-9a-f]{8}-[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{16})\b/i;
const spanIdInBody =
  /(?:^|[\s{,[(])["']?(?:span[-_.]?id|otel\.span_id)["']?\s{0,4}[:=]\s{0,4}["']?([0-9a-f]{16})\b/i;

/** Reads an event's envelope, level and ids. Whatever is odd in it leaves it a plain line. */
export function readLine(event: LogEvent): LogLine {
  const outer = parseObject(event.message);
  const wrapped = outer === undefined ? undefined : unwrap(outer);
  const body = wrapped ?? event.message;
  const inner = wrapped === undefined ? outer : parseObject(wrapped);
  const envelope = wrapped === undefined ? undefined : event.message.slice(0, SEARCHED_CHARACTERS);
  const fields = new Map<string, string>();
  if (outer !== undefined) flatten(outer, '', fields, 0);
  if (inner !== undefined && inner !== outer) flatten(inner, '', fields, 0);
  const start = body.slice(0, SEARCHED_CHARACTERS);
  return {
    ...event,
    body,
    fields,
    level: levelOf(body, inner) ?? (envelope === undefined ? undefined : levelOf('', outer)),
    traceId: toTraceId((traceIdInBody.exec(start) ?? traceIdInBody.exec(envelope ?? ''))?.[1]),
    spanId: (spanIdInBody.exec(start) ?? spanIdInBody.exec(envelope ?? ''))?.[1]?.toLowerCase(),
    attributes: toAttributes(event, fields, wrapped !== undefined),
  };
}

/**
 * Fluent Bit and Fluentd put the line into `log`, beside `kubernetes`, `stream` or the container's name; OpenTelemetry's
 * exporter puts it into `body`, beside `resource`.
 */
function unwrap(outer: JsonObject): string | undefined {
  const { body, log } = outer;
  if (typeof body === 'string' && Object.hasOwn(outer, 'resource')) return body;
  const isEnvelope = ['kubernetes', 'stream', 'container_name', 'container_id', 'docker'].some((name) =>
    Object.hasOwn(outer, name),
  );
  return typeof log === 'string' && isEnvelope ? log.replace(/\r?\n$/, '') : undefined;
}

function parseObject(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** Names joined by dots, as Insights shows them. */
function flatten(value: JsonObject, prefix: string, into: Map<string, string>, depth: number): void {
  for (const [name, one] of Object.entries(value)) {
    if (into.size >= MAX_FIELDS) return;
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean') {
      if (!into.has(path)) into.set(path, String(one).slice(0, 300));
    } else if (typeof one === 'object' && one !== null && !Array.isArray(one) && depth < MAX_DEPTH) {
      flatten(one as JsonObject, path, into, depth + 1);
    }
  }
}

/** X-Ray writes the same 32 digits as `1-5759e988-bd862e3fe1be46a994272793`. */
function toTraceId(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const digits = text.replace(/^1-/, '').replaceAll('-', '').toLowerCase();
  return /^0+$/.test(digits) ? undefined : digits.padStart(32, '0');
}

const places = {
  'k8s.pod.name': ['kubernetes.pod_name', 'k8s.pod.name'],
  'k8s.namespace.name': ['kubernetes.namespace_name', 'k8s.namespace.name'],
  'k8s.container.name': ['kubernetes.container_name', 'k8s.container.name'],
  'k8s.node.name': ['kubernetes.host', 'k8s.node.name'],
  'container.image.name': ['kubernetes.container_image'],
  'aws.ecs.task.arn': ['ecs_task_arn'],
} as const;

function toAttributes(event: LogEvent, fields: ReadonlyMap<string, string>, isWrapped: boolean) {
  const attributes: Record<string, string> = {
    'aws.log.group.name': event.group,
    'aws.log.stream.name': event.stream,
  };
  for (const [name, paths] of Object.entries(places)) {
    const value = paths.map((path) => fields.get(path)).find((one) => one !== undefined);
    if (value !== undefined) attributes[name] = value;
  }
  const stream = fields.get('stream');
  if (isWrapped && stream !== undefined) attributes['log.iostream'] = stream;
  return attributes;
}

/** The pod that wrote it, and the workload that its name tells: ReplicaSets and Pods get suffixes without vowels. */
export function workloadOf(pod: string): string {
  return pod.replace(/(?:-[b-df-hj-np-tv-z2-9]{6,10})?-(?:[b-df-hj-np-tv-z2-9]{5}|\d{1,4})$/, '');
}

export interface SignalOptions {
  readonly connectorId: string;
  readonly serviceOf: (line: LogLine) => string | undefined;
  readonly queryIdOf: (line: LogLine) => string;
}

/** Ids come from what was logged where and when: Insights and FilterLogEvents give the same line different ids of their own. */
export function toLogSignals(lines: readonly LogLine[], options: SignalOptions): LogSignal[] {
  const toId = createSignalIds(options.connectorId, 'logs');
  return lines.map((line) => {
    const { attributes, body, group, level, message, spanId, stream, timestampMs, traceId } = line;
    const service = options.serviceOf(line);
    return {
      kind: 'logs',
      id: toId(group, stream, String(timestampMs), message),
      timestampMs,
      timeUnixNano: `${timestampMs}000000`,
      connectorId: options.connectorId,
      queryId: options.queryIdOf(line),
      body,
      attributes,
      ...(level === undefined ? {} : { level }),
      ...(service === undefined ? {} : { service }),
      ...(traceId === undefined ? {} : { traceId }),
      ...(spanId === undefined ? {} : { spanId }),
    };
  });
}
