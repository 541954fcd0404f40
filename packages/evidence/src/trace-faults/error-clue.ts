import { judgement } from '../judgement.js';
import { formatShare, formatTime } from '../wording/numbers.js';
import { cut } from '../wording/quote.js';
import { quoteTemplate } from '../wording/say-template.js';
import { sayAsking } from './asking-words.js';
import type { ErrorRise } from './own-errors.js';
import { toSpanStatistics } from './span-statistics.js';
import type { TraceClue } from './trace-clue.js';

const { namesAnother } = judgement.errors;

export function toErrorClue(rise: ErrorRise, services: ReadonlySet<string>): TraceClue {
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
  const unanswered = affected.filter((call) => call.isUnanswered).length;
  const verb = unanswered * 2 > affected.length ? 'is called without an answer' : 'fails by itself';
  return {
    fault: 'own-error',
    service: operation.service,
    operation: operation.operation,
    blamed: operation.service,
    gain:
      onset.gain * (text !== undefined && namesOther(text, operation.service, services) ? namesAnother : 1),
    ofFailures: true,
    onsetMs,
    affected,
    statement:
      `${cut(operation.service, 80)} ${cut(operation.operation, 80)} ${verb} in ` +
      `${formatShare(onset.hitsAfter / onset.totalAfter)} of requests since ${formatTime(onsetMs)}, ` +
      `${formatShare(before)} before${sayAsking(operation, affected)}${text === undefined ? '' : `: ${quoteTemplate(text)}`}.`,
    window: statistics('window'),
    baseline: statistics('baseline'),
  };
}

function namesOther(text: string, own: string, services: ReadonlySet<string>): boolean {
  for (const word of text.slice(0, 2000).split(/[^\p{L}\d_.-]+/u)) {
    const name = word.replace(/^[._-]+|[._-]+$/g, '');
    if (name !== own && services.has(name)) return true;
  }
  return false;
}
