import {
  createSignalIds,
  type MetricPoint,
  type MetricSignal,
  type SignalQueryByKind,
  type TimeWindow,
} from '@midwatch/core';
import { matchesTarget } from '@midwatch/core/otlp';
import { type Found, targetConditions } from './query-file.js';
import { sliceWindow } from './time-slice.js';

type MetricQuery = SignalQueryByKind['metrics'];

/** The series that a query asks for, each cut to the window. Roles and names are alternatives: either lets a series in. */
export function findMetrics(
  all: readonly MetricSignal[],
  query: MetricQuery,
  connectorId: string,
): Found<MetricSignal> {
  const { roles, names, window, stepMs, target } = query;
  const toId = createSignalIds(connectorId, 'metrics');
  const isAsked = (series: MetricSignal): boolean =>
    (roles === undefined && names === undefined) ||
    (series.role !== undefined && (roles ?? []).includes(series.role)) ||
    (names ?? []).includes(series.name);
  const signals = all
    .filter((series) => isAsked(series) && matchesTarget(target, series.service, series.attributes))
    .flatMap((series): MetricSignal[] => {
      const points = thinned(
        sliceWindow(series.points, window, ([ms]) => ms),
        window,
        stepMs,
      );
      const first = points[0];
      const last = points.at(-1);
      if (first === undefined || last === undefined) return [];
      return [
        {
          ...series,
          id: toId(series.id, String(first[0]), String(last[0])),
          timestampMs: first[0],
          timeUnixNano: `${first[0]}000000`,
          points: points.map(([ms, value]) => [ms, value]),
        },
      ];
    })
    .sort((left, right) => left.timestampMs - right.timestampMs);
  return {
    signals,
    gaps: [],
    conditions: [
      ...targetConditions(query),
      ...(roles === undefined ? [] : [`roles ${roles.join(' ')}`]),
      ...(names === undefined ? [] : [`names ${names.join(' ')}`]),
      ...(stepMs === undefined ? [] : [`every ${stepMs} ms`]),
    ],
  };
}

/** The last point of each step: what a server would have given for it. */
function thinned(
  points: readonly MetricPoint[],
  { startMs }: TimeWindow,
  stepMs: number | undefined,
): readonly MetricPoint[] {
  if (stepMs === undefined || stepMs <= 0) return points;
  const stepOf = (point: MetricPoint | undefined) =>
    point === undefined ? undefined : Math.floor((point[0] - startMs) / stepMs);
  return points.filter((point, index) => stepOf(point) !== stepOf(points[index + 1]));
}
