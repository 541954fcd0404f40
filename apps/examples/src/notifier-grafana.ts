import type { Brief, MessageReference } from '@midwatch/core/incident';
import { createGrafanaNotifier } from '@midwatch/notifier-grafana';

const grafana = createGrafanaNotifier({
  baseUrl: 'https://grafana.example.com',
  token: process.env['GRAFANA_TOKEN'] ?? '',
});

/** The first time without `previous`; then with what it gave, so that the annotation is changed in place. */
export async function mark(brief: Brief, previous?: MessageReference): Promise<MessageReference> {
  const nowMs = Date.now();
  const call = { signal: AbortSignal.timeout(10_000), deadlineAtMs: nowMs + 10_000 };
  const notification = { incidentId: 'inc-7f3a', deliveryId: `inc-7f3a ${nowMs}`, brief, nowMs };
  const { reference } = await grafana.notify({ ...notification, ...(previous && { previous }) }, call);
  return reference;
}
