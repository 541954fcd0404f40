import type { AdmittedAnalysis, CallEdge, EscalationReason, Evidence } from '@midwatch/core/incident';

/** How near the second suspect must stand, as a share of the first one's score, for the two to be nearly equal. */
const NEAR = 0.15;

/**
 * Whether a larger model should be asked about what a smaller one answered. Not where the evidence allows LOW alone: no answer
 * could say more then.
 */
export function whyEscalate(analysis: AdmittedAnalysis, evidence: Evidence): EscalationReason | undefined {
  const [first] = evidence.suspects;
  const mayClaimMore = evidence.ceiling.confidence !== 'LOW';
  // First: that it names somebody else is why `admit()` made it LOW.
  if (mayClaimMore && first !== undefined && analysis.hypotheses[0]?.service !== first.service)
    return 'disagrees-with-evidence';
  // What its record lowered is no doubt about this incident.
  const { admission, confidence } = analysis;
  if (mayClaimMore && (admission.uncalibratedConfidence ?? confidence) === 'LOW') return 'low-confidence';
  return areNearAndUnrelated(evidence) ? 'unrelated-suspects' : undefined;
}

function areNearAndUnrelated({ callGraph, suspects }: Evidence): boolean {
  const [first, second] = suspects;
  if (first === undefined || second === undefined || first.service === second.service) return false;
  if ((first.score - second.score) / first.score >= NEAR) return false;
  return !(
    reaches(callGraph, first.service, second.service) || reaches(callGraph, second.service, first.service)
  );
}

/** Whether calls lead from one service to the other; each edge is walked once. */
function reaches(callGraph: readonly CallEdge[], from: string, to: string): boolean {
  const callees = new Map<string, string[]>();
  for (const { callee, caller } of callGraph) {
    const known = callees.get(caller);
    if (known === undefined) callees.set(caller, [callee]);
    else known.push(callee);
  }
  const seen = new Set([from]);
  for (const service of seen) {
    if (service === to) return true;
    for (const callee of callees.get(service) ?? []) seen.add(callee);
  }
  return false;
}
