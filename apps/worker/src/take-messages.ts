import { askShadows, doWork } from './do-work.js';
import type { Environment } from './environment.js';
import type { WorkMessage } from './send-work.js';
import { isHandedOver } from './start-analysis.js';

export interface WorkBatch {
  readonly messages: readonly {
    readonly body: WorkMessage;
    ack(): void;
    retry(): void;
  }[];
}

/**
 * Looks at incidents go to a Workflow instance of their own; what is short is done here: a changed state, a delivery, the
 * decision to look again. A message that fails comes again, and after ten times lies in the dead letter queue.
 */
export async function takeMessages({ messages }: WorkBatch, environment: Environment): Promise<void> {
  const byIncident = Map.groupBy(messages, ({ body }) => body.incidentId);
  for (const [incidentId, same] of byIncident) {
    try {
      await doWork(environment, { incidentId, isHandedOver: () => isHandedOver(environment, incidentId) });
      for (const message of same) message.ack();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      console.error(JSON.stringify({ type: 'work-failed', incidentId, message }));
      for (const failed of same) failed.retry();
    }
  }
  await askShadows(environment, [...byIncident.keys()]).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    console.error(JSON.stringify({ type: 'work-failed', message }));
  });
}
