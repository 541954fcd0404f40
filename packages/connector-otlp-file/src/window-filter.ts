import type { TimeWindow } from '@midwatch/core';
import { nanosecondsToMs, toNanoseconds, toResource } from '@midwatch/core/otlp';

/** The key of a line, and with it what the line holds. */
export type OtlpKey = 'resourceLogs' | 'resourceMetrics' | 'resourceSpans';

type JsonObject = Readonly<Record<string, unknown>>;

/** What is left of a line. */
export interface FilteredMessage {
  /** Undefined when nothing of it lies in the window. */
  readonly message: JsonObject | undefined;
  /** Of the records: from 0 to 1. */
  readonly keptShare: number;
}

/** The lists on the way from a resource to its records, and where a record has its time. */
const levels: Readonly<Record<OtlpKey, readonly (readonly string[])[]>> = {
  resourceLogs: [['scopeLogs'], ['logRecords']],
  resourceMetrics: [
    ['scopeMetrics'],
    ['metrics'],
    ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'],
    ['dataPoints'],
  ],
  resourceSpans: [['scopeSpans'], ['spans']],
};
const timeKeys: Readonly<Record<OtlpKey, readonly string[]>> = {
  resourceLogs: ['timeUnixNano', 'observedTimeUnixNano'],
  resourceMetrics: ['timeUnixNano'],
  resourceSpans: ['startTimeUnixNano'],
};

/**
 * Leaves of an OTLP/JSON message what lies in the window. A record without a time stays, for the decoder to place or count.
 * The services of all resources are added to `services`.
 */
export function filterMessage(
  message: JsonObject,
  key: OtlpKey,
  { startMs, endMs }: TimeWindow,
  services: Set<string>,
): FilteredMessage {
  let total = 0;
  let kept = 0;

  function isWanted(record: unknown): boolean {
    total++;
    const wanted = isInside(timeOf(record, timeKeys[key]));
    if (wanted) kept++;
    return wanted;
  }
  function isInside(timeMs: number | undefined): boolean {
    return timeMs === undefined || (timeMs >= startMs && timeMs < endMs);
  }

  /** A list loses what holds nothing any more; anything else is left to the decoder. */
  function filtered(value: unknown, depth: number): unknown {
    const names = levels[key][depth];
    if (names === undefined) return isWanted(value) ? value : undefined;
    if (!isJsonObject(value)) return value;
    const name = names.find((one) => value[one] !== undefined);
    const inner = name === undefined ? undefined : value[name];
    if (name === undefined) return value;
    const left = Array.isArray(inner) ? filteredList(inner, depth + 1) : filtered(inner, depth + 1);
    return left === undefined ? undefined : { ...value, [name]: left };
  }

  function filteredList(list: readonly unknown[], depth: number): unknown[] | undefined {
    const left = list.map((item) => filtered(item, depth)).filter((item) => item !== undefined);
    return left.length === 0 ? undefined : left;
  }

  const entries = message[key];
  if (!Array.isArray(entries)) return { message, keptShare: 1 };
  for (const entry of entries) {
    const service = isJsonObject(entry) ? toResource(entry['resource']).service : undefined;
    if (service !== undefined && services.size < MAX_SERVICES) services.add(service);
  }
  const left = filteredList(entries, 0);
  return {
    message: left === undefined ? undefined : { ...message, [key]: left },
    keptShare: total === 0 ? 1 : kept / total,
  };
}

/** A name beyond these is taken for unknown; nobody has as many services. */
const MAX_SERVICES = 20_000;

function timeOf(record: unknown, keys: readonly string[]): number | undefined {
  if (!isJsonObject(record)) return undefined;
  for (const key of keys) {
    const nanoseconds = toNanoseconds(record[key]);
    if (nanoseconds !== undefined) return nanosecondsToMs(nanoseconds);
  }
  return undefined;
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
