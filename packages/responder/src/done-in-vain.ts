import type { AdmittedAnalysis } from '@midwatch/core/incident';
import type { Offer } from './read-offers.js';

/**
 * An analysis after what it advises was done and did not help: it does not advise that again, and what rested on it is one
 * candidate among others. The ledger keeps what was said before.
 */
export function afterActions(analysis: AdmittedAnalysis, offers: readonly Offer[]): AdmittedAnalysis {
  const inVain = offers.filter(
    ({ recorded }) => recorded?.effect !== undefined && recorded.effect !== 'success',
  );
  const advice = analysis.advice.filter(
    ({ action, service }) =>
      !inVain.some(({ proposal }) => proposal.remedy === action && proposal.service === service),
  );
  if (advice.length === analysis.advice.length) return analysis;
  const what = inVain.map(({ proposal }) => proposal.title).join('; ');
  const { verdict } = analysis;
  return {
    ...analysis,
    advice,
    verdict: verdict === 'cause-found' ? 'candidates' : verdict,
    confidence: 'LOW',
    confidenceReason: `What it led to was done and did not help: ${what}.`,
  };
}
