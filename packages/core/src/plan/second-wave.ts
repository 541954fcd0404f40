import type { Target, TimeWindow } from '../connector/v1/connector.js';
import type { TraceSignal } from '../connector/v1/signal.js';
import type { SourceReport } from '../incident/collection.js';
import type { PlanScope } from './first-wave.js';
import { toMetricQueries } from './metric-queries.js';
import type { CollectedSoFar, PlannedQuery } from './plan.js';
import { planDefaults } from './plan-defaults.js';
import { rankServices } from './rank-services.js';
import { rangeQueries } from './revision-ranges.js';
import { chooseTraces, chunk, slowFromMs } from './trace-choice.js';

const { changes, changesBackMs, logs, metrics, secondWave: bounds, traces: traceLimits } = planDefaults;

const EARLY = 1;
const MIDDLE = 2;
const LATE = 3;

/**
 * Where the traces of wave 1 lead. An alert often names a gateway before 40 services, so the budget (250 requests, half of
 * the time) goes first to what covers all of them at once: the log lines of the sampled traces by trace id, and, where a
 * namespace, environment or cluster bounds the question, warnings and metrics of everything in it. Only the few services
 * that differ most from the baseline are then read one by one.
 */
export function secondWave(
  scope: PlanScope,
  collected: CollectedSoFar,
  reports: readonly SourceReport[],
): PlannedQuery[] {
  const { window, baseline, target } = scope;
  const traces = collected.traces ?? [];
  const now = traces.filter(({ timestampMs }) => isIn(window, timestampMs));
  const before = traces.filter(({ timestampMs }) => isIn(baseline, timestampMs));
  const suspects =
    traces.length > 0 ? suspectsOf(scope, now, before) : suspectsWithoutTraces(scope, collected);
  const readInFull = suspects.slice(0, scope.capOf(bounds.maxReadInFull));

  // An alert without a service was asked about everything in wave 1 already.
  const isBounded = target.service !== undefined && Object.keys(scope.surroundings).length > 0;
  return [
    ...traceLineQueries(scope, now, before),
    ...slowTraceQueries(scope, now, before),
    ...(isBounded ? queriesAboutAll(scope) : readInFull.flatMap((service) => metricQueries(scope, service))),
    ...changeQueries(scope, suspects, reports),
    ...rangeQueries(scope, collected.deploys ?? [], [target.service, ...suspects]),
    ...readInFull.flatMap((service) => logQueries(scope, service, isBounded)),
  ];
}

function suspectsOf(
  { target, capOf }: PlanScope,
  now: readonly TraceSignal[],
  before: readonly TraceSignal[],
): string[] {
  const ranked = rankServices(now, before, target.service);
  const suspicious = ranked.filter(({ suspicion }) => suspicion >= bounds.minSuspicion);
  const neighbours = ranked.filter(
    ({ suspicion, isNeighbour }) => suspicion < bounds.minSuspicion && isNeighbour,
  );
  return [...suspicious, ...neighbours].slice(0, capOf(bounds.maxSuspects)).map(({ service }) => service);
}

/** Whoever changed, is in trouble or complains, in this order. */
function suspectsWithoutTraces({ target, capOf }: PlanScope, collected: CollectedSoFar): string[] {
  const named = [
    ...(collected.deploys ?? []).toReversed(),
    ...(collected.incidents ?? []).toReversed(),
    ...(collected.logs ?? []),
  ].flatMap(({ service }) => (service === undefined || service === target.service ? [] : [service]));
  return Array.from(new Set(named)).slice(0, capOf(bounds.maxSuspects));
}

/** Whole calls: a step that is missing from a call cannot be seen in sampled lines. */
function traceLineQueries(
  { window, baseline, surroundings, capOf }: PlanScope,
  now: readonly TraceSignal[],
  before: readonly TraceSignal[],
): PlannedQuery[] {
  const queries = (traces: readonly TraceSignal[], period: TimeWindow, priority: number): PlannedQuery[] => {
    const ids = chooseTraces(traces, capOf(logs.maxTraceIds)).map(({ traceId }) => traceId);
    const groups = chunk(ids, logs.traceIdsPerQuery);
    return groups.map((traceIds) => ({
      kind: 'logs',
      purpose: 'trace-lines',
      wave: 2,
      priority,
      query: {
        window: period,
        target: surroundings,
        limit: capOf(Math.ceil(logs.maxTraceLines / groups.length)),
        keep: 'oldest',
        traceIds,
      },
    }));
  };
  return [...queries(now, window, EARLY), ...queries(before, baseline, MIDDLE)];
}

/** Only where the sample of wave 1 was cut: else all slow traces are there. */
function slowTraceQueries(
  { window, target, capOf }: PlanScope,
  now: readonly TraceSignal[],
  before: readonly TraceSignal[],
): PlannedQuery[] {
  const minDurationMs = slowFromMs(before);
  if (minDurationMs === undefined || now.length < capOf(traceLimits.maxOrdinary)) return [];
  const limit = capOf(traceLimits.maxAbnormal);
  const query = { window, target, limit, keep: 'spread', minDurationMs } as const;
  return [{ kind: 'traces', purpose: 'window', wave: 2, priority: EARLY, query }];
}

function queriesAboutAll({ window, baseline, surroundings, capOf }: PlanScope): PlannedQuery[] {
  const base = { kind: 'logs', wave: 2 } as const;
  const warnings = {
    target: surroundings,
    limit: capOf(logs.maxWarnings),
    keep: 'newest',
    minLevel: 'warn',
  } as const;
  const limit = capOf(metrics.maxSeriesOfAll);
  return [
    ...toMetricQueries(surroundings, window, baseline, { wave: 2, priority: MIDDLE, limit }),
    { ...base, purpose: 'window', priority: EARLY, query: { ...warnings, window } },
    { ...base, purpose: 'baseline', priority: MIDDLE, query: { ...warnings, window: baseline } },
  ];
}

function metricQueries(scope: PlanScope, service: string): PlannedQuery[] {
  const limit = scope.capOf(metrics.maxSeries);
  const target = toTarget(scope, service);
  return toMetricQueries(target, scope.window, scope.baseline, { wave: 2, priority: MIDDLE, limit });
}

/** Only where wave 1 could not see all of them. */
function changeQueries(
  scope: PlanScope,
  suspects: readonly string[],
  reports: readonly SourceReport[],
): PlannedQuery[] {
  const { window, capOf } = scope;
  const back = { startMs: window.endMs - changesBackMs, endMs: window.endMs };
  return (['deploys', 'incidents'] as const).flatMap((kind): PlannedQuery[] => {
    if (!reports.some((report) => report.kind === kind && report.state === 'partial')) return [];
    return suspects.map((service) => ({
      kind,
      purpose: 'history',
      wave: 2,
      priority: EARLY,
      query: {
        window: back,
        target: toTarget(scope, service),
        limit: capOf(changes.maxElsewhere),
        keep: 'newest',
      },
    }));
  });
}

function logQueries(scope: PlanScope, service: string, hasWarningsOfAll: boolean): PlannedQuery[] {
  const { window, baseline, capOf } = scope;
  const target = toTarget(scope, service);
  const base = { kind: 'logs', wave: 2 } as const;
  const spread = { target, limit: capOf(logs.maxSpreadOfSuspect), keep: 'spread' } as const;
  const warnings = {
    target,
    limit: capOf(logs.maxWarnings),
    keep: 'newest',
    minLevel: 'warn',
    window,
  } as const;
  return [
    ...(hasWarningsOfAll
      ? []
      : [{ ...base, purpose: 'window', priority: EARLY, query: warnings } satisfies PlannedQuery]),
    { ...base, purpose: 'window', priority: MIDDLE, query: { ...spread, window } },
    { ...base, purpose: 'baseline', priority: LATE, query: { ...spread, window: baseline } },
  ];
}

function toTarget({ surroundings }: PlanScope, service: string): Target {
  return { ...surroundings, service };
}

function isIn({ startMs, endMs }: TimeWindow, timeMs: number): boolean {
  return timeMs >= startMs && timeMs < endMs;
}
