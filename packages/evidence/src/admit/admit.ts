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
import { findUncovered } from './find-uncovered.js';
import { toFacts } from './finding-facts.js';
import { knownServices } from './known-services.js';

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
 * services that nobody saw, sentences with a number, version or time that what they cite does not have. Confidence is the
 * least of the answer's, the evidence's ceiling and, when given, what the analyzer's record allows.
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
  const stands = hypotheses.length > 0 || !namesCause;
  if (!stands) note(tally, 'No hypothesis of the answer rests on the evidence.');
  const cited = new Set([...hypotheses, ...advice, ...timeline].flatMap((claim) => claim.evidence));
  const summary = check.text(
    'the summary',
    analysis.summary,
    cited.size > 0 ? cited : evidence.findings.map(({ id }) => id),
  );
  const limits = [evidence.ceiling, ...(calibration === undefined ? [] : [calibration])];
  const allowed = limits.reduce<Confidence>(
    (least, limit) => lower(least, limit.confidence),
    stands ? 'HIGH' : 'LOW',
  );
  const confidence = lower(analysis.confidence, allowed);
  const loweredFrom =
    confidence === analysis.confidence || analysis.confidence === 'LOW' ? undefined : analysis.confidence;
  return {
    ...analysis,
    verdict: stands ? weakened(analysis.verdict, confidence) : 'insufficient-evidence',
    confidence,
    confidenceReason:
      loweredFrom === undefined ? analysis.confidenceReason : reasonOf(limits, confidence, analysis),
    summary:
      summary === ''
        ? (hypotheses[0]?.statement ?? 'No statement of the answer rests on the evidence.')
        : summary,
    hypotheses,
    timeline,
    advice: stands ? advice : [],
    analyzer,
    admission: { ...tally, ...(loweredFrom === undefined ? {} : { confidenceLoweredFrom: loweredFrom }) },
  };
}

function lower(a: Confidence, b: Confidence): Confidence {
  return rank[a] <= rank[b] ? a : b;
}

/** A cause that may be claimed with LOW confidence only is one of several candidates. */
function weakened(verdict: Analysis['verdict'], confidence: Confidence): Analysis['verdict'] {
  return verdict === 'cause-found' && confidence === 'LOW' ? 'candidates' : verdict;
}

function reasonOf(limits: readonly ConfidenceCeiling[], confidence: Confidence, analysis: Analysis): string {
  const reasons = limits.find((limit) => limit.confidence === confidence)?.reasons ?? [];
  return reasons.length === 0 ? analysis.confidenceReason : reasons.join(' ');
}

function note(tally: Tally, text: string): void {
  if (tally.notes.length < mostNotes) tally.notes.push(text);
}

function createCheck(evidence: Evidence, tally: Tally) {
  const byId = new Map(evidence.findings.map((finding) => [finding.id, finding]));
  const services = knownServices(evidence);

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

  /** The sentences whose numbers, versions and times stand in what they rest on. */
  function text(whose: string, said: string, rest: Iterable<string>): string {
    const facts = toFacts(findingsOf(byId, rest));
    const kept: string[] = [];
    for (const sentence of splitSentences(said)) {
      const uncovered = findUncovered(sentence, facts);
      if (uncovered.length === 0) {
        kept.push(sentence);
        continue;
      }
      tally.uncoveredNumbers += uncovered.length;
      // Not which: what was made up is not to be read anywhere.
      note(tally, `A sentence of ${whose} was dropped: its numbers do not stand in what it rests on.`);
    }
    return kept.join(' ');
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
    const statement = text('a hypothesis', claim.statement, evidenceIds);
    if (statement === '') return drop('A hypothesis whose statement rests on nothing was dropped.');
    if (!namesService(findingsOf(byId, evidenceIds), claim.service)) {
      note(tally, 'The evidence cited by a hypothesis does not name its service.');
    }
    const disprovedBy = text('what would disprove it', claim.disprovedBy, evidenceIds);
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
    const undone = change === undefined ? undefined : byId.get(change)?.service;
    if (claim.action === 'rollback' && undone !== claim.service)
      return drop('A rollback of no change was dropped.');
    const reason = text(
      'Advice',
      claim.reason,
      change === undefined ? evidenceIds : [change, ...evidenceIds],
    );
    const { action, service } = claim;
    return [{ action, service, reason, evidence: evidenceIds, ...(change === undefined ? {} : { change }) }];
  }

  function timelineEntry(claim: TimelineEntry): readonly TimelineEntry[] {
    const evidenceIds = ids(claim.evidence);
    const kept = evidenceIds.length === 0 ? '' : text('the timeline', claim.text, evidenceIds);
    if (kept === '') return drop('An entry of the timeline without valid evidence was dropped.');
    return [{ atMs: claim.atMs, text: kept, evidence: evidenceIds }];
  }

  return { text, hypothesis, advice, timelineEntry };
}

function findingsOf(byId: ReadonlyMap<string, Finding>, ids: Iterable<string>): readonly Finding[] {
  return Array.from(new Set(ids)).flatMap((id) => byId.get(id) ?? []);
}

function namesService(findings: readonly Finding[], service: string): boolean {
  return toFacts(findings).text.includes(service.toLowerCase());
}

/** At a full stop, question or exclamation mark before a blank; `v2.4.1 went` is one sentence. */
function splitSentences(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?])\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
