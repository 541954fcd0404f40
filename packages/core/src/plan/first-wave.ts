import type { Target, TimeWindow } from '../connector/v1/connector.js';
import { toMetricQueries } from './metric-queries.js';
import type { PlannedQuery } from './plan.js';
import { planDefaults } from './plan-defaults.js';
import type { ServiceIdentity } from './service-identity.js';

export interface PlanScope {
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  /** The alert's service and where it runs. */
  readonly target: Target;
  /** Where it runs, without the service. */
  readonly surroundings: Target;
  readonly services: readonly ServiceIdentity[];
  /** The cap itself, or a very high one. */
  readonly capOf: (limit: number) => number;
}

const { changes, changesBackMs, logs, metrics, traces } = planDefaults;

/** What must be known first: what led there, and where wave 2 has to look. */
const EARLY = 1;
const MIDDLE = 2;
/** What can be missed most easily when time runs out. */
const LATE = 3;

/** What the alert names. Heavier queries go first within a priority: they make the wave long. */
export function firstWave(scope: PlanScope): PlannedQuery[] {
  return [
    ...traceQueries(scope),
    ...toMetricQueries(scope.target, scope.window, scope.baseline, {
      wave: 1,
      priority: EARLY,
      limit: scope.capOf(metrics.maxSeries),
    }),
    ...changeQueries(scope),
    ...logQueries(scope),
    metricHistory(scope),
  ];
}

function traceQueries({ window, baseline, target, capOf }: PlanScope): PlannedQuery[] {
  const base = { kind: 'traces', wave: 1, priority: EARLY } as const;
  const ordinary = { target, limit: capOf(traces.maxOrdinary), keep: 'spread' } as const;
  const abnormal = { target, limit: capOf(traces.maxAbnormal), keep: 'spread', onlyErrors: true } as const;
  return [
    { ...base, purpose: 'window', query: { ...ordinary, window } },
    { ...base, purpose: 'baseline', query: { ...ordinary, window: baseline } },
    { ...base, purpose: 'window', query: { ...abnormal, window } },
  ];
}

/** The service in full; everything else by its newest, since a change elsewhere may be the cause, and mostly is a red herring. */
function changeQueries({ window, target, surroundings, capOf }: PlanScope): PlannedQuery[] {
  const back = { startMs: window.endMs - changesBackMs, endMs: window.endMs };
  return (['deploys', 'incidents'] as const).flatMap((kind): PlannedQuery[] => {
    const base = { kind, purpose: 'history', wave: 1, priority: EARLY } as const;
    const query = { window: back, keep: 'newest' } as const;
    const all: PlannedQuery = {
      ...base,
      query: { ...query, target: surroundings, limit: capOf(changes.maxElsewhere) },
    };
    const own: PlannedQuery = { ...base, query: { ...query, target, limit: capOf(changes.maxOfService) } };
    return target.service === undefined ? [own] : [own, all];
  });
}

function logQueries({ window, baseline, target, capOf }: PlanScope): PlannedQuery[] {
  const base = { kind: 'logs', wave: 1 } as const;
  const warnings = { target, limit: capOf(logs.maxWarnings), keep: 'newest', minLevel: 'warn' } as const;
  const spread = { target, limit: capOf(logs.maxSpread), keep: 'spread' } as const;
  return [
    { ...base, purpose: 'window', priority: EARLY, query: { ...warnings, window } },
    { ...base, purpose: 'window', priority: MIDDLE, query: { ...spread, window } },
    { ...base, purpose: 'baseline', priority: LATE, query: { ...spread, window: baseline } },
    { ...base, purpose: 'baseline', priority: LATE, query: { ...warnings, window: baseline } },
  ];
}

/** How the day went: what was there before a change of this morning, which the baseline may not reach. */
function metricHistory({ window, target, capOf }: PlanScope): PlannedQuery {
  const { historyBackMs, historyStepMs, maxSeries } = metrics;
  return {
    kind: 'metrics',
    purpose: 'history',
    wave: 1,
    priority: MIDDLE,
    query: {
      window: { startMs: window.endMs - historyBackMs, endMs: window.endMs },
      target,
      limit: capOf(maxSeries),
      keep: 'newest',
      stepMs: historyStepMs,
    },
  };
}
