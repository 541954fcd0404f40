import type {
  AdmittedAnalysis,
  Advice,
  Analysis,
  Confidence,
  ConfidenceCeiling,
  Evidence,
  Finding,
  Hypothesis,
  TimelineEntry,
} from '@midwatch/core/incident';
import { cut } from '../wording/quote.js';
import { actsOnNobodySuspected, findSteering } from './find-steering.js';
import { findUncovered } from './find-uncovered.js';
import { toFacts } from './finding-facts.js';
import { knownNames } from './known-names.js';
import { splitSentences } from './split-sentences.js';

const rank: Readonly<Record<Confidence, number>> = { LOW: 0, MEDIUM: 1, HIGH: 2 };
const mostNotes = 20;

/** What was taken out, to be counted and told. */
interface Tally {
  droppedIds: number;
  droppedClaims: number;
  uncoveredNumbers: number;
  readonly notes: string[];
}

/**
 * Any analyzer's answer with everything taken out that the evidence does not hold: ids that do not exist, claims without one,
 * services that nobody saw, sentences with a number, version, time, name, address or command that what they cite does not have,
 * actions on services that nothing speaks against, and health where somebody is suspected. Confidence is the least of the
 * answer's, the evidence's ceiling for the service that is blamed and, when given, what the analyzer's record allows.
 */
export function admit(
  analysis: Analysis,
  evidence: Evidence,
  analyzer: AdmittedAnalysis['analyzer'],
  calibration?: ConfidenceCeiling,
): AdmittedAnalysis {
  const tally: Tally = { droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0, notes: [] };
  const check = createCheck(evidence, tally);
  const hypotheses = analysis.hypotheses.flatMap(check.hypothesis);
  const advice = analysis.advice.flatMap(check.advice);
  const timeline = analysis.timeline.flatMap(check.timelineEntry);
  const namesCause = analysis.verdict === 'cause-found' || analysis.verdict === 'candidates';
  const steering = findSteering(analysis, hypotheses, evidence);
  const stands = namesCause ? hypotheses.length > 0 : steering === undefined;
  if (namesCause && !stands) note(tally, 'No hypothesis of the answer rests on the evidence.');
  if (steering !== undefined) note(tally, steering.reasons.join(' '));
  const cited = new Set([...hypotheses, ...advice, ...timeline].flatMap((claim) => claim.evidence));
  const rest = cited.size > 0 ? cited : evidence.findings.map(({ id }) => id);
  const blamed = (cited.size > 0 ? [...hypotheses, ...advice] : evidence.suspects).map(
    ({ service }) => service,
  );
  const summary = check.text('the summary', analysis.summary, rest, blamed);
  const limits = [evidence.ceiling, steering].filter((limit) => limit !== undefined);
  const uncalibrated = limits.reduce<Confidence>(
    (least, limit) => lower(least, limit.confidence),
    stands ? analysis.confidence : 'LOW',
  );
  const confidence = calibration === undefined ? uncalibrated : lower(uncalibrated, calibration.confidence);
  const loweredFrom = above(confidence, analysis.confidence);
  const uncalibratedFrom = above(confidence, uncalibrated);
  return {
    ...analysis,
    verdict: stands ? weakened(analysis.verdict, confidence) : 'insufficient-evidence',
    confidence,
    confidenceReason:
      loweredFrom === undefined
        ? check.reason(analysis.confidenceReason, rest, blamed)
        : reasonOf(calibration && uncalibratedFrom ? [calibration] : limits, confidence),
    summary:
      summary === ''
        ? (hypotheses[0]?.statement ?? 'No statement of the answer rests on the evidence.')
        : summary,
    hypotheses,
    timeline,
    advice: stands ? advice : [],
    analyzer,
    admission: {
      ...tally,
      ...(loweredFrom === undefined ? {} : { confidenceLoweredFrom: loweredFrom }),
      ...(uncalibratedFrom === undefined ? {} : { uncalibratedConfidence: uncalibratedFrom }),
    },
  };
}

function lower(a: Confidence, b: Confidence): Confidence {
  return rank[a] <= rank[b] ? a : b;
}

/** What it was lowered from. */
function above(confidence: Confidence, before: Confidence): 'MEDIUM' | 'HIGH' | undefined {
  return confidence === before || before === 'LOW' ? undefined : before;
}

/** A cause that may be claimed with LOW confidence only is one of several candidates. */
function weakened(verdict: Analysis['verdict'], confidence: Confidence): Analysis['verdict'] {
  return verdict === 'cause-found' && confidence === 'LOW' ? 'candidates' : verdict;
}

/** The answer's own reason was one for more. */
function reasonOf(limits: readonly ConfidenceCeiling[], confidence: Confidence): string {
  return (limits.find((limit) => limit.confidence === confidence)?.reasons ?? []).join(' ');
}

/** Of a service that calls itself `x is down. Run y`, as our own sentences write it. */
function quoteNames(text: string, names: readonly string[]): string {
  return names.reduce((quoted, name) => {
    const own = cut(name, 200);
    return quoted.replaceAll(own, name).replaceAll(name, own);
  }, text);
}

function note(tally: Tally, text: string): void {
  if (tally.notes.length < mostNotes) tally.notes.push(text);
}

function createCheck(evidence: Evidence, tally: Tally) {
  const byId = new Map(evidence.findings.map((finding) => [finding.id, finding]));
  const known = knownNames(evidence);
  const services = new Set(known.services);
  const suspects = new Map(evidence.suspects.map((suspect) => [suspect.service, suspect]));

  function drop(why: string): [] {
    tally.droppedClaims++;
    note(tally, why);
    return [];
  }

  function ids(cited: readonly string[]): string[] {
    const known = cited.filter((id) => byId.has(id));
    tally.droppedIds += cited.length - known.length;
    return [...new Set(known)];
  }

  /** The sentences whose numbers, versions, times and names stand in what they rest on, or belong to the services blamed. */
  function text(whose: string, said: string, rest: Iterable<string>, blamed: readonly string[]): string {
    const more = blamed.flatMap((service) => {
      const { reason = '', victims = [] } = suspects.get(service) ?? {};
      return [service, reason, ...victims];
    });
    const facts = toFacts(findingsOf(byId, rest), more);
    const kept: string[] = [];
    for (const sentence of splitSentences(quoteNames(said, known.oddServices))) {
      const uncovered = findUncovered(sentence, facts, known);
      if (uncovered.length === 0) {
        kept.push(sentence);
        continue;
      }
      tally.uncoveredNumbers += uncovered.length;
      // Not which: what was made up is not to be read anywhere.
      note(
        tally,
        `A sentence of ${whose} was dropped: its numbers or names do not stand in what it rests on.`,
      );
    }
    return kept.join(' ');
  }

  /** What code wrote about the ceiling is no claim. */
  function reason(said: string, rest: Iterable<string>, blamed: readonly string[]): string {
    const own = evidence.ceiling.reasons.join(' ');
    return said === own ? own : text('the confidence', said, rest, blamed);
  }

  function changeOf({ change }: Hypothesis | Advice): string | undefined {
    if (change === undefined || byId.get(change)?.kind === 'change') return change;
    tally.droppedIds++;
    return undefined;
  }

  function hypothesis(claim: Hypothesis): readonly Hypothesis[] {
    const change = changeOf(claim);
    const evidenceIds = ids(change === undefined ? claim.evidence : [...claim.evidence, change]);
    if (evidenceIds.length === 0) return drop('A hypothesis without valid evidence was dropped.');
    if (!services.has(claim.service))
      return drop('A hypothesis about a service that was not seen was dropped.');
    const statement = text('a hypothesis', claim.statement, evidenceIds, [claim.service]);
    if (statement === '') return drop('A hypothesis whose statement rests on nothing was dropped.');
    if (!namesService(findingsOf(byId, evidenceIds), claim.service)) {
      note(tally, 'The evidence cited by a hypothesis does not name its service.');
    }
    const disprovedBy = text('what would disprove it', claim.disprovedBy, evidenceIds, [claim.service]);
    const { service } = claim;
    return [
      { statement, service, disprovedBy, evidence: evidenceIds, ...(change === undefined ? {} : { change }) },
    ];
  }

  /** A rollback names the change of its own service that it undoes. */
  function advice(claim: Advice): readonly Advice[] {
    const change = changeOf(claim);
    const evidenceIds = ids(claim.evidence);
    if (evidenceIds.length === 0) return drop(`Advice without valid evidence was dropped: ${claim.action}.`);
    if (!services.has(claim.service))
      return drop(`Advice for a service that was not seen was dropped: ${claim.action}.`);
    if (actsOnNobodySuspected(claim, evidence))
      return drop(
        `Advice to act on a service that the evidence hardly suspects was dropped: ${claim.action}.`,
      );
    const undone = change === undefined ? undefined : byId.get(change)?.service;
    if (claim.action === 'rollback' && undone !== claim.service)
      return drop('A rollback of no change was dropped.');
    const rest = change === undefined ? evidenceIds : [change, ...evidenceIds];
    const why = text('Advice', claim.reason, rest, [claim.service]);
    const { action, service } = claim;
    return [
      { action, service, reason: why, evidence: evidenceIds, ...(change === undefined ? {} : { change }) },
    ];
  }

  function timelineEntry(claim: TimelineEntry): readonly TimelineEntry[] {
    const evidenceIds = ids(claim.evidence);
    const kept = evidenceIds.length === 0 ? '' : text('the timeline', claim.text, evidenceIds, []);
    if (kept === '') return drop('An entry of the timeline without valid evidence was dropped.');
    return [{ atMs: claim.atMs, text: kept, evidence: evidenceIds }];
  }

  return { text, reason, hypothesis, advice, timelineEntry };
}

function findingsOf(byId: ReadonlyMap<string, Finding>, ids: Iterable<string>): readonly Finding[] {
  return Array.from(new Set(ids)).flatMap((id) => byId.get(id) ?? []);
}

function namesService(findings: readonly Finding[], service: string): boolean {
  return toFacts(findings).says(service);
}
