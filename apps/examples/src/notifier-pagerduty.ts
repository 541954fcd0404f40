import type { AlertReference, Brief } from '@midwatch/core/incident';
import { createPagerDutyNotifier } from '@midwatch/notifier-pagerduty';

const pagerDuty = createPagerDutyNotifier({
  token: process.env['PAGERDUTY_TOKEN'] ?? '',
  from: 'oncall@example.com',
});

export async function note(brief: Brief, alerts: readonly AlertReference[]): Promise<void> {
  const nowMs = Date.now();
  const call = { signal: AbortSignal.timeout(10_000), deadlineAtMs: nowMs + 10_000 };
  await pagerDuty.notify({ incidentId: 'inc-7f3a', deliveryId: 'inc-7f3a 1', brief, nowMs, alerts }, call);
}
