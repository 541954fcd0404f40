import type { Backlog, Budgets, Store } from '@midwatch/core/incident';
import { readSelfState } from '@midwatch/responder';
import { Gauge, type Registry } from 'prom-client';
import { within } from '../within.js';
import type { ActionMeasures } from './action-measures.js';
import { createSelfGauges } from './self-gauges.js';

interface StoreGauges {
  readonly store: Store;
  readonly budgets: Budgets;
  readonly registers: Registry[];
  readonly showLog: ActionMeasures['showLog'];
}

const READ_DEADLINE_MS = 2_000;

/** What the store tells when it is asked for: the same in every replica, so take `max` of them and not `sum`. */
export function createStoreGauges({ budgets, registers, showLog, store }: StoreGauges): () => Promise<void> {
  const up = new Gauge({
    name: 'midwatch_store_up',
    help: 'Whether the store answered within two seconds',
    registers,
  });
  const items = new Gauge({
    name: 'midwatch_queue_items',
    help: 'Pieces of work that are not done: waiting, running, or failed for good',
    labelNames: ['queue', 'state'],
    registers,
  });
  const overdue = new Gauge({
    name: 'midwatch_queue_overdue_seconds',
    help: 'Since when the piece of work that is due longest waits for somebody; 0 while none does',
    labelNames: ['queue'],
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

  const showSelf = createSelfGauges(registers);

  function show(queue: string, { dueSinceMs, failed, running, waiting }: Backlog, nowMs: number): void {
    items.set({ queue, state: 'waiting' }, waiting);
    items.set({ queue, state: 'running' }, running);
    items.set({ queue, state: 'failed' }, failed);
    overdue.set({ queue }, dueSinceMs === undefined ? 0 : (nowMs - dueSinceMs) / 1000);
  }

  return async () => {
    const nowMs = Date.now();
    try {
      const [steps, deliveries, { usd }, self, head] = await within(
        Promise.all([
          store.steps.measure(nowMs),
          store.outbox.measure(nowMs),
          store.spending.sumOfDay(nowMs),
          readSelfState(store),
          store.actions.log.head(),
        ]),
        READ_DEADLINE_MS,
      );
      up.set(1);
      show('steps', steps, nowMs);
      show('deliveries', deliveries, nowMs);
      spent.set(usd);
      showSelf(self, nowMs);
      showLog(head);
    } catch {
      // An old figure would look like a new one.
      for (const gauge of [items, overdue]) gauge.reset();
      spent.set(Number.NaN);
      showSelf(undefined, nowMs);
      up.set(0);
    }
  };
}
