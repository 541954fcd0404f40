import type { LogLevel } from '@midwatch/core';
import { hasLevelWord, isAtLeast } from './log-level.js';
import { type LogLine, workloadOf } from './log-line.js';

/** Which lines of the groups are wanted. Servers choose roughly by it, and every line is checked by it again. */
export interface LineFilter {
  /** Asked of lines of shared groups only. */
  readonly service: string | undefined;
  readonly serviceFields: readonly string[];
  readonly namespace: string | undefined;
  readonly pod: string | undefined;
  readonly minLevel: LogLevel | undefined;
  readonly contains: readonly string[];
  /** 32 lower-case hex digits each. */
  readonly traceIds: readonly string[];
}

export const defaultServiceFields: readonly string[] = [
  'service.name',
  'resource.service.name',
  'service',
  'service_name',
  'kubernetes.labels.app.kubernetes.io/name',
  'kubernetes.labels.app',
  'app',
  'kubernetes.container_name',
];

export const namespaceFields: readonly string[] = ['kubernetes.namespace_name', 'k8s.namespace.name'];

export function isWanted(line: LogLine, filter: LineFilter, isShared: boolean): boolean {
  const { contains, minLevel, namespace, pod, service, traceIds } = filter;
  if (isShared && service !== undefined && !isOfService(line, service, filter.serviceFields)) return false;
  const itsNamespace = namespaceOf(line);
  if (namespace !== undefined && itsNamespace !== undefined && itsNamespace !== namespace) return false;
  if (pod !== undefined && podOf(line) !== pod && !line.stream.includes(pod)) return false;
  if (!contains.every((text) => line.body.includes(text) || line.message.includes(text))) return false;
  if (traceIds.length > 0 && !hasTraceId(line, traceIds)) return false;
  if (minLevel === undefined || minLevel === 'trace') return true;
  return line.level === undefined ? hasLevelWord(line.body, minLevel) : isAtLeast(line.level, minLevel);
}

function isOfService(line: LogLine, service: string, serviceFields: readonly string[]): boolean {
  if (serviceFields.some((field) => line.fields.get(field) === service)) return true;
  const pod = podOf(line);
  return pod !== undefined && workloadOf(pod) === service;
}

/** The service that a line itself names. */
export function serviceIn(line: LogLine, serviceFields: readonly string[]): string | undefined {
  const named = serviceFields
    .map((field) => line.fields.get(field))
    .find((one) => one !== undefined && one !== '');
  const pod = podOf(line);
  return named ?? (pod === undefined ? undefined : workloadOf(pod));
}

export function namespaceOf(line: LogLine): string | undefined {
  return namespaceFields.map((field) => line.fields.get(field)).find((value) => value !== undefined);
}

function podOf(line: LogLine): string | undefined {
  return line.fields.get('kubernetes.pod_name') ?? line.fields.get('k8s.pod.name');
}

function hasTraceId(line: LogLine, traceIds: readonly string[]): boolean {
  if (line.traceId !== undefined && traceIds.includes(line.traceId)) return true;
  const digits = line.message.toLowerCase();
  return traceIds.some(
    (id) => digits.includes(id) || digits.includes(xrayId(id)) || digits.includes(shortId(id)),
  );
}

/** As X-Ray writes it in log lines. */
export function xrayId(traceId: string): string {
  return `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
}

/** An id of 64 bits in its own length; the whole id where it is longer. */
export function shortId(traceId: string): string {
  return /^0{16}[0-9a-f]{16}$/.test(traceId) ? traceId.slice(16) : traceId;
}
