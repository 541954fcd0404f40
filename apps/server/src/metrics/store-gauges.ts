import type { Budgets, Store } from '@midwatch/core/incident';
import { Gauge, type Registry } from 'prom-client';

interface StoreGauges {
  readonly store: Store;
  readonly budgets: Budgets;
  readonly registers: Registry[];
}

const READ_DEADLINE_MS = 2_000;
/** Of dead deliveries: more than so many are as bad as so many. */
const MAX_DEAD = 200;

/** What the store tells when it is asked for: the same in every replica, so take `max` of them and not `sum`. */
export function createStoreGauges({ budgets, registers, store }: StoreGauges): () => Promise<void> {
  const up = new Gauge({
    name: 'midwatch_store_up',
    help: 'Whether the store answered within two seconds',
    registers,
  });
  const dead = new Gauge({
    name: 'midwatch_dead_deliveries',
    help: `Deliveries that were given up, at most ${MAX_DEAD}`,
    registers,
  });
  const spent = new Gauge({
    name: 'midwatch_spent_today_usd',
    help: 'US dollars spent on models today (UTC), with what is set aside for questions that run',
    registers,
  });
  const budget = new Gauge({
    name: 'midwatch_budget_usd',
    help: 'US dollars that models may cost: per incident, per service and day, per day',
    labelNames: ['budget'],
    registers,
  });
  budget.set({ budget: 'incident' }, budgets.perIncidentUsd);
  budget.set({ budget: 'service-day' }, budgets.perServiceAndDayUsd);
  budget.set({ budget: 'day' }, budgets.perDayUsd);

  return async () => {
    try {
      const [{ items }, { usd }] = await within(
        Promise.all([store.outbox.listDead({ limit: MAX_DEAD }), store.spending.sumOfDay(Date.now())]),
      );
      up.set(1);
      dead.set(items.length);
      spent.set(usd);
    } catch {
      // An old figure would look like a new one.
      for (const gauge of [dead, spent]) gauge.set(Number.NaN);
      up.set(0);
    }
  };
}

async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the store did not answer in time')), READ_DEADLINE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
