import type { TimeWindow } from '@midwatch/core';
import { type LineFilter, namespaceFields, shortId } from './line-filter.js';
import type { LogGroups } from './log-groups.js';
import { levelNumbers, levelWords } from './log-level.js';

export interface InsightsQuery {
  readonly groups: LogGroups;
  readonly window: TimeWindow;
  readonly keep: 'newest' | 'oldest';
  /** One more than is wanted: the only way to tell full from cut. */
  readonly limit: number;
  readonly filter: LineFilter;
}

/**
 * The query's text. The window stands in it, too: the API takes whole seconds, with both ends inside.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export function toInsightsText({ filter, groups, keep, limit, window }: InsightsQuery): string {
  const conditions = [
    `toMillis(@timestamp) >= ${Math.floor(window.startMs)} and toMillis(@timestamp) < ${Math.ceil(window.endMs)}`,
    ...serviceConditions(filter, groups),
    ...placeConditions(filter),
    ...filter.contains.flatMap(literalParts).map((part) => `@message like ${quote(part)}`),
    ...traceConditions(filter.traceIds),
    ...levelConditions(filter),
  ];
  return [
    'fields @timestamp, @message, @logStream, @log',
    ...conditions.map((condition) => `filter ${condition}`),
    `sort @timestamp ${keep === 'newest' ? 'desc' : 'asc'}`,
    `limit ${limit}`,
  ].join('\n| ');
}

/** Lines of shared groups by what they tell about themselves; those of the service's own groups are all its. */
function serviceConditions({ service, serviceFields }: LineFilter, groups: LogGroups): readonly string[] {
  if (service === undefined || groups.shared.length === 0) return [];
  const byField = serviceFields.map((field) => `${toField(field)} = ${quote(service)}`);
  const suffix = '(-[a-z0-9]{6,10})?-([a-z0-9]{5}|[0-9]{1,4})$';
  const byPod = `kubernetes.pod_name like /^${escapePattern(service)}${suffix}/`;
  const own = groups.own.map((name) => `@log like ${quote(name)}`);
  return [[...byField, byPod, ...own].join(' or ')];
}

function placeConditions({ namespace, pod }: LineFilter): readonly string[] {
  const [field = ''] = namespaceFields;
  return [
    ...(namespace === undefined ? [] : [`${field} = ${quote(namespace)} or not ispresent(${field})`]),
    ...(pod === undefined ? [] : [`kubernetes.pod_name = ${quote(pod)} or @logStream like ${quote(pod)}`]),
  ];
}

/** Hex digits only; X-Ray has a dash after the first eight. */
function traceConditions(traceIds: readonly string[]): readonly string[] {
  if (traceIds.length === 0) return [];
  const patterns = traceIds.map((id) =>
    shortId(id) === id ? `${id.slice(0, 8)}-?${id.slice(8)}` : shortId(id),
  );
  return [`@message like /(?i)${patterns.join('|')}/`];
}

function levelConditions({ minLevel }: LineFilter): readonly string[] {
  if (minLevel === undefined || minLevel === 'trace') return [];
  const words = `\\b(?:${levelWords(minLevel).join('|')})\\b`;
  const numbers = `"level": ?(?:${levelNumbers(minLevel).join('|')})\\b`;
  return [`@message like /(?i)${words}/ or @message like /${numbers}/`];
}

/** What stands between the characters that JSON escapes: an event's text holds `"` as it is or as `\"`. */
function literalParts(text: string): readonly string[] {
  return text
    .toWellFormed()
    .split(/["\\\p{Cc}]+/u)
    .filter((part) => part.trim() !== '');
}

/** The only way text gets between quotes; whatever could end them is escaped, and control characters go. */
function quote(text: string): string {
  const plain = text.toWellFormed().replaceAll(/\p{Cc}/gu, ' ');
  return `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function toField(name: string): string {
  return /^[A-Za-z_@][\w.@]*$/.test(name) ? name : `\`${name}\``;
}

/** Field names may hold anything but the quotes that are put around them. */
export function isFieldName(name: string): boolean {
  return /^[^`\p{Cc}]{1,200}$/u.test(name);
}
