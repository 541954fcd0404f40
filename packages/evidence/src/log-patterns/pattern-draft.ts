import type { LogSignal, TimeWindow } from '@midwatch/core';
import { BUCKETS, bucketOf, type Exposure, type ExposureOf } from './coverage.js';
import { type LogRecords, levelNameOf } from './log-records.js';

const MAX_SAMPLES = 20;
const MAX_QUERY_IDS = 10;
/** Stack traces that are told apart; the rest of a service's traces share one. */
const MAX_STACKS = 4095;
const LEVELS = 8;

/** What was counted of one statement of one service at one level. */
export interface PatternDraft {
  readonly service: string | undefined;
  /** Index into `logLevels`, or -1. */
  readonly level: number;
  readonly templateId: number;
  readonly frames: readonly string[];
  readonly windowExposure: Exposure;
  readonly baselineExposure: Exposure;
  readonly windowCounts: Uint32Array;
  readonly baselineCounts: Uint32Array;
  /** Seen in a part that was read wholly or not. */
  seenInWindow: boolean;
  seenInBaseline: boolean;
  firstMs: number;
  lastMs: number;
  firstInWindowMs: number;
  signalCount: number;
  example: LogSignal | undefined;
  readonly inWindow: Samples;
  readonly inBaseline: Samples;
  readonly queryIds: Set<string>;
}

interface Samples {
  readonly signalIds: string[];
  readonly traceIds: Set<string>;
}

export interface DraftInput {
  readonly logs: readonly LogSignal[];
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  readonly countedQueryIds?: ReadonlySet<string>;
}

export interface PatternDrafts {
  readonly drafts: readonly PatternDraft[];
  /** For each record of `logs` the index of its draft. */
  readonly draftOfLog: Int32Array;
}

/** Counts every record once, under its service, template, level and stack. */
export function collectDrafts(input: DraftInput, records: LogRecords, exposureOf: ExposureOf): PatternDrafts {
  const { logs, countedQueryIds } = input;
  const drafts: PatternDraft[] = [];
  const byService = new Map<string | undefined, Map<number, number>>();
  const stacks = new Map<string, number>();
  const draftOfLog = new Int32Array(logs.length).fill(-1);
  const draftOfPosition = new Int32Array(logs.length).fill(-1);
  const seenIds = new Set<string>();

  function draftFor(log: LogSignal, position: number): number {
    const templateId = records.templateOf(position);
    const level = records.levels[position] ?? -1;
    const frames = records.frames.get(position);
    const key = (templateId * LEVELS + level + 1) * (MAX_STACKS + 1) + stackNumber(stacks, frames);
    let byKey = byService.get(log.service);
    if (byKey === undefined) {
      byKey = new Map();
      byService.set(log.service, byKey);
    }
    let index = byKey.get(key);
    if (index === undefined) {
      index = drafts.length;
      drafts.push(createDraft(log.service, level, templateId, frames ?? [], exposureOf));
      byKey.set(key, index);
    }
    return index;
  }

  for (let position = 0; position < records.order.length; position++) {
    const logIndex = records.order[position] ?? 0;
    const log = logs[logIndex];
    if (log === undefined) continue;
    const head = records.heads[position] ?? -1;
    const index = head >= 0 ? (draftOfPosition[head] ?? -1) : draftFor(log, position);
    draftOfLog[logIndex] = index;
    draftOfPosition[position] = index;
    const draft = drafts[index];
    if (head >= 0 || draft === undefined || seenIds.has(log.id)) continue;
    seenIds.add(log.id);
    count(draft, log, input, countedQueryIds === undefined || countedQueryIds.has(log.queryId));
  }
  return { drafts, draftOfLog };
}

function stackNumber(stacks: Map<string, number>, frames: readonly string[] | undefined): number {
  if (frames === undefined) return 0;
  const name = frames.join('\n');
  const known = stacks.get(name);
  if (known !== undefined) return known;
  const number = Math.min(stacks.size + 1, MAX_STACKS);
  if (number < MAX_STACKS) stacks.set(name, number);
  return number;
}

function createDraft(
  service: string | undefined,
  level: number,
  templateId: number,
  frames: readonly string[],
  exposureOf: ExposureOf,
): PatternDraft {
  const levelName = levelNameOf(level);
  return {
    service,
    level,
    templateId,
    frames,
    windowExposure: exposureOf('window', service, levelName),
    baselineExposure: exposureOf('baseline', service, levelName),
    windowCounts: new Uint32Array(BUCKETS),
    baselineCounts: new Uint32Array(BUCKETS),
    seenInWindow: false,
    seenInBaseline: false,
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    firstInWindowMs: Number.POSITIVE_INFINITY,
    signalCount: 0,
    example: undefined,
    inWindow: { signalIds: [], traceIds: new Set() },
    inBaseline: { signalIds: [], traceIds: new Set() },
    queryIds: new Set(),
  };
}

function count(draft: PatternDraft, log: LogSignal, input: DraftInput, isCounted: boolean): void {
  const time = log.timestampMs;
  const windowBucket = bucketOf(time, input.window);
  const baselineBucket = windowBucket >= 0 ? -1 : bucketOf(time, input.baseline);
  if (windowBucket < 0 && baselineBucket < 0) return;
  draft.signalCount++;
  draft.firstMs = Math.min(draft.firstMs, time);
  draft.lastMs = Math.max(draft.lastMs, time);
  if (draft.queryIds.size < MAX_QUERY_IDS) draft.queryIds.add(log.queryId);
  if (windowBucket >= 0) {
    if (!draft.seenInWindow || draft.example === undefined) draft.example = log;
    draft.seenInWindow = true;
    draft.firstInWindowMs = Math.min(draft.firstInWindowMs, time);
    sample(draft.inWindow, log);
    if (isCounted && draft.windowExposure.covers(time)) add(draft.windowCounts, windowBucket);
  } else {
    draft.example ??= log;
    draft.seenInBaseline = true;
    sample(draft.inBaseline, log);
    if (isCounted && draft.baselineExposure.covers(time)) add(draft.baselineCounts, baselineBucket);
  }
}

function add(counts: Uint32Array, bucket: number): void {
  counts[bucket] = (counts[bucket] ?? 0) + 1;
}

function sample(samples: Samples, log: LogSignal): void {
  if (samples.signalIds.length < MAX_SAMPLES) samples.signalIds.push(log.id);
  if (log.traceId !== undefined && samples.traceIds.size < MAX_SAMPLES) samples.traceIds.add(log.traceId);
}

/** Samples of the window before those of the baseline. */
export function mergedSamples(draft: PatternDraft): {
  readonly signalIds: string[];
  readonly traceIds: string[];
} {
  const { inWindow, inBaseline } = draft;
  return {
    signalIds: [...inWindow.signalIds, ...inBaseline.signalIds].slice(0, MAX_SAMPLES),
    traceIds: [...new Set([...inWindow.traceIds, ...inBaseline.traceIds])].slice(0, MAX_SAMPLES),
  };
}
