import { createSignalIds } from '../connector/signal-id.js';
import type { LogSignal } from '../connector/v1/signal.js';
import { isJsonObject, type JsonObject, listOf, toAttributes, toBodyText } from './any-value.js';
import type { Decoded, DecodeScope, OtlpDecoder } from './decoded.js';
import { toSpanId, toTraceId } from './identifier.js';
import { logLevelOfLine, severityToLogLevel, toLogLevel } from './log-level.js';
import { compareNanoseconds, nanosecondsToMs, toNanoseconds } from './nanoseconds.js';
import { type Resource, toResource } from './resource.js';

/** Log records of any body; the level comes from the severity's number, else its text, else the line itself. */
export function createLogDecoder(scope: DecodeScope): OtlpDecoder<LogSignal> {
  const toId = createSignalIds(scope.connectorId, 'logs');
  const signals: LogSignal[] = [];
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
        for (const item of listOf(scoped['logRecords'])) addRecord(item, resource, logger);
      }
    }
  }

  function addRecord(item: unknown, resource: Resource, logger: string | undefined): void {
    // The time of the event may be unknown; then the time of its observation is the best there is.
    const time = isJsonObject(item)
      ? (toNanoseconds(item['timeUnixNano']) ?? toNanoseconds(item['observedTimeUnixNano']))
      : undefined;
    if (!isJsonObject(item) || time === undefined) {
      invalidItems++;
      return;
    }
    const body = toBodyText(item['body']) || (typeof item['eventName'] === 'string' ? item['eventName'] : '');
    const traceId = toTraceId(item['traceId']);
    const spanId = toSpanId(item['spanId']);
    const own = listOf(item['attributes']);
    const severityNumber = toSeverityNumber(item['severityNumber']);
    const level = levelOf(item, severityNumber, body);
    signals.push({
      kind: 'logs',
      id: toId(
        time,
        resource.service ?? '',
        String(resource.attributes['k8s.pod.name'] ?? ''),
        spanId ?? '',
        body,
      ),
      timestampMs: nanosecondsToMs(time),
      timeUnixNano: time,
      ...scope,
      body,
      ...(level === undefined ? {} : { level }),
      ...(severityNumber === 0 ? {} : { severityNumber }),
      ...(resource.service === undefined ? {} : { service: resource.service }),
      attributes:
        own.length === 0 && logger === undefined
          ? resource.attributes
          : {
              ...resource.attributes,
              ...(logger === undefined ? {} : { 'otel.scope.name': logger }),
              ...toAttributes(own),
            },
      ...(traceId === undefined ? {} : { traceId }),
      ...(spanId === undefined ? {} : { spanId }),
    });
  }

  function decoded(): Decoded<LogSignal> {
    const ordered = signals.toSorted((left, right) =>
      compareNanoseconds(left.timeUnixNano, right.timeUnixNano),
    );
    return { signals: ordered, invalidItems };
  }
  return { add, decoded };
}

function levelOf(item: JsonObject, severityNumber: number, body: string): LogSignal['level'] {
  const byNumber = severityToLogLevel(severityNumber);
  if (byNumber !== undefined) return byNumber;
  const byText = typeof item['severityText'] === 'string' ? toLogLevel(item['severityText']) : undefined;
  return byText ?? logLevelOfLine(body);
}

const severityNames = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** A number, or protobuf's name of it: `SEVERITY_NUMBER_ERROR2` is 18. Zero when there is none. */
function toSeverityNumber(value: unknown): number {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= 24 ? value : 0;
  const name = typeof value === 'string' ? /^SEVERITY_NUMBER_([A-Z]+)([234]?)$/.exec(value) : null;
  const index = severityNames.indexOf(name?.[1] ?? '');
  return index < 0 ? 0 : index * 4 + Number(name?.[2] || '1');
}

function loggerOf(scope: unknown): string | undefined {
  const name = isJsonObject(scope) ? scope['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
