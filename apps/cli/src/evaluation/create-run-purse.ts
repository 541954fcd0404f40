import type { Budgets } from '@midwatch/core/incident';
import type { Purse } from '@midwatch/responder';

/**
 * Budgets for a run of this command: that of an incident for each question's incident, that of a day for the whole run. What a
 * question may cost at most is set aside until it is known what it did cost. That of a service is left out: one service may
 * have been the alert of all recorded incidents.
 */
export function createRunPurse({ perDayUsd, perIncidentUsd }: Budgets): () => Purse {
  let ofRun = 0;
  return () => {
    let ofIncident = 0;
    return async (analyzer, input) => {
      const most = analyzer.mostCostUsd?.(input) ?? 0;
      if (most > 0 && ofIncident + most > perIncidentUsd)
        return { refusal: 'the budget of this incident is spent' };
      if (most > 0 && ofRun + most > perDayUsd) return { refusal: 'the budget of this run is spent' };
      ofIncident += most;
      ofRun += most;
      return {
        async settle(usage) {
          const unspent = usage?.costUsd === undefined ? 0 : most - usage.costUsd;
          ofIncident -= unspent;
          ofRun -= unspent;
        },
      };
    };
  };
}
