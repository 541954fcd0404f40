import type { Budgets } from '@midwatch/core/incident';
import { readBudgets } from '@midwatch/responder';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

/** What `MIDWATCH_BUDGET_...` allows models to cost. */
export function readBudgetsOf({ environment }: Terminal): Budgets {
  try {
    return readBudgets(environment);
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message, 2) : error;
  }
}
