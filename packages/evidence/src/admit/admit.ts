import type {
  Admit,
  AdmittedAnalysis,
  Advice,
  Analysis,
  Confidence,
  ConfidenceCeiling,
  Evidence,
  Finding,
  Hypothesis,
} from '@midwatch/core/incident';
import { findUncovered, toFacts } from './facts.js';

const rank: Readonly<Record<Confidence, number>> = { LOW: 0, MEDIUM: 1, HIGH: 2 };

/** What was taken out, to be told and counted. */
interface Tally {
  droppedIds: number;
  droppedClaims: number;
  uncoveredNumbers: number;
}

/**
 * An analyzer's answer with everything taken out that the evidence does not hold: ids that do not exist, claims without one,
 * sentences with a number or version that what they cite does not have, services that nobody saw. Confidence is the least of
 * the answer's, the evidence's ceiling and the record's. Applied to every analyzer alike.
 */
export const admit: Admit = (analysis, evidence, analyzer) => admitWithin(analysis, evidence, analyzer);

/** `admit` with the ceiling that the analyzer's record allows. */
export function admitWithin(
  analysis: Analysis,
  evidence: Evidence,
  analyzer: AdmittedAnalysis['analyzer'],
  calibration?: ConfidenceCeiling,
): AdmittedAnalysis {
  const tally: Tally = { droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0 };
  const check = createCheck(evidence, tally);
  const hypotheses = analysis.hypotheses.flatMap((hypothesis) => check.hypothesis(hypothesis));
  const advice = analysis.advice.flatMap((each) => check.advice(each));
  const timeline = analysis.timeline.flatMap(({ atMs, text, evidence: cited }) => {
    const ids = check.ids(cited);
    const covered = ids.length === 0 ? '' : check.text(text, ids);
    return covered === '' ? drop(tally) : [{ atMs, text: covered, evidence: ids }];
  });
  const citedIds = [...new Set([...hypotheses, ...advice, ...timeline].flatMap((claim) => claim.evidence))];
  const stands = hypotheses.length > 0 || !namesCause(analysis);
  const confidence = leastOf([
    analysis.confidence,
    ...(stands ? [] : ['LOW' as const]),
    evidence.ceiling.confidence,
    ...(calibration === undefined ? [] : [calibration.confidence]),
  ]);
  const summary = check.text(
    analysis.summary,
    citedIds.length > 0 ? citedIds : evidence.findings.map(({ id }) => id),
  );
  return {
    ...analysis,
    verdict: stands ? analysis.verdict : 'insufficient-evidence',
    confidence,
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
      ...(confidence === analysis.confidence || analysis.confidence === 'LOW'
        ? {}
        : { confidenceLoweredFrom: analysis.confidence }),
      notes: notesOf(tally, stands),
    },
  };
}

function namesCause({ verdict }: Analysis): boolean {
  return verdict === 'cause-found' || verdict === 'candidates';
}

function leastOf(confidences: readonly Confidence[]): Confidence {
  return confidences.reduce((least, each) => (rank[each] < rank[least] ? each : least));
}

function drop(tally: Tally): [] {
  tally.droppedClaims += 1;
  return [];
}

function createCheck(evidence: Evidence, tally: Tally) {
  const byId = new Map(evidence.findings.map((finding) => [finding.id, finding]));
  const services = knownServices(evidence);

  function ids(cited: readonly string[]): string[] {
    const known = [...new Set(cited)].filter((id) => byId.has(id));
    tally.droppedIds += cited.length - known.length;
    return known;
  }

  /** The sentences whose numbers and versions stand in what they rest on. */
  function text(said: string, rest: readonly string[]): string {
    const facts = toFacts(
      rest.map((id) => byId.get(id)).filter((finding) => finding !== undefined),
      evidence,
    );
    const kept = splitSentences(said).filter((sentence) => {
      const uncovered = findUncovered(sentence, facts);
      tally.uncoveredNumbers += uncovered.length;
      return uncovered.length === 0;
    });
    return kept.join(' ').trim();
  }

  /** A change that is none, or one that the claim does not cite, is no change. */
  function changeOf({ change }: Hypothesis | Advice): string | undefined {
    if (change === undefined) return undefined;
    if (byId.get(change)?.kind === 'change') return change;
    tally.droppedIds += 1;
    return undefined;
  }

  function hypothesis(claim: Hypothesis): Hypothesis[] {
    const change = changeOf(claim);
    const cited = ids(
      change === undefined || claim.evidence.includes(change) ? claim.evidence : [change, ...claim.evidence],
    );
    if (cited.length === 0 || !services.has(claim.service)) return drop(tally);
    const statement = text(claim.statement, cited);
    if (statement === '') return drop(tally);
    const { service, disprovedBy } = claim;
    return [
      {
        statement,
        service,
        disprovedBy: text(disprovedBy, cited),
        evidence: cited,
        ...(change === undefined ? {} : { change }),
      },
    ];
  }

  function advice(claim: Advice): Advice[] {
    const change = changeOf(claim);
    const cited = ids(claim.evidence);
    const undoesNothing = claim.action === 'rollback' && change === undefined;
    if (cited.length === 0 || !services.has(claim.service) || undoesNothing) return drop(tally);
    const { action, service } = claim;
    const rest = change === undefined ? cited : [change, ...cited];
    return [
      {
        action,
        service,
        reason: text(claim.reason, rest),
        evidence: cited,
        ...(change === undefined ? {} : { change }),
      },
    ];
  }

  return { ids, text, hypothesis, advice };
}

function knownServices({ findings, suspects, callGraph }: Evidence): ReadonlySet<string> {
  const named = findings.flatMap((finding: Finding) => [
    finding.service,
    ...(finding.kind === 'trace-fault' ? [finding.callee] : []),
    ...(finding.kind === 'change' ? [finding.deploy.service] : []),
  ]);
  const all = [
    ...named,
    ...suspects.map(({ service }) => service),
    ...callGraph.flatMap(({ caller, callee }) => [caller, callee]),
  ];
  return new Set(all.filter((service) => service !== undefined));
}

/** At a full stop, question or exclamation mark before a blank and a capital, digit or quote; `v2.4.1 went` is one sentence. */
function splitSentences(text: string): readonly string[] {
  return text.split(/(?<=[.!?])\s+(?=["'(]?[A-Z\d])/);
}

function notesOf({ droppedIds, droppedClaims, uncoveredNumbers }: Tally, stands: boolean): readonly string[] {
  const notes: string[] = [];
  if (droppedIds > 0) notes.push(`${droppedIds} citations of findings that do not exist were dropped`);
  if (droppedClaims > 0) notes.push(`${droppedClaims} claims without evidence were dropped`);
  if (uncoveredNumbers > 0)
    notes.push(`sentences with ${uncoveredNumbers} numbers that the evidence does not hold were dropped`);
  if (!stands) notes.push('no hypothesis of the answer rests on the evidence');
  return notes;
}
