import type { Environment } from './environment.js';

/** That something of an incident may be due. What it is stands in D1: a message that is lost, late or twice does no harm. */
export interface WorkMessage {
  readonly incidentId: string;
}

/** https://developers.cloudflare.com/queues/platform/limits/ */
const MAX_BATCH = 100;

/** Never rejects: what is not sent is found in D1 by the place's alarm, and by the cron trigger. */
export async function sendWork(
  { WORK_QUEUE }: Pick<Environment, 'WORK_QUEUE'>,
  incidentIds: readonly string[],
): Promise<void> {
  try {
    for (let start = 0; start < incidentIds.length; start += MAX_BATCH) {
      const some = incidentIds.slice(start, start + MAX_BATCH);
      await WORK_QUEUE.sendBatch(some.map((incidentId) => ({ body: { incidentId } })));
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(JSON.stringify({ type: 'work-not-sent', incidents: incidentIds.length, message }));
  }
}
