import { compose } from './compose.js';
import type { Environment } from './environment.js';

/** Of one turn; what is left is due in the next, for the place's alarm or the cron trigger. A step may ask 100 requests. */
const MAX_STEPS = 6;
const MAX_DELIVERIES = 50;

export interface WorkOptions {
  /** @default of all incidents */
  readonly incidentId?: string;
  /** Asked before each step: true leaves the steps to somebody else. */
  readonly isHandedOver?: () => Promise<boolean>;
}

/** So long may shadows take of one turn: each has its own deadline. */
const MAX_SHADOWS = 4;

/** Asks the shadows of incidents, behind all that people wait for. */
export async function askShadows(environment: Environment, incidentIds: readonly string[]): Promise<void> {
  const { responder } = await compose(environment);
  let shadows = 0;
  for (const incidentId of incidentIds)
    while (shadows < MAX_SHADOWS && (await responder.runShadow({ incidentId }))) shadows += 1;
}

/** Does what is due: each step, then what it has to tell, before the next one. */
export async function doWork(
  environment: Environment,
  { incidentId, isHandedOver }: WorkOptions = {},
): Promise<void> {
  const { responder } = await compose(environment);
  const request = incidentId === undefined ? {} : { incidentId };
  let deliveries = 0;
  for (let steps = 0; steps <= MAX_STEPS; steps++) {
    while (deliveries < MAX_DELIVERIES && (await responder.deliver(request))) deliveries += 1;
    if (steps === MAX_STEPS || (await isHandedOver?.()) === true || !(await responder.runStep(request)))
      break;
  }
}
