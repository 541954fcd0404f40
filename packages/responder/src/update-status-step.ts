import type { Effects, IncidentDetails, Step } from '@midwatch/core/incident';
import { briefEffects, deliverBrief } from './brief-effects.js';
import { collectStep } from './collect-step.js';
import { MAX_LOOKS, readLooks } from './incident-state.js';
import type { ResponderContext } from './responder-options.js';
import type { StepEnd } from './step-end.js';

/**
 * Brings the brief up to the incident's status, after an alert was resolved or joined. One that fires again after it was
 * resolved is looked at anew.
 */
export async function runUpdateStatus(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
): Promise<StepEnd> {
  const { count, isLooking, state } = await readLooks(context.store, incident.id);
  const isFiring = incident.status === 'firing';
  // Its first alert was over before it was heard of, and nobody has looked yet.
  if (count === 0) return isFiring ? { effects: { steps: [collectStep(1, context.now())] } } : {};
  // A look that is still to be made tells the status as it is then.
  if (incident.brief === undefined || incident.brief.status === incident.status) return {};
  const effects: Effects =
    state === undefined
      ? // Nothing was found out about it; the headline and the mark are all that can be told.
        deliverBrief(context, { ...incident.brief, status: incident.status }, step.key, context.now())
      : briefEffects(context, incident, step.key, state);
  const isBack = isFiring && !isLooking && count < MAX_LOOKS;
  return {
    effects: { ...effects, ...(isBack ? { steps: [collectStep(count + 1, context.now())] } : {}) },
  };
}
