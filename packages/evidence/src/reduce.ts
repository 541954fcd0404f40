import type { LogSignal, TimeWindow } from '@midwatch/core';
import type { Alert, Collection, Evidence, Reduce } from '@midwatch/core/incident';
import { findCeiling } from './ceiling/find-ceiling.js';
import { findChanges } from './changes/find-changes.js';
import type { Clue, FindingDraft } from './clues/clue.js';
import { findNewErrorTexts, isErrorLevel } from './clues/error-texts.js';
import { toLogClue } from './clues/log-clues.js';
import { toMetricClue } from './clues/metric-clues.js';
import { toTraceClue } from './clues/trace-clues.js';
import { findClusterEvents } from './cluster-events/find-cluster-events.js';
import { findLogPatterns, type LogPattern } from './log-patterns/find-log-patterns.js';
import { findMetricShifts } from './metric-shifts/find-metric-shifts.js';
import { tieNeighbours } from './neighbours/tie-neighbours.js';
import { tieNodes } from './neighbours/tie-nodes.js';
import { toLogReading } from './reading/log-reading.js';
import { findOnset } from './suspects/find-onset.js';
import { numberFindings } from './suspects/number-findings.js';
import { type RankedSuspect, rankSuspects } from './suspects/rank-suspects.js';
import { toSymptomWords } from './suspects/symptom-words.js';
import { toSuspects } from './suspects/to-suspects.js';
import { findTraceFaults } from './trace-faults/find-trace-faults.js';
import type { LineReading } from './trace-faults/join-lines.js';

/** Weaker findings are not worth a line. */
const leastStrength = 0.05;

/**
 * Signals to evidence: numbered findings, ranked suspects, the call graph and the most confidence they allow. Pure and
 * without a model; time grows linearly with the signals, but for sorting.
 */
export const reduce: Reduce = (collection: Collection, alert: Alert): Evidence => {
  const { window, baseline, signals } = collection;
  const { clues: found, callGraph } = gatherClues(collection, alert);
  const { clues, untied } = tieNeighbours(tieNodes(found, signals), signals);
  const first = rankSuspects(clues, [], callGraph);
  const onsetMs = findOnset(first, clues, alert, window);
  const changes = findChanges({
    deploys: signals.deploys,
    metrics: signals.metrics,
    callGraph,
    alertingService: alert.target.service,
    onsetMs: onsetMs ?? alert.startsAtMs,
    endMs: window.endMs,
    symptomsOf: toSymptomWords(clues, alert),
  });
  const suspects = rankSuspects(clues, changes, callGraph);
  const drafts = [
    ...new Set(clues.filter(({ draft }) => draft.strength >= leastStrength).map(({ draft }) => draft)),
    ...changes.map((change) => change.draft),
  ];
  const numbered = numberFindings(drafts, decisiveDrafts(suspects));
  return {
    window,
    baseline,
    baselineName: collection.baselineName,
    ...(onsetMs === undefined ? {} : { onsetMs }),
    findings: numbered.findings,
    suspects: toSuspects(suspects, numbered),
    callGraph: callGraph.slice(0, mostEdges),
    ceiling: findCeiling(suspects, onsetMs, collection, alert, untied),
    read: {
      logs: signals.logs.length,
      metrics: signals.metrics.length,
      traces: signals.traces.length,
      deploys: signals.deploys.length,
      incidents: signals.incidents.length,
    },
  };
};

const mostEdges = 500;

function gatherClues(collection: Collection, alert: Alert) {
  const { window, baseline, signals } = collection;
  const reading = toLogReading(collection);
  const { patterns, patternOfLog } = findLogPatterns({
    logs: signals.logs,
    window,
    baseline,
    ...(reading.coverage === undefined ? {} : { coverage: reading.coverage }),
    ...(reading.countedQueryIds === undefined ? {} : { countedQueryIds: reading.countedQueryIds }),
  });
  const inBaseline = patternsSeenWithin(baseline, signals.logs, patternOfLog);
  const isNewError = findNewErrorTexts(patterns, inBaseline, serviceNames(collection));
  const faults = findTraceFaults({
    traces: signals.traces,
    logs: signals.logs,
    deploys: signals.deploys,
    window,
    baseline,
    lines: toLineReading(patterns, patternOfLog, isNewError),
    hasAllLines: reading.hasAllLines,
  });
  const clues: Clue[] = [
    ...faults.clues.map(toTraceClue),
    ...patterns.flatMap((pattern, index) =>
      pattern.change === 'steady' ? [] : [toLogClue(pattern, isNewError[index] === true)],
    ),
    ...findMetricShifts({ metrics: signals.metrics, window, baseline }).flatMap((shift) => {
      const signal = signals.metrics[shift.metric];
      return signal === undefined ? [] : [toMetricClue(shift, signal)];
    }),
    ...findClusterEvents(signals.incidents, window, alert),
  ];
  return { clues: clues.sort(byWords), callGraph: faults.callGraph };
}

/** An order that does not depend on the order of the signals, so that ties fall the same way tomorrow. */
function byWords({ draft: a }: Clue, { draft: b }: Clue): number {
  return (
    compare(a.kind, b.kind) ||
    compare(a.service ?? '', b.service ?? '') ||
    compare(a.statement, b.statement) ||
    compare(a.signalIds[0] ?? '', b.signalIds[0] ?? '')
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Statements are the miner's templates; one template at one level is a pattern. */
function toLineReading(
  patterns: readonly LogPattern[],
  patternOfLog: Int32Array,
  isNewError: readonly boolean[],
): LineReading {
  const texts = new Map<number, string>();
  const withOtherLevels = new Set<number>();
  for (const { templateId, template, level } of patterns) {
    texts.set(templateId, template);
    if (!isErrorLevel(level)) withOtherLevels.add(templateId);
  }
  const patternAt = (record: number): number => patternOfLog[record] ?? -1;
  return {
    statementOf: (record) => patterns[patternAt(record)]?.templateId ?? -1,
    errorOf: (record) => (isErrorLevel(patterns[patternAt(record)]?.level) ? patternAt(record) : -1),
    isNewError: (error) => isNewError[error] === true,
    printsErrors: (statement) => !withOtherLevels.has(statement),
    textOf: (statement) => texts.get(statement) ?? '',
    textOfError: (error) => patterns[error]?.template ?? '',
  };
}

function patternsSeenWithin(
  { startMs, endMs }: TimeWindow,
  logs: readonly LogSignal[],
  patternOfLog: Int32Array,
): ReadonlySet<number> {
  const seen = new Set<number>();
  for (const [record, log] of logs.entries()) {
    if (log.timestampMs >= startMs && log.timestampMs < endMs) seen.add(patternOfLog[record] ?? -1);
  }
  return seen;
}

function serviceNames({ signals }: Collection): ReadonlySet<string> {
  const names = new Set<string>();
  let last: string | undefined;
  const note = (name: string | undefined): void => {
    // Records of one service come in runs.
    if (name === undefined || name === last) return;
    last = name;
    names.add(name);
  };
  for (const log of signals.logs) note(log.service);
  for (const trace of signals.traces) for (const span of trace.spans) note(span.service);
  for (const metric of signals.metrics) note(metric.service);
  return names;
}

/** The drafts that the ranking speaks of: they must keep a number. */
function decisiveDrafts(suspects: readonly RankedSuspect[]): ReadonlySet<FindingDraft> {
  const decisive = new Set<FindingDraft>();
  for (const suspect of suspects.slice(0, 5)) {
    for (const clue of [...suspect.clues.slice(0, 8), ...suspect.explains.slice(0, 4)])
      decisive.add(clue.draft);
    if (suspect.change !== undefined) decisive.add(suspect.change.draft);
  }
  return decisive;
}
