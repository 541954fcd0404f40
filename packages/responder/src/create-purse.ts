import type { BudgetName, Budgets, IncidentDetails, Step, Store } from '@midwatch/core/incident';
import type { Purse } from './judge.js';
import { whyStopped } from './stopped.js';

const leftToShown = "what is left of today's budget is kept for the answers that are shown";
const refusals: Readonly<Record<'shown' | 'shadow', Readonly<Record<BudgetName, string>>>> = {
  shown: {
    incident: 'the budget of this incident is spent',
    service: "today's budget of this service is spent",
    day: "today's budget is spent",
  },
  shadow: {
    incident: 'the budget of this incident is spent by shadows',
    service: leftToShown,
    day: leftToShown,
  },
};

/**
 * Sets the most that a question may cost aside before it is asked, and what it came to afterwards. Whether models are stopped is
 * the last that is asked for: whoever stops them from then on ends a question that runs.
 */
export function createPurse(
  { budgets, now, store }: { readonly budgets: Budgets; readonly now: () => number; readonly store: Store },
  { id: incidentId, service }: IncidentDetails,
  step: Step,
  purpose: 'shown' | 'shadow' = 'shown',
): Purse {
  return async (analyzer, input) => {
    const usd = analyzer.mostCostUsd?.(input) ?? 0;
    if (usd === 0) {
      const refusal = await whyStopped(store, 'models');
      return refusal === undefined ? { settle: async () => undefined } : { refusal };
    }
    // An attempt that was lost half-way was billed, too: it keeps what was set aside.
    const attempt = [step.key, step.queuedAtMs, step.attempts];
    const key = JSON.stringify([incidentId, ...attempt, analyzer.model ?? analyzer.name]);
    const answer = await store.spending.reserve({
      ...{ key, incidentId, usd, budgets, nowMs: now() },
      ...(service === undefined ? {} : { service }),
      ...(purpose === 'shadow' ? { isShadow: true } : {}),
    });
    if (answer !== 'reserved') return { refusal: refusals[purpose][answer] };
    const refusal = await whyStopped(store, 'models');
    if (refusal !== undefined) {
      // Else it stays set aside until the end of the day: too much rather than too little.
      await store.spending.settle(key, 0).catch(() => undefined);
      return { refusal };
    }
    return {
      async settle(usage) {
        // Unknown prices, and answers that were billed without a word, keep it as well.
        if (usage?.costUsd !== undefined) await store.spending.settle(key, usage.costUsd);
      },
    };
  };
}
