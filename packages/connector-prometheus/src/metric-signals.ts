import {
  createSignalIds,
  type Gap,
  type MetricPoint,
  type MetricSignal,
  type TimeWindow,
} from '@midwatch/core';
import { type Labels, labelKey } from './labels.js';
import { type Sample, toHistogramParts } from './native-histogram.js';
import type { MatrixSeries } from './prometheus-api.js';
import type { RoleQuery, SeriesMeaning } from './role-query.js';
import { serviceLabels, toServiceName } from './service-labels.js';

/** One answered query. */
export interface Answered {
  readonly query: RoleQuery;
  readonly series: readonly MatrixSeries[];
}

export interface MappingOptions {
  readonly connectorId: string;
  readonly window: TimeWindow;
  /** The service asked for, where its series do not name it. */
  readonly service: string | undefined;
  /** Puts a query into the provenance and gives its id. */
  readonly record: (text: string) => string;
}

export function toMetricSignals(
  answers: readonly Answered[],
  options: MappingOptions,
): { readonly signals: readonly MetricSignal[]; readonly gaps: readonly Gap[] } {
  const toId = createSignalIds(options.connectorId, 'metrics');
  const signals: MetricSignal[] = [];
  const counts = { odd: 0, histograms: 0 };
  for (const { query, series } of answers) {
    const before = signals.length;
    for (const { histograms, metric, values } of inStableOrder(series)) {
      const meaning = query.meaningOf(metric);
      if (meaning === undefined) continue;
      const parts: { meaning: SeriesMeaning; values: readonly Sample[] }[] = [
        { meaning, values: values ?? [] },
      ];
      if (histograms !== undefined && histograms !== null && histograms.length > 0) {
        counts.histograms += 1;
        // A role asks for numbers: a histogram in its answer is none of them.
        if (meaning.role === undefined) parts.push(...toHistogramParts(histograms, meaning));
      }
      for (const part of parts) {
        const points = toPoints(part.values, options.window);
        const odd = part.values.length - points.length;
        if (odd > points.length && !isVoidWithoutTraffic(meaning)) counts.odd += odd;
        const [first] = points;
        if (first === undefined) continue;
        const { __name__: _, ...attributes } = metric;
        const queryId = options.record(meaning.text ?? query.text);
        const id = toId(queryId, meaning.role ?? '', part.meaning.name, labelKey(attributes));
        signals.push(toSignal(part.meaning, { attributes, first, id, options, points, queryId }));
      }
    }
    if (signals.length === before) options.record(query.text);
  }
  return { signals, gaps: toGaps(counts) };
}

/** Servers order series as they like, and otherwise the next time. */
function inStableOrder(series: readonly MatrixSeries[]): readonly MatrixSeries[] {
  return series
    .map((one) => ({ one, key: labelKey(one.metric) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ one }) => one);
}

interface Mapped {
  readonly attributes: Labels;
  readonly first: MetricPoint;
  readonly id: string;
  readonly options: MappingOptions;
  readonly points: MetricSignal['points'];
  readonly queryId: string;
}

function toSignal(meaning: SeriesMeaning, mapped: Mapped): MetricSignal {
  const { attributes, first, id, options, points, queryId } = mapped;
  const { name, role, type, unit } = meaning;
  const service = serviceOf(attributes, meaning.serviceLabel) ?? options.service;
  const timestampMs = first[0];
  return {
    kind: 'metrics',
    id,
    timestampMs,
    timeUnixNano: `${BigInt(Math.floor(timestampMs)) * 1_000_000n}`,
    connectorId: options.connectorId,
    queryId,
    name,
    unit,
    type,
    attributes,
    points,
    ...(role === undefined ? {} : { role }),
    ...(service === undefined ? {} : { service }),
  };
}

/** Finite points inside the half-open window. Values are text; `Number('+Inf')` is NaN as well. */
function toPoints(values: readonly Sample[], window: TimeWindow): MetricSignal['points'] {
  const points: MetricSignal['points'] = [];
  for (const [seconds, text] of values) {
    const atMs = Math.round(seconds * 1000);
    const value = text === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value) && atMs >= window.startMs && atMs < window.endMs) points.push([atMs, value]);
  }
  return points;
}

function serviceOf(labels: Labels, given: string | undefined): string | undefined {
  const label = given ?? serviceLabels.find((one) => Object.hasOwn(labels, one));
  const value = label !== undefined && Object.hasOwn(labels, label) ? labels[label] : undefined;
  return label === undefined || value === undefined || value === '' ? undefined : toServiceName(label, value);
}

/** A ratio or a quantile without requests is NaN, and nothing is lost by that. */
function isVoidWithoutTraffic({ role }: SeriesMeaning): boolean {
  return role === 'error.ratio' || role === 'cpu.throttling' || role?.startsWith('latency.') === true;
}

function toGaps(counts: { readonly odd: number; readonly histograms: number }): readonly Gap[] {
  const gaps: Gap[] = [];
  if (counts.odd > 0) {
    const detail = 'points of series that are mostly NaN or infinite';
    gaps.push({ reason: 'invalid-item', missing: { count: counts.odd, exact: true }, detail });
  }
  if (counts.histograms > 0) {
    const detail = 'the buckets of native histograms; a role reads them';
    gaps.push({ reason: 'invalid-item', missing: { count: counts.histograms, exact: true }, detail });
  }
  return gaps;
}
