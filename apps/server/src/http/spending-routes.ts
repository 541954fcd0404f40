import type { Budgets, Store } from '@midwatch/core/incident';
import { spendingSchema } from './answer-schemas.js';
import type { Route } from './route.js';

/** What models have cost today (UTC), by service, beside the budgets. */
export function spendingRoutes(store: Store, budgets: Budgets): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/spending',
      operationId: 'get-spending',
      summary: 'What models cost today (UTC), and the budgets',
      access: 'viewer',
      answers: {
        200: { description: 'The dearest 20 services, and all together', schema: spendingSchema },
      },
      handle: async (context) => {
        const { services, usd } = await store.spending.sumOfDay(Date.now());
        return context.json({ today: { usd, services }, budgets });
      },
    },
  ];
}
