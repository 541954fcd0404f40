import { type Brief, NotifierError } from '@midwatch/core/incident';
import { createWebhookNotifier } from '@midwatch/notifier-webhook';

const webhook = createWebhookNotifier({
  webhookUrl: 'https://hooks.example.com/midwatch',
  secret: process.env['WEBHOOK_SECRET'] ?? '',
});

export async function tell(brief: Brief, deliveryId: string): Promise<string> {
  const nowMs = Date.now();
  const call = { signal: AbortSignal.timeout(10_000), deadlineAtMs: nowMs + 10_000 };
  try {
    await webhook.notify({ incidentId: 'inc-7f3a', deliveryId, brief, nowMs }, call);
    return 'delivered';
  } catch (error) {
    if (!NotifierError.is(error) || !error.retryable) throw error;
    return `try again with the same deliveryId in ${error.retryAfterMs ?? 1000} ms: ${error.message}`;
  }
}
