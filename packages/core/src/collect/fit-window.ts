import type { TimeWindow } from '../connector/v1/connector.js';
import type { MetricSignal, Signal, TraceSignal } from '../connector/v1/signal.js';

/** The signal as far as it lies in the asked window; `undefined` when nothing of it does. */
export function fitWindow<S extends Signal>(signal: S, window: TimeWindow): S | undefined {
  switch (signal.kind) {
    case 'incidents':
      // What fires now may have begun long ago.
      return signal.timestampMs < window.endMs ? signal : undefined;
    case 'traces':
      return overlaps(signal, window) ? signal : undefined;
    case 'metrics':
      return clipPoints(signal, window) as S | undefined;
    default:
      return contains(window, signal.timestampMs) ? signal : undefined;
  }
}

function contains({ startMs, endMs }: TimeWindow, timeMs: number): boolean {
  return timeMs >= startMs && timeMs < endMs;
}

function overlaps({ spans }: TraceSignal, { startMs, endMs }: TimeWindow): boolean {
  return spans.some(({ startNs, durationNs }) => {
    const spanStartMs = Number(startNs) / 1e6;
    return spanStartMs < endMs && spanStartMs + durationNs / 1e6 >= startMs;
  });
}

function clipPoints(series: MetricSignal, window: TimeWindow): MetricSignal | undefined {
  const points = series.points.filter(([timeMs]) => contains(window, timeMs));
  const [first] = points;
  if (first === undefined) return undefined;
  if (points.some(([timeMs], index) => timeMs < (points[index - 1]?.[0] ?? timeMs))) {
    points.sort(([one], [other]) => one - other);
  }
  const startMs = points[0]?.[0] ?? first[0];
  if (startMs === series.timestampMs && points.length === series.points.length) return { ...series, points };
  return { ...series, points, timestampMs: startMs, timeUnixNano: `${Math.round(startMs)}000000` };
}
