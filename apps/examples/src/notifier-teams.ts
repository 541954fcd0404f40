import type { Brief } from '@midwatch/core/incident';
import { createTeamsNotifier } from '@midwatch/notifier-teams';

const teams = createTeamsNotifier({ webhookUrl: process.env['TEAMS_WEBHOOK_URL'] ?? '' });

export async function tell(brief: Brief, deliveryId: string): Promise<void> {
  const nowMs = Date.now();
  const call = { signal: AbortSignal.timeout(10_000), deadlineAtMs: nowMs + 10_000 };
  await teams.notify({ incidentId: 'inc-7f3a', deliveryId, brief, nowMs }, call);
}
