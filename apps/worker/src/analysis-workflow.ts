import { WorkflowEntrypoint, type WorkflowStep } from 'cloudflare:workers';
import { listOpenWork } from '@midwatch/store/d1';
import { askShadows, doWork } from './do-work.js';
import type { Environment } from './environment.js';
import { type AnalysisParameters, isHandedOver, lookOf } from './start-analysis.js';

/** A delivery that fails is tried again for a quarter of an hour. */
const MAX_TURNS = 40;
const MIN_PAUSE_MS = 500;
const MAX_PAUSE_MS = 60_000;
const MAX_OPEN = 100;

/** For a store that fails: what goes wrong inside of a step is tried again by the step, whatever drives it. */
const TURN = {
  retries: { limit: 5, delay: '5 seconds', backoff: 'exponential' },
  timeout: '5 minutes',
} as const;

/**
 * One look at an incident, to the end: evidence, brief, model, edited brief, and the waits between attempts. D1 holds every step
 * and delivery with its lease: an instance that is lost loses nothing.
 */
export class AnalysisWorkflow extends WorkflowEntrypoint<Environment, AnalysisParameters> {
  override async run(
    { payload }: { readonly payload: AnalysisParameters },
    step: WorkflowStep,
  ): Promise<void> {
    for (let turn = 1; turn <= MAX_TURNS; turn++) {
      const pauseMs = await step.do(`turn ${turn}`, TURN, () => takeTurn(this.env, payload));
      if (pauseMs === 0) return;
      await step.sleep(`pause ${turn}`, pauseMs);
    }
  }
}

/** How long to wait for what is left of the look; 0 when nothing is. */
async function takeTurn(environment: Environment, { incidentId, look }: AnalysisParameters): Promise<number> {
  await doWork(environment, { incidentId, isHandedOver: () => isHandedOver(environment, incidentId, look) });
  const open = await listOpenWork(environment.DB, { incidentId, limit: MAX_OPEN });
  const left = open.find((work) => work.queue === 'outbox' || lookOf(work) === look);
  if (left === undefined) {
    await askShadows(environment, [incidentId]);
    return 0;
  }
  return Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, left.readyAtMs - Date.now()));
}
