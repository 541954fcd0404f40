import type { Advice, Analysis, ConfidenceCeiling, Evidence, Hypothesis } from '@midwatch/core/incident';
import { judgement } from '../judgement.js';

/** A suspect that may be acted on is the first, or has at least this share of its score: nearly as likely. */
const worthActing = 0.85;

/**
 * Where an answer leaves the evidence: the ceiling is that of the first suspect, and goes to nobody else. Another suspect may be
 * right, but not for sure; one that nothing points at, or health in spite of a suspect, is a guess at best.
 */
export function findSteering(
  { verdict }: Pick<Analysis, 'verdict'>,
  hypotheses: readonly Hypothesis[],
  { suspects }: Evidence,
): ConfidenceCeiling | undefined {
  const [first] = suspects;
  const blamed = hypotheses[0]?.service;
  if (verdict === 'no-fault' && first !== undefined && first.score >= judgement.ceiling.suspectScore)
    return { confidence: 'LOW', reasons: ['The answer says that all is well, and the evidence does not.'] };
  if (blamed === undefined || blamed === first?.service) return undefined;
  const isSuspect = suspects.some(({ service }) => service === blamed);
  return isSuspect
    ? { confidence: 'MEDIUM', reasons: ['The answer blames another service than the evidence does.'] }
    : { confidence: 'LOW', reasons: ['The answer blames a service that the evidence does not suspect.'] };
}

/** To look is always allowed; to change something is for the service that the evidence itself would name as the cause. */
export function actsOnNobodySuspected(
  { action, service }: Pick<Advice, 'action' | 'service'>,
  { suspects }: Evidence,
): boolean {
  if (action === 'investigate') return false;
  const score = suspects.find((suspect) => suspect.service === service)?.score ?? 0;
  return score <= 0 || score < (suspects[0]?.score ?? 0) * worthActing;
}
