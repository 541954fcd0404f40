import { type LogSignal, logLevels, type TimeWindow } from '@midwatch/core';
import type { Collection, SourceReport } from '@midwatch/core/incident';
import type { LogCoverage } from '../log-patterns/coverage.js';
import { levelOfSeverity, parseLogLevel } from '../log-patterns/log-level.js';

/** What was read of the logs: for which services and times, and of which requests every line. */
export interface LogReading {
  /** Absent when the collection does not tell: then all is taken as read. */
  readonly coverage: readonly LogCoverage[] | undefined;
  /** Queries that read lines as they came, and not those of chosen requests. */
  readonly countedQueryIds: ReadonlySet<string> | undefined;
  /** Whether every line of the trace was read: only then can one be missing. */
  hasAllLines(traceId: string): boolean;
}

export function toLogReading(collection: Collection): LogReading {
  const reports = collection.sources.filter((report) => report.kind === 'logs' && report.connectorId !== '');
  if (reports.length === 0) {
    return { coverage: undefined, countedQueryIds: undefined, hasAllLines: () => true };
  }
  const counted = reports.filter((report) => report.purpose === 'window' || report.purpose === 'baseline');
  const ofTraces = reports.filter((report) => report.purpose === 'trace-lines');
  const warningQueries = onlyWarnings(collection.signals.logs);
  return {
    coverage: counted.flatMap((report) => coverageOf(report, collection, warningQueries)),
    countedQueryIds: ofTraces.length === 0 ? undefined : new Set(counted.flatMap(queryIdsOf)),
    hasAllLines: ofTraces.length > 0 ? wholeTraces(ofTraces, collection) : everythingRead(counted),
  };
}

function queryIdsOf(report: SourceReport): readonly string[] {
  return report.provenance.map((provenance) => provenance.queryId);
}

function hasAnswered(report: SourceReport): boolean {
  return report.state === 'ok' || report.state === 'partial' || report.state === 'empty';
}

/** Without lines by trace id: only where both periods were read wholly, for all services. */
function everythingRead(counted: readonly SourceReport[]): () => boolean {
  const isRead = (purpose: 'window' | 'baseline'): boolean =>
    counted.some(
      (report) => report.purpose === purpose && serviceOf(report) === undefined && isComplete(report),
    );
  const isWhole = isRead('window') && isRead('baseline');
  return () => isWhole;
}

function isComplete(report: SourceReport): boolean {
  return hasAnswered(report) && report.gaps.length === 0;
}

const warning = logLevels.indexOf('warn');

/** Queries whose records all are warnings or worse: they say nothing of other lines. */
function onlyWarnings(logs: readonly LogSignal[]): ReadonlySet<string> {
  const queries = new Set<string>();
  const others = new Set<string>();
  for (const log of logs) {
    if (others.has(log.queryId)) continue;
    const level = log.level ?? levelOfSeverity(log.severityNumber) ?? parseLogLevel(log.body);
    if (level !== undefined && logLevels.indexOf(level) >= warning) queries.add(log.queryId);
    else others.add(log.queryId);
  }
  for (const queryId of others) queries.delete(queryId);
  return queries;
}

function coverageOf(
  report: SourceReport,
  { window, baseline }: Collection,
  warningQueries: ReadonlySet<string>,
): readonly LogCoverage[] {
  if (!hasAnswered(report)) return [];
  const period = report.purpose === 'baseline' ? 'baseline' : 'window';
  const service = serviceOf(report);
  const queryIds = queryIdsOf(report);
  const readsWarnings = queryIds.length > 0 && queryIds.every((queryId) => warningQueries.has(queryId));
  return [
    {
      period,
      ...(service === undefined ? {} : { service }),
      ...(readsWarnings ? { minLevel: 'warn' as const } : {}),
      covered: withoutGaps(report, period === 'baseline' ? baseline : window),
      share: sampledShare(report),
    },
  ];
}

/** `api in prod`: whom the query asked about, or everything. */
function serviceOf(report: SourceReport): string | undefined {
  const end = report.target.indexOf(' in ');
  const name = end < 0 ? report.target : report.target.slice(0, end);
  return name === 'everything' || name === '' ? undefined : name;
}

function withoutGaps(report: SourceReport, period: TimeWindow): readonly TimeWindow[] {
  let covered: TimeWindow[] = [
    {
      startMs: Math.max(period.startMs, report.window.startMs),
      endMs: Math.min(period.endMs, report.window.endMs),
    },
  ];
  for (const { window: gap, reason } of report.gaps.slice(0, 100)) {
    if (gap === undefined) {
      // Somewhere in it lines are missing; evenly sampled ones still tell shares.
      if (reason !== 'row-limit' && reason !== 'sampled') return [];
      continue;
    }
    covered = covered.flatMap((part) => [
      { startMs: part.startMs, endMs: Math.min(part.endMs, gap.startMs) },
      { startMs: Math.max(part.startMs, gap.endMs), endMs: part.endMs },
    ]);
  }
  return covered.filter((part) => part.endMs > part.startMs);
}

function sampledShare(report: SourceReport): number {
  let missing = 0;
  for (const gap of report.gaps) {
    if (gap.window === undefined && gap.missing?.exact === true) missing += gap.missing.count;
  }
  return report.signalCount === 0 ? 1 : report.signalCount / (report.signalCount + missing);
}

interface TraceRange {
  startMs: number;
  endMs: number;
}

/** Of the requests whose lines were asked for by trace id: those that no gap of that query touches. */
function wholeTraces(
  reports: readonly SourceReport[],
  { signals }: Collection,
): (traceId: string) => boolean {
  const gapsOf = new Map<string, SourceReport['gaps']>();
  for (const report of reports) for (const queryId of queryIdsOf(report)) gapsOf.set(queryId, report.gaps);
  const ranges = new Map<string, TraceRange>();
  // Only where some lines are missing does it matter when a request was.
  const hasGaps = reports.some((report) => report.gaps.length > 0);
  for (const trace of hasGaps ? signals.traces : []) {
    const range = { startMs: trace.timestampMs, endMs: trace.timestampMs };
    for (const span of trace.spans)
      range.endMs = Math.max(range.endMs, (Number(span.startNs) + span.durationNs) / 1e6);
    ranges.set(trace.traceId, range);
  }
  const asked = new Set<string>();
  const broken = new Set<string>();
  for (const log of signals.logs) {
    const gaps = log.traceId === undefined ? undefined : gapsOf.get(log.queryId);
    if (log.traceId === undefined || gaps === undefined || asked.has(log.traceId)) continue;
    asked.add(log.traceId);
    const range = ranges.get(log.traceId);
    if (range !== undefined && gaps.some((gap) => touches(gap.window, range))) broken.add(log.traceId);
  }
  return (traceId) => asked.has(traceId) && !broken.has(traceId);
}

/** The lines of a request may be written a little after it. */
const linesLateMs = 1000;

function touches(gap: TimeWindow | undefined, range: TraceRange): boolean {
  return gap === undefined || (gap.startMs < range.endMs + linesLateMs && gap.endMs > range.startMs);
}
