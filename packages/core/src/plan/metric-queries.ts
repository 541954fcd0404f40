import type { Target, TimeWindow } from '../connector/v1/connector.js';
import type { PlannedQuery } from './plan.js';
import { planDefaults } from './plan-defaults.js';

const { metrics } = planDefaults;

/** One answer for window and baseline; two where they lie so far apart that most of it would be of no use. */
export function toMetricQueries(
  target: Target,
  window: TimeWindow,
  baseline: TimeWindow,
  rest: { readonly wave: 1 | 2; readonly priority: number; readonly limit: number },
): PlannedQuery[] {
  const { wave, priority, limit } = rest;
  const query = (purpose: 'window' | 'baseline', range: TimeWindow): PlannedQuery => ({
    kind: 'metrics',
    purpose,
    wave,
    priority,
    query: { window: range, target, limit, keep: 'newest', stepMs: toStepMs(range) },
  });
  const span: TimeWindow = {
    startMs: Math.min(window.startMs, baseline.startMs),
    endMs: Math.max(window.endMs, baseline.endMs),
  };
  if (span.endMs - span.startMs <= metrics.maxSpanMs) return [query('window', span)];
  return [query('window', window), query('baseline', baseline)];
}

/** Whole 15 s, which is what most scrape intervals divide or are. */
function toStepMs({ startMs, endMs }: TimeWindow): number {
  const { minStepMs, maxStepMs, pointsPerSeries } = metrics;
  const stepMs = Math.ceil((endMs - startMs) / pointsPerSeries / minStepMs) * minStepMs;
  return Math.min(Math.max(stepMs, minStepMs), maxStepMs);
}
