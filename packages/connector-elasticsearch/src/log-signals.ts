import { createSignalIds, type LogSignal } from '@midwatch/core';
import { nanosecondsToMs, toSpanId, toTraceId } from '@midwatch/core/otlp';
import { readField, readText, toAttributes } from './document.js';
import type { Hit } from './elasticsearch-schema.js';
import type { FieldRole } from './field-candidates.js';
import type { FieldMap } from './field-map.js';
import { levelOf } from './log-level.js';
import type { TimedHit } from './read-hits.js';

export interface SignalOptions {
  readonly connectorId: string;
  readonly queryId: string;
  readonly map: FieldMap;
  /** The service that was asked for: a line that several fields name is this one's. */
  readonly service: string | undefined;
}

/** Only the beginning of a line is searched for its trace: later hits are mostly in payloads. */
const SEARCHED_CHARACTERS = 8192;
const traceIdInBody =
  /(?:^|[\s{,[(])["']?(?:trace(?:[-_.]?id)?|otel\.trace_id)["']?\s{0,4}[:=]\s{0,4}["']?([0-9a-f]{32}|[0-9a-f]{16})\b/i;
const spanIdInBody = /(?:^|[\s{,[(])["']?span[-_.]?id["']?\s{0,4}[:=]\s{0,4}["']?([0-9a-f]{16})\b/i;

/** How other sources call the places that a line comes from, so that readers find them under one name. */
const conventional = [
  ['pod', 'k8s.pod.name'],
  ['namespace', 'k8s.namespace.name'],
  ['cluster', 'k8s.cluster.name'],
] as const satisfies readonly (readonly [FieldRole, string])[];

export function toLogSignals(hits: readonly TimedHit[], options: SignalOptions): LogSignal[] {
  const { connectorId, map, queryId } = options;
  const toId = createSignalIds(connectorId, 'logs');
  const withoutTimes = map.of('timestamp').map(({ name }) => name);
  return hits.map(({ hit, timeNs }) => {
    const { body, name: bodyField } = bodyOf(hit, map);
    const attributes = toAttributes(
      hit,
      new Set(bodyField === undefined ? withoutTimes : [...withoutTimes, bodyField]),
    );
    for (const [role, name] of conventional) {
      const value = firstText(hit, map, role);
      if (value !== undefined && !attributes.has(name)) attributes.set(name, value);
    }
    const { level, severityNumber } = levelOf(hit, map, body);
    const service = serviceOf(hit, map, options.service);
    const head = body.slice(0, SEARCHED_CHARACTERS);
    const traceId = toTraceId(firstText(hit, map, 'traceId') ?? traceIdInBody.exec(head)?.[1]);
    const spanId = toSpanId(firstText(hit, map, 'spanId') ?? spanIdInBody.exec(head)?.[1]);
    return {
      kind: 'logs',
      id: toId(timeNs, hit._id),
      timestampMs: nanosecondsToMs(timeNs),
      timeUnixNano: timeNs,
      connectorId,
      queryId,
      body,
      attributes: Object.fromEntries(attributes),
      ...(level === undefined ? {} : { level }),
      ...(severityNumber === undefined ? {} : { severityNumber }),
      ...(service === undefined ? {} : { service }),
      ...(traceId === undefined ? {} : { traceId }),
      ...(spanId === undefined ? {} : { spanId }),
    };
  });
}

/** The line; where no field holds one, the record as JSON. */
export function bodyOf(hit: Hit, map: FieldMap): { readonly body: string; readonly name?: string } {
  for (const { name } of map.of('message')) {
    const body = readText(hit, name);
    if (body !== undefined) return { body, name };
  }
  // OpenTelemetry's structured bodies.
  const structured = readField(hit, 'body.structured') ?? readField(hit, 'body');
  if (typeof structured === 'object' && structured !== null) {
    return { body: JSON.stringify(structured), name: 'body' };
  }
  return { body: JSON.stringify(hit._source ?? {}) };
}

function serviceOf(hit: Hit, map: FieldMap, asked: string | undefined): string | undefined {
  const names = map.of('service').map(({ name }) => readText(hit, name));
  if (asked !== undefined && names.includes(asked)) return asked;
  return names.find((name) => name !== undefined && !name.startsWith('unknown_service'));
}

function firstText(hit: Hit, map: FieldMap, role: FieldRole): string | undefined {
  for (const { name } of map.of(role)) {
    const value = readText(hit, name);
    if (value !== undefined) return value;
  }
  return undefined;
}
