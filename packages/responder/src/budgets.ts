import type { Budgets } from '@midwatch/core/incident';

/** Enough for what is ordinary; a mistake or a storm costs no more than this. */
export const DEFAULT_BUDGETS: Budgets = { perIncidentUsd: 0.25, perServiceAndDayUsd: 1, perDayUsd: 10 };

/** Environment variables by budget, the same in every app. */
const variables = {
  perIncidentUsd: 'MIDWATCH_BUDGET_INCIDENT_USD',
  perServiceAndDayUsd: 'MIDWATCH_BUDGET_SERVICE_DAY_USD',
  perDayUsd: 'MIDWATCH_BUDGET_DAY_USD',
} as const satisfies Record<keyof Budgets, string>;

export type BudgetVariables = { readonly [Name in (typeof variables)[keyof Budgets]]?: string | undefined };

/** What is set, else the default. 0 forbids every question that costs something. @throws TypeError with what to set. */
export function readBudgets(environment: BudgetVariables): Budgets {
  const read = (name: keyof Budgets) => {
    const text = environment[variables[name]]?.trim() ?? '';
    if (text === '') return DEFAULT_BUDGETS[name];
    if (/^\d{1,6}(\.\d{1,6})?$/.test(text)) return Number(text);
    throw new TypeError(`${variables[name]} must be a number of US dollars, such as 0.25`);
  };
  return {
    perIncidentUsd: read('perIncidentUsd'),
    perServiceAndDayUsd: read('perServiceAndDayUsd'),
    perDayUsd: read('perDayUsd'),
  };
}
