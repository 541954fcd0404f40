import type { LogLevel, LogSignal, SignalQueryByKind } from '@midwatch/core';
import { logLevelOfLine, nanosecondsToMs, toLogLevel } from '@midwatch/core/otlp';
import { lowHalf, spanIdOf, traceIdOf } from './datadog-ids.js';
import { type LogItem, logSchema } from './datadog-schema.js';
import { isoToNanoseconds } from './iso-time.js';
import { toFlatAttributes, toTagMap, valueAt } from './tags.js';

type LogsQuery = SignalQueryByKind['logs'];

/** One line as Datadog gave it, inside the window and with all texts asked for. */
export interface LogLine {
  /** Datadog's own. */
  readonly id: string;
  readonly timeNs: string;
  readonly timestampMs: number;
  readonly body: string;
  readonly item: LogItem['attributes'];
}

/** Reads an item of an answer: none where the query does not want it, undefined where it is no log. */
export function createLogReader({
  window,
  contains = [],
}: Pick<LogsQuery, 'window' | 'contains'>): (item: unknown) => readonly LogLine[] | undefined {
  return (value) => {
    const { data } = logSchema.safeParse(value);
    const timeNs = data === undefined ? undefined : isoToNanoseconds(data.attributes.timestamp);
    if (data === undefined || timeNs === undefined) return undefined;
    const timestampMs = nanosecondsToMs(timeNs);
    if (timestampMs < window.startMs || timestampMs >= window.endMs) return [];
    const body = bodyOf(data.attributes);
    // Datadog searches whole words in either case.
    if (!contains.every((text) => body.includes(text))) return [];
    return [{ id: data.id, timeNs, timestampMs, body, item: data.attributes }];
  };
}

/** A log may have attributes and no message. */
function bodyOf({ message, attributes }: LogItem['attributes']): string {
  return message ?? (attributes == null ? '' : JSON.stringify(attributes));
}

/** Full trace ids by their low 64 bits: lines of older tracers know no more than those. */
export type KnownTraceIds = ReadonlyMap<string, string>;

export function toKnownTraceIds(traceIds: readonly string[] | undefined): KnownTraceIds {
  return new Map((traceIds ?? []).map((traceId) => [lowHalf(traceId), traceId]));
}

export interface LogFrame {
  readonly connectorId: string;
  readonly queryId: string;
  readonly toId: (...parts: readonly string[]) => string;
  readonly linkTo: (line: LogLine) => string;
  readonly knownTraceIds: KnownTraceIds;
}

export function toLogSignal(line: LogLine, frame: LogFrame): LogSignal {
  const { body, item, timeNs, timestampMs } = line;
  const tags = toTagMap([...(item.host == null ? [] : [`host:${item.host}`]), ...(item.tags ?? [])]);
  const level = levelOf(item.status, body);
  const service = item.service ?? tags.get('service');
  const nested = item.attributes;
  const traceId = firstOf(nested, tags, ['trace_id', 'dd.trace_id', 'otel.trace_id'], traceIdOf);
  const spanId = firstOf(nested, tags, ['span_id', 'dd.span_id', 'otel.span_id'], spanIdOf);
  return {
    kind: 'logs',
    id: frame.toId(line.id),
    timestampMs,
    timeUnixNano: timeNs,
    connectorId: frame.connectorId,
    queryId: frame.queryId,
    url: frame.linkTo(line),
    body,
    ...(level === undefined ? {} : { level }),
    ...(service === undefined || service === '' ? {} : { service }),
    attributes: toFlatAttributes(nested, tags),
    ...(traceId === undefined ? {} : { traceId: inFull(traceId, frame.knownTraceIds) }),
    ...(spanId === undefined ? {} : { spanId }),
  };
}

function inFull(traceId: string, known: KnownTraceIds): string {
  const isHalf = traceId.startsWith('0'.repeat(16));
  return isHalf ? (known.get(lowHalf(traceId)) ?? traceId) : traceId;
}

function levelOf(status: string | null | undefined, body: string): LogLevel | undefined {
  if (status == null || status === '') return logLevelOfLine(body);
  return status.toLowerCase() === 'ok' ? 'info' : toLogLevel(status);
}

function firstOf(
  nested: unknown,
  tags: ReadonlyMap<string, string>,
  keys: readonly string[],
  read: (value: unknown) => string | undefined,
): string | undefined {
  for (const key of keys) {
    const id = read(valueAt(nested, key)) ?? read(tags.get(key));
    if (id !== undefined) return id;
  }
  return undefined;
}
