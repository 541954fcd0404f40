import { compose } from './compose.js';
import type { Environment } from './environment.js';

/** Of one turn; what is left is due again, in the next turn or for the cron trigger. */
const MAX_WORK = 50;

export interface Turn {
  /** Something is due again in a while. */
  readonly hasRetries: boolean;
}

/** Does what is due, of one incident or of all: each step, then what it has to tell, before the next one. */
export async function doWork(environment: Environment, incidentId?: string): Promise<Turn> {
  let hasRetries = false;
  const { responder } = await compose(environment, ({ outcome }) => {
    hasRetries ||= outcome === 'retried';
  });
  const request = incidentId === undefined ? {} : { incidentId };
  for (let done = 0; done < MAX_WORK; ) {
    const hasStepped = await responder.runStep(request);
    if (hasStepped) done += 1;
    let hasDelivered = false;
    while (done < MAX_WORK && (await responder.deliver(request))) {
      hasDelivered = true;
      done += 1;
    }
    if (!hasStepped && !hasDelivered) break;
  }
  return { hasRetries };
}
