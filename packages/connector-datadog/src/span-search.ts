import {
  type CallContextV1,
  ConnectorError,
  type Gap,
  type SignalQueryByKind,
  type TimeWindow,
} from '@midwatch/core';
import { keepWithinLimit } from '@midwatch/core/otlp';
import type { DatadogApi } from './datadog-api.js';
import { lowHalf } from './datadog-ids.js';
import { type ReadPages, readPages, toUnreadGap } from './read-pages.js';
import { quote, targetTerms, toSearchText } from './search-text.js';
import { type FoundSpan, readSpan } from './span-reader.js';

type TracesQuery = SignalQueryByKind['traces'];

export interface FoundTraces {
  readonly text: string;
  /** The first span of each trace that was chosen. */
  readonly traces: readonly FoundSpan[];
  readonly spans: readonly FoundSpan[];
  readonly gaps: readonly Gap[];
}

/** A search gives the newest or the oldest; spread means some of each part. */
const SPREAD_PARTS = 3;
/** Several spans of one trace may match. */
const SPANS_PER_TRACE = 5;
const MAX_SPANS_PER_PAGE = 1000;
const MAX_PAGES = 3;

function toSpanText({ target, onlyErrors, minDurationMs }: TracesQuery): string {
  return toSearchText([
    ...targetTerms(target),
    ...(target.operation === undefined ? [] : [`resource_name:${quote(target.operation)}`]),
    ...(onlyErrors === true ? ['status:error'] : []),
    // Nanoseconds.
    ...(minDurationMs === undefined ? [] : [`@duration:>=${Math.max(0, Math.floor(minDurationMs * 1e6))}`]),
  ]);
}

/** Which traces have a span that is asked for. Rejects when no search was answered; one of several that fails is a gap. */
export async function searchSpans(
  query: TracesQuery,
  api: DatadogApi,
  call: CallContextV1,
): Promise<FoundTraces> {
  const { keep, limit, window } = query;
  const text = toSpanText(query);
  const parts = keep === 'spread' ? split(window) : [window];
  const most = Math.ceil(limit / parts.length);
  const pageSize = Math.min(MAX_SPANS_PER_PAGE, Math.max(100, (most + 1) * SPANS_PER_TRACE));
  const settled = await Promise.allSettled(
    parts.map((part) =>
      readPages(
        {
          api,
          product: 'spans',
          text,
          window: part,
          newestFirst: keep !== 'oldest',
          pageSize,
          maxPages: MAX_PAGES,
          toItems: createReader(part),
        },
        (spans) => countTraces(spans) > most,
        (spans) => restOf(part, spans, keep !== 'oldest'),
        call,
      ),
    ),
  );
  const read: ReadPages<FoundSpan>[] = [];
  const gaps: Gap[] = [];
  for (const [index, result] of settled.entries()) {
    if (result.status === 'fulfilled') {
      read.push(result.value);
      gaps.push(...result.value.gaps);
    } else {
      const failure: unknown = result.reason;
      const isAlone = settled.every(({ status }) => status === 'rejected');
      if (isAlone || !ConnectorError.is(failure) || failure.code === 'aborted') throw failure;
      gaps.push(toUnreadGap(failure, parts[index] ?? window));
    }
  }
  const spans = read.flatMap(({ items }) => items);
  const firsts = firstOfEach(spans);
  const kept = keepWithinLimit(firsts, query);
  const isOpen = read.some(({ cursor }) => cursor !== undefined);
  return {
    text,
    traces: kept.signals,
    spans,
    gaps: [...gaps, ...cutGaps(kept.gaps, isOpen, firsts.length, query)],
  };
}

function createReader({ startMs, endMs }: TimeWindow): (item: unknown) => readonly FoundSpan[] | undefined {
  return (item) => readSpan(item)?.filter(({ timestampMs }) => timestampMs >= startMs && timestampMs < endMs);
}

function split({ startMs, endMs }: TimeWindow): TimeWindow[] {
  const edge = (index: number) => Math.round(startMs + ((endMs - startMs) * index) / SPREAD_PARTS);
  return Array.from({ length: SPREAD_PARTS }, (_, index) => ({
    startMs: edge(index),
    endMs: edge(index + 1),
  }));
}

function countTraces(spans: readonly FoundSpan[]): number {
  return new Set(spans.map(({ traceId }) => lowHalf(traceId))).size;
}

/** Of each trace the earliest span that matched, ascending. */
function firstOfEach(spans: readonly FoundSpan[]): readonly FoundSpan[] {
  const first = new Map<string, FoundSpan>();
  for (const one of spans) {
    const key = lowHalf(one.traceId);
    const known = first.get(key);
    if (known === undefined || one.timestampMs < known.timestampMs) first.set(key, one);
  }
  return [...first.values()].sort(
    (one, other) => one.timestampMs - other.timestampMs || (one.traceId < other.traceId ? -1 : 1),
  );
}

function restOf(window: TimeWindow, spans: readonly FoundSpan[], newestFirst: boolean): TimeWindow {
  const edge = spans.at(-1)?.timestampMs;
  if (edge === undefined) return window;
  return newestFirst ? { ...window, endMs: Math.min(edge + 1, window.endMs) } : { ...window, startMs: edge };
}

/** A search that was not read to its end does not say how many traces there are. */
function cutGaps(
  gaps: readonly Gap[],
  isOpen: boolean,
  found: number,
  { keep, limit }: TracesQuery,
): readonly Gap[] {
  if (!isOpen) return gaps;
  const missing = { count: Math.max(1, found - limit), exact: false };
  const [gap] = gaps;
  return [{ ...gap, reason: keep === 'spread' ? 'sampled' : 'row-limit', missing }];
}
