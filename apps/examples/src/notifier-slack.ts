import { type Brief, type MessageReference, NotifierError } from '@midwatch/core/incident';
import { createSlackNotifier } from '@midwatch/notifier-slack';

const slack = createSlackNotifier({ token: () => process.env['SLACK_TOKEN'] ?? '', channel: 'C0123456789' });

/** Give back the reference of the first brief, and the same message is edited. */
export async function tell(brief: Brief, previous?: MessageReference): Promise<MessageReference | undefined> {
  const nowMs = Date.now();
  const notification = { incidentId: 'inc-7f3a', deliveryId: `inc-7f3a-${nowMs}`, brief, nowMs };
  const call = { signal: AbortSignal.timeout(10_000), deadlineAtMs: nowMs + 10_000 };
  try {
    const edit = previous === undefined ? {} : { previous };
    return (await slack.notify({ ...notification, ...edit }, call)).reference;
  } catch (error) {
    if (!NotifierError.is(error) || !error.retryable) throw error;
    console.warn(`${error.message}; try again in ${error.retryAfterMs ?? 1000} ms`);
    return previous;
  }
}
