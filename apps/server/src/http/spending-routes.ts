import type { Budgets, Store } from '@midwatch/core/incident';
import { Hono } from 'hono';

/** What models have cost today (UTC), by service, beside the budgets. */
export function spendingRoutes(store: Store, budgets: Budgets): Hono {
  const routes = new Hono();
  routes.get('/', async (context) => {
    const { services, usd } = await store.spending.sumOfDay(Date.now());
    return context.json({ today: { usd, services }, budgets });
  });
  return routes;
}
