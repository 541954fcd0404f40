import { compose } from './compose.js';
import type { Environment } from './environment.js';

/** Of one turn; what is left is due in the next, or for the cron trigger. A step may ask 250 requests. */
const MAX_STEPS = 6;
const MAX_DELIVERIES = 50;

export interface Turn {
  /** Pieces of work that ended, well or badly. */
  readonly ended: number;
  /** Pieces that are due again in a while. */
  readonly retried: number;
}

/** Does what is due, of one incident or of all: each step, then what it has to tell, before the next one. */
export async function doWork(environment: Environment, incidentId?: string): Promise<Turn> {
  let [ended, retried] = [0, 0];
  const { responder } = await compose(environment, ({ outcome }) => {
    if (outcome === 'retried') retried += 1;
    else ended += 1;
  });
  const request = incidentId === undefined ? {} : { incidentId };
  let deliveries = 0;
  for (let steps = 0; steps <= MAX_STEPS; steps++) {
    while (deliveries < MAX_DELIVERIES && (await responder.deliver(request))) deliveries += 1;
    if (steps === MAX_STEPS || !(await responder.runStep(request))) break;
  }
  return { ended, retried };
}
