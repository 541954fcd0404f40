import type { Gap, SignalQueryByKind, Target } from '@midwatch/core';
import type { FieldRole } from './field-candidates.js';
import type { FieldMap, MappedField } from './field-map.js';
import { levelNumbers, levelSpellings, levelWords, severityNumberOf } from './log-level.js';
import { allOf, anyOf, type Clause, hasValue, holdsText } from './query-clause.js';

type LogsQuery = SignalQueryByKind['logs'];

/** A value that was asked for in fields of mere text, where the server finds more than it. */
export interface ValueCheck {
  readonly fields: readonly string[];
  readonly value: string;
}

/** A query in the server's words, without its times. */
export interface LogQuery {
  readonly filters: readonly Clause[];
  /** Those of `filters` that say whose lines they are. */
  readonly targetFilters: readonly Clause[];
  readonly gaps: readonly Gap[];
  readonly checks: readonly ValueCheck[];
  /** Set when this index cannot be asked about the target at all. */
  readonly isUnmapped: boolean;
}

const targetRoles = ['service', 'namespace', 'environment', 'cluster', 'pod'] as const satisfies (FieldRole &
  keyof Target)[];

export function toLogQuery(query: LogsQuery, map: FieldMap): LogQuery {
  const gaps: Gap[] = [];
  const checks: ValueCheck[] = [];
  const targetFilters: Clause[] = [];
  const { contains = [], minLevel, target, traceIds } = query;
  for (const role of targetRoles) {
    const value = target[role];
    if (value === undefined) continue;
    const fields = map.of(role);
    if (fields.length === 0) {
      const others = role === 'service' ? '' : '; lines of others are in';
      gaps.push({ reason: 'unmapped-target', detail: `no field of the index carries the ${role}${others}` });
      continue;
    }
    targetFilters.push(hasValue(fields, [value]));
    // Fields that are exact need no check, but one that is not makes the clause as loose as itself.
    if (fields.some(({ exact }) => exact.length === 0))
      checks.push({ fields: fields.map(({ name }) => name), value });
  }
  for (const [label, value] of Object.entries(target.labels ?? {})) {
    const names = [label, `labels.${label}`, `kubernetes.labels.${label}`, `resource.attributes.${label}`];
    targetFilters.push(
      anyOf(names.flatMap((name) => [name, `${name}.keyword`]).map((name) => ({ term: { [name]: value } }))),
    );
  }
  if (target.operation !== undefined) {
    gaps.push({ reason: 'unsupported-filter', detail: 'logs are not told apart by operation' });
  }
  const filters = [...targetFilters];
  if (minLevel !== undefined && minLevel !== 'trace') filters.push(...atLevel(map, minLevel));
  if (contains.length > 0) {
    filters.push(...contains.map((text) => holdsText(map.of('message'), text)));
    gaps.push(...containsGaps(map.of('message')));
  }
  if (traceIds !== undefined) filters.push(ofTraces(map, traceIds));
  const isUnmapped = target.service !== undefined && map.of('service').length === 0;
  return { filters, targetFilters, gaps, checks, isUnmapped };
}

/** Lines whose fields tell a level high enough, and of those that tell none the ones with such a word in them. */
function atLevel(map: FieldMap, minLevel: NonNullable<LogsQuery['minLevel']>): readonly Clause[] {
  const [levels, severities] = [map.of('level'), map.of('severityNumber')];
  const { atLeast, syslogAtMost } = levelNumbers(minLevel);
  const told: readonly Clause[] = [
    ...severities.map(({ name }) => ({ range: { [name]: { gte: severityNumberOf(minLevel) } } })),
    ...levels.flatMap(({ exact, isNumber, name }) => [
      ...exact.map((one) => ({ terms: { [one]: levelSpellings(minLevel) } })),
      ...(isNumber
        ? [{ range: { [name]: { gte: atLeast } } }, { range: { [name]: { gte: 0, lte: syslogAtMost } } }]
        : []),
      ...(exact.length === 0 && !isNumber ? [{ match: { [name]: levelWords(minLevel).join(' ') } }] : []),
    ]),
  ];
  const texts = map.of('message').filter(({ isText }) => isText);
  const mentioned = texts.map(({ name }) => ({ match: { [name]: levelWords(minLevel).join(' ') } }));
  const untold = {
    bool: {
      must_not: [...levels, ...severities].map(({ name }) => ({ exists: { field: name } })),
      ...(mentioned.length === 0 ? {} : { filter: [anyOf(mentioned)] }),
    },
  };
  return [anyOf([...told, untold])];
}

/** By field, and as a word of the text: many lines carry their trace there alone. */
function ofTraces(map: FieldMap, traceIds: readonly string[]): Clause {
  const spellings = [
    ...new Set(traceIds.flatMap((id) => [id, id.toUpperCase(), id.replace(/^0{16}(?=.)/, '')])),
  ];
  const texts = map.of('message').filter(({ isText }) => isText);
  const fields = map.of('traceId');
  const clauses = [
    ...(fields.length === 0 ? [] : [hasValue(fields, spellings)]),
    ...texts.map(({ name }) => ({ terms: { [name]: traceIds } })),
  ];
  return clauses.length === 0 ? { match_none: {} } : anyOf(clauses);
}

function containsGaps(messages: readonly MappedField[]): readonly Gap[] {
  const missed = (detail: string): Gap => ({ reason: 'unsupported-filter', detail });
  if (messages.some(({ isText }) => isText)) {
    return [missed('text is searched by whole words: lines with it inside a longer word are missing')];
  }
  if (messages.some(({ isWildcard }) => !isWildcard)) {
    return [missed('lines longer than `ignore_above` of the field are not indexed and missing')];
  }
  return messages.length > 0 ? [] : [missed('no field of the index holds the text of the lines')];
}

/** What core asks plus the person's own filter, or that alone. */
export function withNative(native: Clause): LogQuery {
  return { filters: [native], targetFilters: [], gaps: [], checks: [], isUnmapped: false };
}

export function toClause(query: LogQuery, time: Clause): Clause {
  return allOf([time, ...query.filters]);
}
