import { type Gap, type LogSignal, logLevels, type SignalQueryByKind } from '@midwatch/core';
import { matchesTarget } from '@midwatch/core/otlp';
import { type Found, targetConditions } from './query-file.js';
import { sliceWindow } from './time-slice.js';

type LogQuery = SignalQueryByKind['logs'];

/** The log records that a query asks for. */
export function findLogs(all: readonly LogSignal[], query: LogQuery): Found<LogSignal> {
  const { minLevel, contains = [], traceIds, target } = query;
  const ids = traceIds === undefined ? undefined : new Set(traceIds);
  const lowest = minLevel === undefined ? 0 : logLevels.indexOf(minLevel);
  let withoutLevel = 0;
  const signals = sliceWindow(all, query.window, ({ timestampMs }) => timestampMs).filter((log) => {
    if (ids !== undefined && !(log.traceId !== undefined && ids.has(log.traceId))) return false;
    if (!matchesTarget(target, log.service, log.attributes)) return false;
    if (!contains.every((text) => log.body.includes(text))) return false;
    if (minLevel === undefined) return true;
    if (log.level === undefined) withoutLevel++;
    return log.level !== undefined && logLevels.indexOf(log.level) >= lowest;
  });
  return {
    signals,
    gaps: levelGaps(withoutLevel),
    conditions: [
      ...targetConditions(query),
      ...(minLevel === undefined ? [] : [`${minLevel} or worse`]),
      ...contains.map((text) => `with ${JSON.stringify(text)}`),
      ...(ids === undefined ? [] : [`of ${ids.size} traces: ${[...ids].join(' ')}`]),
    ],
  };
}

function levelGaps(withoutLevel: number): Gap[] {
  if (withoutLevel === 0) return [];
  const missing = { count: withoutLevel, exact: true };
  return [{ reason: 'unsupported-filter', missing, detail: 'lines that tell no level were left out' }];
}
