import type { Analysis, AnalyzeInput, Analyzer, Evidence } from '@midwatch/core/incident';
import { judgement } from '../judgement.js';
import { cut } from '../wording/quote.js';
import { toAdvice } from './advice.js';
import { findingsOfSuspect } from './findings-of-suspect.js';
import { sayCause } from './say-cause.js';
import { toTimeline } from './timeline.js';
import { toHypothesis } from './to-hypothesis.js';

/** A suspect this weak, or a finding this weak, is the noise of a healthy system. */
const quietScore = 0.4;
const { suspectScore } = judgement.ceiling;
const mostHypotheses = 3;
/** A further suspect is named when its score is at least this share of the first one's. */
const worthNaming = 0.5;

/** The analyzer without a model: it says what the ranking says, cites what it rests on, and abstains when that is little. */
export function createEvidenceAnalyzer(): Analyzer {
  return { name: 'evidence', analyze: (input) => Promise.resolve(analyzeEvidence(input)) };
}

function analyzeEvidence({ alert, evidence }: AnalyzeInput): Analysis {
  const { ceiling, suspects } = evidence;
  const [first] = suspects;
  if (first === undefined || first.score < suspectScore) return abstain(evidence);
  const named = suspects
    .filter(({ score }) => score >= Math.max(suspectScore / 2, first.score * worthNaming))
    .slice(0, mostHypotheses)
    .map((suspect) => findingsOfSuspect(suspect, evidence, alert.target.service));
  const [cause] = named;
  if (cause === undefined) return abstain(evidence);
  return {
    verdict: ceiling.confidence === 'LOW' ? 'candidates' : 'cause-found',
    confidence: ceiling.confidence,
    confidenceReason: ceiling.reasons.join(' '),
    summary: sayCause(cause, evidence),
    hypotheses: named.map(toHypothesis),
    timeline: [...toTimeline(cause)],
    advice: [...toAdvice(cause)],
  };
}

/** Nothing stands out: that is health where enough was read, and ignorance where it was not. */
function abstain(evidence: Evidence): Analysis {
  const { logs, metrics, traces } = evidence.read;
  const kindsRead = [logs, metrics, traces].filter((count) => count > 0).length;
  const [weak] = evidence.suspects;
  const isQuiet = weak === undefined || weak.score < quietScore;
  const healthy = isQuiet && kindsRead >= 2;
  const nearest =
    weak === undefined ? '' : ` The nearest is ${cut(weak.service, 80)}, too weak to name as the cause.`;
  return {
    verdict: healthy ? 'no-fault' : 'insufficient-evidence',
    confidence: 'LOW',
    confidenceReason: evidence.ceiling.reasons.join(' '),
    summary: healthy
      ? 'Nothing that was read differs from its baseline enough to be a fault.'
      : `What was read does not single out a service.${nearest}`,
    hypotheses: [],
    timeline: [],
    advice: [],
  };
}
