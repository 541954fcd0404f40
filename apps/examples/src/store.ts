import type { Alert } from '@midwatch/core/incident';
import { openSqliteStore } from '@midwatch/store/sqlite';

const alert: Alert = {
  source: 'alertmanager',
  fingerprint: 'b1946ac9',
  status: 'firing',
  name: 'CheckoutErrors',
  startsAtMs: Date.now(),
  target: { service: 'checkout', namespace: 'shop' },
  labels: {},
  annotations: {},
};
const nowMs = Date.now();
const store = await openSqliteStore({ path: 'midwatch.db' });

// The alert and the first work on it are there together, or not at all: now it may be acknowledged.
const { incidentId, outcome } = await store.recordAlert({
  alert,
  nowMs,
  incidentId: crypto.randomUUID(),
  groupKey: 'shop/checkout',
  joinSinceMs: nowMs - 5 * 60_000,
  effects: { opened: { steps: [{ key: 'collect', kind: 'collect', dueAtMs: nowMs }] } },
});
console.log(incidentId, outcome);

const step = await store.steps.claim({ nowMs, leaseMs: 30_000 });
if (step !== undefined) {
  const brief = { key: crypto.randomUUID(), channel: 'slack', payload: { text: 'hello' }, dueAtMs: nowMs };
  await store.steps.complete(step, { nowMs, result: { findings: 3 }, effects: { deliveries: [brief] } });
}
await store.close();
