import { createSignalIds } from '../connector/signal-id.js';
import type { LogSignal } from '../connector/v1/signal.js';
import { isJsonObject, listOf } from './any-value.js';
import type { Decoded, DecodeScope, OtlpDecoder } from './decoded.js';
import { type LogRecord, toLogRecord } from './log-record.js';
import { compareNanoseconds, nanosecondsToMs } from './nanoseconds.js';
import { toResource } from './resource.js';

/** Set on records whose own time is missing or nonsense: `trace` says that it is that of their trace's last record. */
const ESTIMATED_FROM = 'log.time.estimated_from';

/**
 * Log records of any body; the level comes from the severity's number, else its text, else the line itself. A record without
 * a time that belongs to a trace gets the latest time of its span's records, else of its trace's: broken clocks and
 * uninitialised times stand on the very lines that report a failure.
 */
export function createLogDecoder(scope: DecodeScope): OtlpDecoder<LogSignal> {
  const toId = createSignalIds(scope.connectorId, 'logs');
  const signals: LogSignal[] = [];
  const withoutTime: LogRecord[] = [];
  let invalidItems = 0;

  function add(message: unknown): void {
    if (!isJsonObject(message)) {
      invalidItems++;
      return;
    }
    for (const entry of listOf(message['resourceLogs'])) {
      if (!isJsonObject(entry)) continue;
      const resource = toResource(entry['resource']);
      for (const scoped of listOf(entry['scopeLogs'])) {
        if (!isJsonObject(scoped)) continue;
        const logger = loggerOf(scoped['scope']);
        for (const item of listOf(scoped['logRecords'])) addRecord(toLogRecord(item, resource, logger));
      }
    }
  }

  function addRecord(record: LogRecord | undefined): void {
    const time = record?.timeUnixNano;
    if (record !== undefined && time !== undefined) signals.push(toSignal(record, time, toId));
    else if (record?.traceId !== undefined) withoutTime.push(record);
    else invalidItems++;
  }

  function toSignal(record: LogRecord, time: string, idOf: typeof toId): LogSignal {
    const pod = String(record.attributes['k8s.pod.name'] ?? '');
    return {
      kind: 'logs',
      id: idOf(time, record.service ?? '', pod, record.spanId ?? '', record.body),
      timestampMs: nanosecondsToMs(time),
      ...scope,
      ...record,
      timeUnixNano: time,
    };
  }

  function estimated(): LogSignal[] {
    if (withoutTime.length === 0) return [];
    const latest = latestTimes(signals);
    // Ids of their own: this may be asked again, and must then give the same.
    const estimatedId = createSignalIds(scope.connectorId, 'logs');
    return withoutTime.flatMap((record) => {
      const time = latest.get(`${record.traceId} ${record.spanId ?? ''}`) ?? latest.get(record.traceId ?? '');
      if (time === undefined) return [];
      const attributes = { ...record.attributes, [ESTIMATED_FROM]: 'trace' };
      return [toSignal({ ...record, attributes }, time, (...parts) => estimatedId(ESTIMATED_FROM, ...parts))];
    });
  }

  function decoded(): Decoded<LogSignal> {
    const placed = estimated();
    const ordered = [...signals, ...placed].sort((left, right) =>
      compareNanoseconds(left.timeUnixNano, right.timeUnixNano),
    );
    return { signals: ordered, invalidItems: invalidItems + withoutTime.length - placed.length };
  }
  return { add, decoded };
}

/** The latest time of each trace, and of each span in it. */
function latestTimes(signals: readonly LogSignal[]): ReadonlyMap<string, string> {
  const latest = new Map<string, string>();
  const note = (key: string, time: string) => {
    const known = latest.get(key);
    if (known === undefined || compareNanoseconds(known, time) < 0) latest.set(key, time);
  };
  for (const { traceId, spanId, timeUnixNano } of signals) {
    if (traceId === undefined) continue;
    note(traceId, timeUnixNano);
    if (spanId !== undefined) note(`${traceId} ${spanId}`, timeUnixNano);
  }
  return latest;
}

function loggerOf(scope: unknown): string | undefined {
  const name = isJsonObject(scope) ? scope['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
