import type { Effects, IncidentDetails, Step } from '@midwatch/core/incident';
import { briefEffects, deliverBrief } from './brief-effects.js';
import { type Looks, readLooks } from './incident-state.js';
import { findMaintenance, placeOf } from './maintenance.js';
import { coolAt, lookAgain } from './new-look.js';
import type { ResponderContext } from './responder-options.js';
import type { StepEnd } from './step-end.js';
import { GATHER_KEY, type GatherResult, isStorm } from './storm.js';

/**
 * Brings the brief up to the incident's status, after an alert was resolved or joined. One that fires again after it was
 * resolved is looked at anew, once its cooldown is over.
 */
export async function runUpdateStatus(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
): Promise<StepEnd> {
  const { now, rules, store } = context;
  const looks = await readLooks(store, incident.id);
  const { askedAtMs, isLooking } = looks;
  const { brief, status } = incident;
  if (status === 'resolved' && isStorm(incident)) await releaseMembers(context, incident);
  const told = await toldEffects(context, step, incident, looks);
  const isBack = status === 'firing' && brief?.status !== 'firing' && !isLooking;
  if (!isBack) return { effects: told };
  const nowMs = now();
  // What is looked at during maintenance decides for itself; it need not wait for a cooldown.
  const isQuiet = findMaintenance(rules, placeOf(incident), nowMs) !== undefined;
  const dueAtMs = isQuiet ? nowMs : Math.max(nowMs, coolAt(rules, askedAtMs));
  return { effects: { ...told, steps: [lookAgain('fires-again', dueAtMs)] } };
}

async function toldEffects(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
  { count, state }: Looks,
): Promise<Effects> {
  const { now, rules } = context;
  const { brief, status } = incident;
  // Nobody was told yet: a look that is still to be made tells the status as it is then.
  if (brief === undefined) return {};
  const isChanged = brief.status !== status;
  if (!isChanged && !isStorm(incident)) return {};
  const effects =
    state === undefined
      ? // Nothing was found out about it; the headline and the mark are all that can be told.
        deliverBrief(context, incident, { ...brief, status }, step.key, now())
      : await briefEffects(context, incident, step.key, state);
  if (!isChanged && effects.brief?.headline === brief.headline) return {};
  // Without a look there was only maintenance: nobody knows of it, and nobody is called now.
  const isQuiet = status === 'firing' && findMaintenance(rules, placeOf(incident), now()) !== undefined;
  return isQuiet || count === 0 ? { ...(effects.brief && { brief: effects.brief }) } : effects;
}

/** A storm that is over leaves its members to themselves: what still fires is looked at. */
async function releaseMembers({ now, store }: ResponderContext, storm: IncidentDetails): Promise<void> {
  const gathered = await store.steps.get(storm.id, GATHER_KEY);
  const { members = [] } = (gathered?.result ?? {}) as Partial<GatherResult>;
  const nowMs = now();
  for (const { id } of members)
    await store.apply({ incidentId: id, nowMs, effects: { steps: [lookAgain('fires-again', nowMs)] } });
}

/** A message that went out before the storm began says that it is part of it. */
export async function runFold(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
): Promise<StepEnd> {
  const { state } = await readLooks(context.store, incident.id);
  if (state === undefined || incident.brief === undefined) return {};
  return { effects: await briefEffects(context, incident, step.key, state) };
}
