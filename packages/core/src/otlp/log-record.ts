import type { LogSignal } from '../connector/v1/signal.js';
import { isJsonObject, type JsonObject, listOf, toAttributes, toBodyText } from './any-value.js';
import { toSpanId, toTraceId } from './identifier.js';
import { logLevelOfLine, severityToLogLevel, toLogLevel } from './log-level.js';
import { toNanoseconds } from './nanoseconds.js';
import type { Resource } from './resource.js';

/** What a record says, yet without the identity of a signal; `timeUnixNano` is absent where it tells no time. */
export type LogRecord = Omit<
  LogSignal,
  'kind' | 'id' | 'timestampMs' | 'timeUnixNano' | 'connectorId' | 'queryId' | 'url'
> & {
  readonly timeUnixNano?: string;
};

export function toLogRecord(
  item: unknown,
  resource: Resource,
  logger: string | undefined,
): LogRecord | undefined {
  if (!isJsonObject(item)) return undefined;
  // The time of the event may be unknown; then the time of its observation is the best there is.
  const timeUnixNano = toNanoseconds(item['timeUnixNano']) ?? toNanoseconds(item['observedTimeUnixNano']);
  const body = toBodyText(item['body']) || (typeof item['eventName'] === 'string' ? item['eventName'] : '');
  const traceId = toTraceId(item['traceId']);
  const spanId = toSpanId(item['spanId']);
  const own = listOf(item['attributes']);
  const severityNumber = toSeverityNumber(item['severityNumber']);
  const level = levelOf(item, severityNumber, body);
  return {
    ...(timeUnixNano === undefined ? {} : { timeUnixNano }),
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
  };
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
