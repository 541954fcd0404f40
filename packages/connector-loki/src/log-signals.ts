import { createSignalIds, type LogLevel, type LogSignal } from '@midwatch/core';
import { levelLabels, severityToLevel, toLogLevel } from './log-level.js';
import { type LogLine, toMs } from './log-lines.js';
import { serviceLabels, toServiceName } from './loki-labels.js';

export interface SignalOptions {
  readonly connectorId: string;
  readonly queryIdOf: (line: LogLine) => string;
  /** The label that carries the service on this server, when it is known. */
  readonly serviceLabel: string | undefined;
}

/** Only the beginning of a line is searched for its level and ids: later hits are mostly in payloads. */
const SEARCHED_CHARACTERS = 8192;

// JSON, logfmt and `key: value`; an embedded, escaped JSON text does not match, its quotes follow a backslash.
const levelInBody =
  /(?:^|[\s{,[])["']?(?:level|lvl|severity|loglevel|log\.level|levelname)["']?\s{0,4}[:=]\s{0,4}["']?([a-z]{3,13}|[1-6]0)\b/i;
const traceIdInBody =
  /(?:^|[\s{,[(])["']?(?:trace[-_.]?id|otel\.trace_id)["']?\s{0,4}[:=]\s{0,4}["']?([0-9a-f]{32}|[0-9a-f]{16})\b/i;
const spanIdInBody =
  /(?:^|[\s{,[(])["']?(?:span[-_.]?id|otel\.span_id)["']?\s{0,4}[:=]\s{0,4}["']?([0-9a-f]{16})\b/i;

const traceLabels = ['trace_id', 'traceid', 'traceId', 'traceID', 'trace_id_extracted'] as const;
const spanLabels = ['span_id', 'spanid', 'spanId', 'spanID', 'span_id_extracted'] as const;

export function toLogSignals(lines: readonly LogLine[], options: SignalOptions): LogSignal[] {
  const { connectorId } = options;
  const toId = createSignalIds(connectorId, 'logs');
  const labels =
    options.serviceLabel === undefined ? serviceLabels : [options.serviceLabel, ...serviceLabels];
  return lines.map((line) => {
    const attributes = { ...line.stream, ...line.metadata };
    const level = levelOf(line);
    const severityNumber = severityOf(line);
    const service = serviceOf(line, labels);
    const traceId = idOf(line, traceLabels, traceIdInBody, 32);
    const spanId = idOf(line, spanLabels, spanIdInBody, 16);
    return {
      kind: 'logs',
      id: toId(line.key),
      timestampMs: toMs(line.timeNs),
      timeUnixNano: line.timeNs,
      connectorId,
      queryId: options.queryIdOf(line),
      body: line.body,
      attributes,
      ...(level === undefined ? {} : { level }),
      ...(severityNumber === undefined ? {} : { severityNumber }),
      ...(service === undefined ? {} : { service }),
      ...(traceId === undefined ? {} : { traceId }),
      ...(spanId === undefined ? {} : { spanId }),
    };
  });
}

/** What a label, the structured metadata or the line itself says; a guess from free text is left to the reader. */
export function levelOf(line: LogLine): LogLevel | undefined {
  const severityNumber = severityOf(line);
  if (severityNumber !== undefined) return severityToLevel(severityNumber);
  for (const label of levelLabels) {
    const level = toLogLevel(labelOf(line, label) ?? '');
    if (level !== undefined) return level;
  }
  return toLogLevel(levelInBody.exec(line.body.slice(0, SEARCHED_CHARACTERS))?.[1] ?? '');
}

/** Whether this server tells levels as labels, if only to say that it found none. */
export function hasLevelLabel(line: LogLine): boolean {
  return levelLabels.some((label) => labelOf(line, label) !== undefined);
}

function severityOf(line: LogLine): number | undefined {
  const severityNumber = Number(labelOf(line, 'severity_number') ?? Number.NaN);
  const known = Number.isInteger(severityNumber) && severityNumber >= 1 && severityNumber <= 24;
  return known ? severityNumber : undefined;
}

function serviceOf(line: LogLine, labels: readonly string[]): string | undefined {
  for (const label of labels) {
    const value = labelOf(line, label);
    if (value !== undefined && value !== '' && value !== 'unknown_service')
      return toServiceName(label, value);
  }
  return undefined;
}

function idOf(line: LogLine, labels: readonly string[], inBody: RegExp, digits: number): string | undefined {
  const labelled = labels.map((label) => labelOf(line, label)).find((value) => value !== undefined);
  const text = labelled ?? inBody.exec(line.body.slice(0, SEARCHED_CHARACTERS))?.[1];
  if (text === undefined || !/^[0-9a-f]{16,32}$/i.test(text) || /^0+$/.test(text)) return undefined;
  return text.length > digits ? undefined : text.toLowerCase().padStart(digits, '0');
}

function labelOf(line: LogLine, label: string): string | undefined {
  if (Object.hasOwn(line.metadata, label)) return line.metadata[label];
  return Object.hasOwn(line.stream, label) ? line.stream[label] : undefined;
}
