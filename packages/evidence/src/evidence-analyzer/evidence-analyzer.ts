import type { Analysis, AnalyzeInput, Analyzer, Evidence, Suspect } from '@midwatch/core/incident';
import { suspectScore } from '../ceiling/find-ceiling.js';
import { toAdvice } from './advice.js';
import { summarize, toHypothesis } from './statements.js';
import { toTimeline } from './timeline.js';

/** A finding this strong, without a service that stands out, is no healthy system. */
const noticeable = 0.3;
const mostHypotheses = 3;
/** A further suspect is named when its score is at least this share of the first one's. */
const worthNaming = 0.5;

/** The analyzer without a model: it says what the ranking says, cites what it rests on, and abstains when that is little. */
export function createEvidenceAnalyzer(): Analyzer {
  return { name: 'evidence', analyze: (input) => Promise.resolve(analyzeEvidence(input)) };
}

function analyzeEvidence({ alert, evidence }: AnalyzeInput): Analysis {
  const { ceiling } = evidence;
  const suspects = evidence.suspects.filter(({ score }) => score >= suspectScore);
  const [first] = suspects;
  const confidenceReason = ceiling.reasons.join(' ');
  if (first === undefined) return abstain(evidence, confidenceReason);
  const named = suspects.filter(({ score }) => score >= first.score * worthNaming).slice(0, mostHypotheses);
  return {
    verdict: ceiling.confidence === 'LOW' ? 'candidates' : 'cause-found',
    confidence: ceiling.confidence,
    confidenceReason,
    summary: summarize(first, evidence, alert),
    hypotheses: named.map((suspect) => toHypothesis(suspect, evidence)),
    timeline: toTimeline(evidence, alert, first),
    advice: toAdvice(first, evidence),
  };
}

/** Nothing stands out: that is healthy where sources were read, and unknown where they were not. */
function abstain(evidence: Evidence, confidenceReason: string): Analysis {
  const { logs, metrics, traces } = evidence.read;
  const quiet = evidence.findings.every(({ strength }) => strength < noticeable);
  const healthy = quiet && Math.min(logs + traces, metrics + traces) > 0;
  const [weak] = evidence.suspects;
  return {
    verdict: healthy ? 'no-fault' : 'insufficient-evidence',
    confidence: 'LOW',
    confidenceReason,
    summary: healthy
      ? 'Nothing that was read differs from its baseline enough to be a fault.'
      : `What was read does not single out a service.${nearest(weak)}`,
    hypotheses: [],
    timeline: [],
    advice: [],
  };
}

function nearest(weak: Suspect | undefined): string {
  return weak === undefined ? '' : ` The nearest is ${weak.service}: ${weak.reason}`;
}
