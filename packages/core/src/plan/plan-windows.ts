import type { TimeWindow } from '../connector/v1/connector.js';
import type { Alert } from '../incident/alert.js';
import { planDefaults } from './plan-defaults.js';

/** `[startsAt - for - 15 min, now]`, or up to the end of a resolved alert; at most 60 min. */
export function toWindow(alert: Alert, nowMs: number): TimeWindow {
  const { forMs, leadMs, maxWindowMs } = planDefaults;
  // Alertmanager writes the year 1 for "never", and clocks differ: an alert cannot have begun after now.
  const startsAtMs = alert.startsAtMs > 0 ? Math.min(alert.startsAtMs, nowMs) : nowMs;
  const startMs = startsAtMs - (alert.forMs ?? forMs) - leadMs;
  const endedAtMs = alert.status === 'resolved' ? (alert.endsAtMs ?? nowMs) : nowMs;
  const endMs = endedAtMs > startsAtMs ? Math.min(endedAtMs, nowMs) : nowMs;
  // What is too long loses its end: the onset, where causes show, lies at the beginning.
  return { startMs, endMs: Math.min(endMs, startMs + maxWindowMs) };
}

export interface Baseline {
  readonly window: TimeWindow;
  /** Where it comes from, in words. */
  readonly name: string;
}

/**
 * As long as the window, ending 5 min before it or at the suspected change, whichever is earlier; where the change lies so far
 * back that the traffic was another, the same hour yesterday, if that was before the change.
 */
export function toBaseline(window: TimeWindow, suspectedChangeMs?: number): Baseline {
  const { baselineGapMs, sameHourAfterMs, dayMs } = planDefaults;
  const lengthMs = window.endMs - window.startMs;
  const minutes = `${Math.max(1, Math.round(lengthMs / 60_000))} min`;
  const ending = (endMs: number): TimeWindow => ({ startMs: endMs - lengthMs, endMs });
  const latestMs = window.startMs - baselineGapMs;
  if (suspectedChangeMs === undefined || suspectedChangeMs >= latestMs) {
    return { window: ending(latestMs), name: `the ${minutes} before` };
  }
  const yesterday = ending(window.endMs - dayMs);
  const isLongAgo = suspectedChangeMs < window.startMs - sameHourAfterMs;
  if (isLongAgo && yesterday.endMs <= suspectedChangeMs) {
    return { window: yesterday, name: 'the same hour yesterday' };
  }
  return { window: ending(suspectedChangeMs), name: `the ${minutes} before the change` };
}
