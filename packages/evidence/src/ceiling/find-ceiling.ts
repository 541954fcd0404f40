import { type SignalKind, signalKinds } from '@midwatch/core';
import type { Alert, Collection, Confidence, ConfidenceCeiling, SourceReport } from '@midwatch/core/incident';
import type { Clue } from '../clues/clue.js';
import { judgement } from '../judgement.js';
import { strengthOf } from '../statistics/evidence-gain.js';
import type { RankedSuspect } from '../suspects/rank-suspects.js';
import { formatDuration, formatShare } from '../wording/numbers.js';
import { cut, list } from '../wording/quote.js';

const { convincingScore, suspectScore, clearMargin, someMargin, agreeing, strongAlone } = judgement.ceiling;
/** An onset after the alert cannot have caused it; alerts and telemetry keep different clocks. */
const clockSlackMs = 90_000;

interface Limit {
  readonly confidence: Confidence;
  readonly reason: string;
}

const rank: Record<Confidence, number> = { LOW: 0, MEDIUM: 1, HIGH: 2 };

/** The most that any analyzer may claim: from the strength of the first suspect, its margin, agreement, order in time and sources. */
export function findCeiling(
  suspects: readonly RankedSuspect[],
  onsetMs: number | undefined,
  collection: Collection,
  alert: Alert,
  untied: ReadonlyMap<string, Clue> = new Map(),
): ConfidenceCeiling {
  const [first, second] = suspects;
  if (first === undefined || first.score < suspectScore) {
    return {
      confidence: 'LOW',
      reasons: [
        'No service stands out from its baseline.',
        ...sourceLimits(collection).map((limit) => limit.reason),
      ],
    };
  }
  const limits = [
    strengthLimit(first),
    marginLimit(first, second),
    unansweredLimit(first),
    circumstanceLimit(first),
    neighbourLimit(first, untied.get(first.service)),
    orderLimit(onsetMs, alert),
    ...sourceLimits(collection),
  ].filter((limit) => limit !== undefined);
  const confidence = limits.reduce<Confidence>(
    (least, limit) => (rank[limit.confidence] < rank[least] ? limit.confidence : least),
    'HIGH',
  );
  return { confidence, reasons: [agreementOf(first), ...limits.map((limit) => limit.reason)] };
}

function agreementOf(first: RankedSuspect): string {
  const families = [...first.families].filter(([, value]) => value >= agreeing).map(([family]) => family);
  const change = first.change !== undefined && first.change.draft.strength >= agreeing ? ['change'] : [];
  const kinds = [...families, ...change];
  return kinds.length > 1
    ? `${kinds.length} kinds of evidence agree on ${cut(first.service, 80)}: ${kinds.join(', ')}.`
    : `One kind of evidence points at ${cut(first.service, 80)}${kinds[0] === undefined ? '' : `: ${kinds[0]}`}.`;
}

function strengthLimit(first: RankedSuspect): Limit | undefined {
  const agreeingFamilies = [...first.families.values()].filter((value) => value >= agreeing).length;
  const strongest = Math.max(0, ...first.families.values());
  if (first.score < convincingScore)
    return { confidence: 'MEDIUM', reason: 'The evidence against it is not strong.' };
  if (agreeingFamilies < 2 && strongest < strongAlone) {
    return { confidence: 'MEDIUM', reason: 'No second kind of evidence confirms it.' };
  }
  return undefined;
}

/** Calls that fail without a span of their callee are seen from one end only. */
function unansweredLimit(first: RankedSuspect): Limit | undefined {
  const decisive = first.clues.find((clue) => clue.affected.length > 0 && !clue.mayBeSymptom);
  if (decisive === undefined) return undefined;
  const unseen = decisive.affected.filter((call) => call.isUnanswered || call.hasUnansweredCall);
  if (unseen.length * 2 <= decisive.affected.length) return undefined;
  const callers = new Set(unseen.flatMap((call) => (call.isUnanswered ? [call.parent?.service] : [])));
  const isConfirmed = first.clues.some(
    ({ family, gain, mayBeSymptom }) =>
      (family === 'events' || (family === 'resources' && !mayBeSymptom)) && strengthOf(gain) >= agreeing,
  );
  if (callers.size > 1 || isConfirmed) return undefined;
  return {
    confidence: 'MEDIUM',
    reason: `Failed calls without a span of the callee decide between it and the caller; nothing else confirms ${cut(first.service, 80)}.`,
  };
}

/** A shared machine at the right time is a circumstance; nothing was seen to pass between the two. */
function circumstanceLimit(first: RankedSuspect): Limit | undefined {
  const strongest = Math.max(0, ...first.families.values());
  if (strongest === 0 || first.families.get('neighbours') !== strongest) return undefined;
  return { confidence: 'MEDIUM', reason: 'Only the machine that they share ties it to those that suffer.' };
}

/** Slowness without any reason of its own may be a neighbour's, where it is not known who runs beside whom. */
function neighbourLimit(first: RankedSuspect, rise: Clue | undefined): Limit | undefined {
  if (rise === undefined) return undefined;
  const changed = (first.change?.draft.strength ?? 0) >= agreeing;
  const hasReason = (['structure', 'errors', 'events'] as const).some(
    (family) => (first.families.get(family) ?? 0) >= agreeing,
  );
  const isExhausted = first.clues.some(
    ({ family, gain, mayBeSymptom }) =>
      family === 'resources' && !mayBeSymptom && strengthOf(gain) >= agreeing,
  );
  if (changed || hasReason || isExhausted) return undefined;
  return {
    confidence: 'MEDIUM',
    reason: `It is only slow, and ${cut(rise.draft.service ?? 'another service', 80)} used much more of its machine by then; nothing tells whether they share one.`,
  };
}

function marginLimit(first: RankedSuspect, second: RankedSuspect | undefined): Limit | undefined {
  if (second === undefined) return undefined;
  const margin = (first.score - second.score) / first.score;
  if (margin >= clearMargin) return undefined;
  const reason = `${cut(second.service, 80)} is ${margin < someMargin ? 'nearly as likely' : 'not far behind'} (${formatShare(second.score / first.score)} of its score).`;
  return { confidence: margin >= someMargin ? 'MEDIUM' : 'LOW', reason };
}

function orderLimit(onsetMs: number | undefined, alert: Alert): Limit | undefined {
  if (onsetMs === undefined) return { confidence: 'MEDIUM', reason: 'No onset was found.' };
  const late = onsetMs - alert.startsAtMs;
  if (late <= clockSlackMs) return undefined;
  return { confidence: 'MEDIUM', reason: `What was found began ${formatDuration(late)} after the alert.` };
}

const telemetry: readonly SignalKind[] = ['logs', 'metrics', 'traces'];

/** A source that should have answered and did not lowers the ceiling; one that was never there is only said. */
function sourceLimits({ sources }: Collection): readonly Limit[] {
  const limits: Limit[] = [];
  const answered = telemetry.filter((kind) =>
    sources.some((report) => report.kind === kind && isAnswer(report)),
  );
  if (sources.length > 0 && answered.length < 2) {
    limits.push({
      confidence: answered.length === 0 ? 'LOW' : 'MEDIUM',
      reason: `Only ${answered.length === 0 ? 'no telemetry' : answered.join()} could be read.`,
    });
  }
  for (const kind of signalKinds) {
    const asked = sources.filter(
      (report) => report.kind === kind && report.state !== 'not-configured' && report.state !== 'not-asked',
    );
    const failed = asked.filter((report) => report.state === 'failed');
    if (failed.length === 0) continue;
    const all = failed.length === asked.length;
    limits.push({
      confidence: 'MEDIUM',
      reason: `${all ? 'No' : 'Not all'} ${kind} could be read: ${list([...new Set(failed.map((report) => report.connectorId))])} failed.`,
    });
  }
  return limits;
}

function isAnswer(report: SourceReport): boolean {
  return report.state === 'ok' || report.state === 'partial';
}
