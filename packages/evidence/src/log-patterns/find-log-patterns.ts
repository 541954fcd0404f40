import type { LogLevel, LogSignal, TimeWindow } from '@midwatch/core';
import { BUCKETS, bucketStart, createExposures, type Exposure, type LogCoverage } from './coverage.js';
import { isErrorLevel, levelNameOf, readLogRecords } from './log-records.js';
import { type ChangeDecision, decideChange, type PatternChange } from './pattern-change.js';
import { collectDrafts, mergedSamples, type PatternDraft } from './pattern-draft.js';
import { createServiceTraffic, otherTraffic, type ServiceTraffic } from './service-traffic.js';

export interface LogPatternInput {
  /** Of window and baseline together, in any order. */
  readonly logs: readonly LogSignal[];
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  /** What was read. Absent: both periods wholly, for all services. A period without an entry was not read. */
  readonly coverage?: readonly LogCoverage[];
  /**
   * Queries whose records are a fair sample of a period. Records of other queries (all lines of chosen traces) get a
   * pattern, but count in no rate. Absent: all records count.
   */
  readonly countedQueryIds?: ReadonlySet<string>;
}

export interface PatternRate {
  readonly count: number;
  readonly coveredMs: number;
  /** Over the time really read; where lines were sampled, of all lines there were. 0 when nothing was read. */
  readonly ratePerMinute: number;
  /** In each of the period's parts; `null` where less than a quarter of it was read. Absent for `steady`. */
  readonly ratesPerMinute?: readonly (number | null)[];
}

/** One statement of one service at one level. */
export interface LogPattern {
  readonly service?: string;
  readonly level?: LogLevel;
  /** The same for all services and levels that print this statement. */
  readonly templateId: number;
  /** The statement, every printed value as `<*>`. */
  readonly template: string;
  /** Functions on top of the stack trace, at most three. */
  readonly frames: readonly string[];
  readonly change: PatternChange;
  /** 0 to 1; 0 for `steady`. */
  readonly strength: number;
  /** When the change began; absent for `steady`. */
  readonly onsetMs?: number;
  /** Whether the change still held in the last quarter of the window. */
  readonly isLasting: boolean;
  /** The rate changed only as much as that of the service's other lines. */
  readonly isTraffic: boolean;
  /** False when nothing was read of window or baseline: then `change` is `steady` and says nothing. */
  readonly isComparable: boolean;
  /** Rate after onset over rate before. */
  readonly ratio: number;
  /** Chance of such a difference without a change; for one pattern alone. */
  readonly pValue: number;
  readonly window: PatternRate;
  readonly baseline: PatternRate;
  /** In window and baseline, whether read wholly or not. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** One raw line of the window, or of the baseline when it has none; at most 2,000 characters. */
  readonly example: string;
  readonly exampleId: string;
  /** Records, with those that no rate counts. */
  readonly signalCount: number;
  /** At most 20 each, of the window before the baseline. */
  readonly signalIds: readonly string[];
  readonly traceIds: readonly string[];
  /** At most 10. */
  readonly queryIds: readonly string[];
}

export interface LogPatterns {
  /** Strongest change first; equal ones by service, template and level. */
  readonly patterns: readonly LogPattern[];
  /**
   * For each record of `logs` the index of its pattern, or -1 for a record outside window and baseline whose pattern
   * was seen in neither. A line of a stack trace has that of the trace's first line.
   */
  readonly patternOfLog: Int32Array;
  /** Statements were too many to be told apart; the rarest stand together under one template. */
  readonly isOverflown: boolean;
}

const MAX_EXAMPLE_LENGTH = 2_000;
const MINUTE_MS = 60_000;

/** Finds the statements behind log lines, and those whose rate changed between baseline and window. Pure and linear. */
export function findLogPatterns(input: LogPatternInput): LogPatterns {
  const records = readLogRecords(input.logs);
  const templates = new Map(records.miner.templates().map((template) => [template.id, template]));
  const { drafts, draftOfLog } = collectDrafts(input, records, createExposures(input.coverage, input));
  const traffic = createServiceTraffic(drafts);
  const testCount = drafts.reduce((count, draft) => count + (draft.signalCount > 0 ? 1 : 0), 0);

  const found: { readonly pattern: LogPattern; readonly index: number }[] = [];
  for (const [index, draft] of drafts.entries()) {
    const template = templates.get(draft.templateId)?.text ?? '';
    const pattern = toPattern(draft, template, input, traffic, testCount);
    if (pattern !== undefined) found.push({ pattern, index });
  }
  found.sort((left, right) => comparePatterns(left.pattern, right.pattern) || left.index - right.index);

  const rankOfDraft = new Int32Array(drafts.length).fill(-1);
  for (const [rank, { index }] of found.entries()) rankOfDraft[index] = rank;
  return {
    patterns: found.map(({ pattern }) => pattern),
    patternOfLog: draftOfLog.map((index) => rankOfDraft[index] ?? -1),
    isOverflown: [...templates.values()].some((template) => template.isOverflow === true),
  };
}

function toPattern(
  draft: PatternDraft,
  template: string,
  { baseline, window }: LogPatternInput,
  traffic: ServiceTraffic,
  testCount: number,
): LogPattern | undefined {
  const { example, service } = draft;
  if (example === undefined) return undefined;
  const decision = decideChange({
    counts: { window: draft.windowCounts, baseline: draft.baselineCounts },
    time: { window: draft.windowExposure.exposureMs, baseline: draft.baselineExposure.exposureMs },
    traffic: otherTraffic(traffic, draft),
    seenInWindow: draft.seenInWindow,
    seenInBaseline: draft.seenInBaseline,
    isError: isErrorLevel(draft.level),
    testCount,
  });
  const level = levelNameOf(draft.level);
  const { change, strength, isTraffic, isComparable, ratio, pValue } = decision;
  return {
    ...(service === undefined ? {} : { service }),
    ...(level === undefined ? {} : { level }),
    templateId: draft.templateId,
    template,
    frames: draft.frames,
    change,
    strength,
    ...(change === 'steady' ? {} : { onsetMs: onsetOf(draft, decision, window) }),
    isLasting: isLasting(draft, decision),
    isTraffic,
    isComparable,
    ratio,
    pValue,
    window: toRate(draft.windowCounts, draft.windowExposure, window, change),
    baseline: toRate(draft.baselineCounts, draft.baselineExposure, baseline, change),
    firstSeenMs: draft.firstMs,
    lastSeenMs: draft.lastMs,
    example: cutText(example.body, MAX_EXAMPLE_LENGTH),
    exampleId: example.id,
    signalCount: draft.signalCount,
    ...mergedSamples(draft),
    queryIds: [...draft.queryIds],
  };
}

/** The first line where there was none before; else the beginning of the part of the window that differs. */
function onsetOf(draft: PatternDraft, decision: ChangeDecision, window: TimeWindow): number {
  if (decision.change === 'new') return draft.firstInWindowMs;
  return bucketStart(decision.onsetBucket, window);
}

const LAST_QUARTER = BUCKETS - BUCKETS / 4;

/** What began must still be said at the end, when it was said often enough to be expected there. */
function isLasting(
  { windowCounts, windowExposure }: PatternDraft,
  { change, onsetBucket }: ChangeDecision,
): boolean {
  if (change === 'steady') return false;
  if (change === 'gone' || change === 'down' || onsetBucket >= LAST_QUARTER) return true;
  const recent = sum(windowCounts, LAST_QUARTER);
  const exposure = sum(windowExposure.exposureMs, onsetBucket);
  const expected = (sum(windowCounts, onsetBucket) * sum(windowExposure.exposureMs, LAST_QUARTER)) / exposure;
  return recent > 0 ? recent >= expected / 4 : expected < 3;
}

function toRate(
  counts: Uint32Array,
  exposure: Exposure,
  period: TimeWindow,
  change: PatternChange,
): PatternRate {
  const count = sum(counts, 0);
  const readMs = sum(exposure.exposureMs, 0);
  return {
    count,
    coveredMs: exposure.totalCoveredMs,
    ratePerMinute: readMs > 0 ? (count * MINUTE_MS) / readMs : 0,
    ...(change === 'steady' ? {} : { ratesPerMinute: toRates(counts, exposure, period) }),
  };
}

const LEAST_READ = 0.25;
const RATE_DIGITS = 3;

function toRates(
  counts: Uint32Array,
  { coveredMs, exposureMs }: Exposure,
  period: TimeWindow,
): readonly (number | null)[] {
  const leastMs = ((period.endMs - period.startMs) / BUCKETS) * LEAST_READ;
  return Array.from(counts, (count, bucket) => {
    const readMs = exposureMs[bucket] ?? 0;
    if (readMs <= 0 || (coveredMs[bucket] ?? 0) < leastMs) return null;
    return Number(((count * MINUTE_MS) / readMs).toPrecision(RATE_DIGITS));
  });
}

function sum(values: Uint32Array | Float64Array, from: number): number {
  let total = 0;
  for (let index = from; index < values.length; index++) total += values[index] ?? 0;
  return total;
}

function comparePatterns(left: LogPattern, right: LogPattern): number {
  return (
    right.strength - left.strength ||
    compareText(left.service ?? '', right.service ?? '') ||
    compareText(left.template, right.template) ||
    compareText(left.level ?? '', right.level ?? '') ||
    compareText(left.frames.join('\n'), right.frames.join('\n'))
  );
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Never in the middle of a character. */
function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? maxLength - 1 : maxLength);
}
