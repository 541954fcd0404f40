import type { SignalQueryByKind, TimeWindow } from '@midwatch/core';
import type { FieldMap, MappedField } from './field-map.js';
import { levelSpellings } from './log-level.js';

type LogsQuery = SignalQueryByKind['logs'];

export interface DiscoverOptions {
  /** Kibana's or OpenSearch Dashboards' address, with `/s/SPACE` where it is another space than the default one. */
  readonly webUrl: string;
  /** Id of the data view; without it Discover opens the default one. */
  readonly dataView: string | undefined;
}

/** The lines in Discover, in the language that people type there. https://www.elastic.co/docs/explore-analyze/query-filter/languages/kql */
export function toDiscoverLink(
  options: DiscoverOptions,
  kql: string,
  { startMs, endMs }: TimeWindow,
): string {
  const [from, to] = [startMs, endMs].map((ms) => new Date(ms).toISOString());
  const { dataView, webUrl } = options;
  const view = dataView === undefined ? '' : `index:${rison(dataView)},`;
  const global = `(time:(from:${rison(from ?? '')},to:${rison(to ?? '')}))`;
  const app = `(${view}query:(language:kuery,query:${rison(kql)}))`;
  const state = `_g=${encodeURIComponent(global)}&_a=${encodeURIComponent(app)}`;
  return `${webUrl.replace(/\/+$/, '')}/app/discover#/?${state}`;
}

/** What is asked for, as far as a person would type it; many trace ids would make the address too long. */
export function toKql(query: LogsQuery, map: FieldMap): string {
  const { contains = [], minLevel, target, traceIds } = query;
  const parts: string[] = [];
  for (const role of ['service', 'namespace', 'environment', 'cluster', 'pod'] as const) {
    const value = target[role];
    if (value !== undefined) parts.push(either(map.of(role), [value]));
  }
  if (minLevel !== undefined && minLevel !== 'trace')
    parts.push(either(map.of('level'), levelSpellings(minLevel)));
  for (const text of contains) parts.push(either(map.of('message'), [text]));
  if (traceIds !== undefined && traceIds.length <= 20) parts.push(either(map.of('traceId'), traceIds));
  return parts.filter((part) => part !== '').join(' and ');
}

function either(fields: readonly MappedField[], values: readonly string[]): string {
  const value = values.length === 1 ? quote(values[0] ?? '') : `(${values.map(quote).join(' or ')})`;
  const names = fields.map(({ exact, name }) => `${exact[0] ?? name}: ${value}`);
  return names.length > 1 ? `(${names.join(' or ')})` : (names[0] ?? '');
}

function quote(value: string): string {
  return `"${value.replaceAll(/[\\"]/g, (sign) => `\\${sign}`).replaceAll(/[\r\n\t]/g, ' ')}"`;
}

/** A text in the notation of Kibana's addresses. https://github.com/Nanonid/rison */
function rison(text: string): string {
  return `'${text.replaceAll(/[!']/g, (sign) => `!${sign}`)}'`;
}
