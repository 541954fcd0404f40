import { formatShare, formatTime } from '../wording/numbers.js';
import { cut, quote } from '../wording/quote.js';
import type { ErrorRise } from './own-errors.js';
import { toSpanStatistics } from './span-statistics.js';
import type { TraceClue } from './trace-clue.js';

export function toErrorClue(rise: ErrorRise): TraceClue {
  const { operation, onset, onsetMs, affected, text } = rise;
  const before = onset.totalBefore === 0 ? 0 : onset.hitsBefore / onset.totalBefore;
  const calls = (period: 'window' | 'baseline') =>
    operation.units.filter((unit) => unit.period === period).flatMap((unit) => unit.calls);
  const statistics = (period: 'window' | 'baseline') => {
    const all = calls(period);
    return toSpanStatistics(
      all.map((call) => call.durationMs),
      all.reduce((failing, call) => failing + (call.ownError ? 1 : 0), 0),
    );
  };
  return {
    fault: 'own-error',
    service: operation.service,
    operation: operation.operation,
    blamed: operation.service,
    gain: onset.gain,
    onsetMs,
    affected,
    statement:
      `${cut(operation.service, 80)} ${cut(operation.operation, 80)} fails by itself in ` +
      `${formatShare(onset.hitsAfter / onset.totalAfter)} of requests since ${formatTime(onsetMs)}, ` +
      `${formatShare(before)} before${text === undefined ? '' : `: ${quote(text)}`}.`,
    window: statistics('window'),
    baseline: statistics('baseline'),
  };
}
