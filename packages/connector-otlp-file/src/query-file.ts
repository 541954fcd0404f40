import {
  type Gap,
  type SignalBatchV1,
  type SignalByKind,
  type SignalKind,
  type SignalQuery,
  toQueryId,
} from '@midwatch/core';
import { keepWithinLimit } from '@midwatch/core/otlp';
import type { FileContent } from './file-content.js';

/** What a query found in a file, before it is cut to the limit. */
export interface Found<T> {
  /** Ascending in time. */
  readonly signals: readonly T[];
  readonly gaps: readonly Gap[];
  /** The query's conditions in words, for people. */
  readonly conditions: readonly string[];
}

/** One query's batch: cut to the limit, with the file's gaps, and a provenance that tells what was looked for where. */
export function toFileBatch<K extends SignalKind>(
  connectorId: string,
  name: string,
  content: FileContent<SignalByKind[K]>,
  found: Found<SignalByKind[K]>,
  query: SignalQuery,
): SignalBatchV1<K> {
  const { window, limit, keep } = query;
  const time = `${new Date(window.startMs).toISOString()} to ${new Date(window.endMs).toISOString()}`;
  const text = [`${name}: ${time}`, ...found.conditions, `${keep} ${limit}`].join(', ');
  const queryId = toQueryId(connectorId, text, window);
  const kept = keepWithinLimit(found.signals, query);
  return {
    signals: kept.signals.map((signal) => ({ ...signal, queryId })),
    gaps: [...content.gaps, ...found.gaps, ...kept.gaps],
    provenance: [{ queryId, language: 'file', text, window }],
  };
}

/** The target in words: `service "api", namespace "shop"`. */
export function targetConditions({ target }: SignalQuery): string[] {
  const { labels = {}, ...names } = target;
  return [...Object.entries(names), ...Object.entries(labels)]
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${JSON.stringify(value)}`);
}

/**
 * A service that stands nowhere in the file may have another name there: that is not the same as a silent service. An
 * empty file says nothing about names.
 */
export function unknownServiceGaps(
  { target: { service } }: SignalQuery,
  name: string,
  { isEmpty, services }: { readonly isEmpty: boolean; readonly services: ReadonlySet<string> },
): Gap[] {
  if (service === undefined || isEmpty || services.has(service)) return [];
  return [{ reason: 'unmapped-target', detail: `nothing in ${name} is of a service with this name` }];
}
