import type { GateAnswer } from '@midwatch/core/incident';
import type { GateInput, HighRecord } from './gate-input.js';
import { answerForUndo } from './undo-gate.js';

const DAY_MS = 86_400_000;
const NEEDED_DAYS = 180;
const NEEDED_PRECISION = 0.95;
/** Of the normal distribution for a two-sided interval of 95 %. */
const Z = 1.959964;

/** The cause was found, at HIGH, after `admit()` and calibration. */
export function highConfidence(input: GateInput): GateAnswer {
  const undo = answerForUndo('high-confidence', input);
  if (undo !== undefined) return undo;
  const { analysis } = input;
  const passed = analysis?.confidence === 'HIGH' && analysis.verdict === 'cause-found';
  const reason =
    analysis === undefined ? 'there is no analysis' : `${analysis.verdict} at ${analysis.confidence}`;
  return { gate: 'high-confidence', passed, reason };
}

/** The analysis advises this very kind of action for this service, and cites what for. */
export function advised(input: GateInput): GateAnswer {
  const undo = answerForUndo('advised', input);
  if (undo !== undefined) return undo;
  const { analysis, plan, service } = input;
  const kind = plan.action.kind === 'scale-back' ? 'scale-up' : plan.action.kind;
  const advice = analysis?.advice.find(
    (candidate) =>
      candidate.action === kind && candidate.service === service && candidate.evidence.length > 0,
  );
  const passed = advice !== undefined;
  const cited = advice?.evidence.slice(0, 10).join(', ') ?? '';
  return {
    gate: 'advised',
    passed,
    reason: passed ? `advised by ${cited}` : `${kind} of ${service} is not advised`,
  };
}

/** The lower end of Wilson's interval of 95 % for a share; 0 for none. */
export function lowerBound({ right, settled }: Pick<HighRecord, 'right' | 'settled'>): number {
  if (!(settled > 0) || right < 0 || right > settled) return 0;
  const share = right / settled;
  const square = Z * Z;
  const middle = share + square / (2 * settled);
  const half = Z * Math.sqrt((share * (1 - share)) / settled + square / (4 * settled * settled));
  return (middle - half) / (1 + square / settled);
}

/** At HIGH the ledger was right in at least 95 %, by the lower bound, over at least 180 days. Tells what is missing. */
export function provenRecord(input: GateInput): GateAnswer {
  const undo = answerForUndo('proven-record', input);
  if (undo !== undefined) return undo;
  const { record } = input;
  if (record === undefined) {
    return { gate: 'proven-record', passed: false, reason: 'the ledger could not be read' };
  }
  const bound = lowerBound(record);
  const days = Math.floor((record.untilMs - record.sinceMs) / DAY_MS);
  const { right, settled } = record;
  const missing = [
    bound < NEEDED_PRECISION && missingAnswers(record),
    !(days >= NEEDED_DAYS) && `${Number.isFinite(days) ? NEEDED_DAYS - days : NEEDED_DAYS} more days`,
  ].filter((part) => part !== false);
  const figures = `${right} of ${settled} right at HIGH, lower bound ${(bound * 100).toFixed(1)} %, ${days} days`;
  const reason = missing.length === 0 ? figures : `${figures}; missing: ${missing.join(', ')}`;
  return { gate: 'proven-record', passed: missing.length === 0, reason };
}

/** How many more settled answers it takes when every one of them is right; looked for up to 10,000. */
function missingAnswers({ right, settled }: HighRecord): string {
  let low = 1;
  let high = 10_000;
  if (lowerBound({ right: right + high, settled: settled + high }) < NEEDED_PRECISION) {
    return 'more than 10000 right answers in a row';
  }
  while (low < high) {
    const more = Math.floor((low + high) / 2);
    if (lowerBound({ right: right + more, settled: settled + more }) >= NEEDED_PRECISION) high = more;
    else low = more + 1;
  }
  return `${low} more right answers in a row`;
}

/**
 * A second model was asked about this plan and does not veto. It cannot approve, and silence is no consent. It is not asked about
 * an undo: one that cannot be reached must not keep a worse state alive.
 */
export function secondModel(input: GateInput): GateAnswer {
  const undo = answerForUndo('second-model', input);
  if (undo !== undefined) return undo;
  const { secondModel: said, plan } = input;
  const answer = said === undefined || said.planId !== plan.id ? 'unreachable' : said.answer;
  const reasons = {
    'no-veto': 'the second model has no veto',
    veto: 'the second model vetoes',
    unreachable: 'no second model has answered about this plan',
  };
  return { gate: 'second-model', passed: answer === 'no-veto', reason: reasons[answer] };
}
