import type { IncidentDetails, Step } from '@midwatch/core/incident';
import { bareBrief } from './bare-brief.js';
import { MAX_LOOKS, readLooks } from './incident-state.js';
import { findMaintenance, placeOf } from './maintenance.js';
import { collectStep, coolAt, type LookAgainInput, lookAgain, newLook } from './new-look.js';
import type { ResponderContext } from './responder-options.js';
import type { MaintenanceWindow } from './rules.js';
import type { StepEnd } from './step-end.js';
import { afterStorm, findBurningStorm } from './storm.js';

type Skipped = 'resolved' | 'part-of-storm' | 'is-looked-at' | 'too-many-looks' | 'looked-at-lately';

const skip = (skipped: Skipped): StepEnd => ({ result: { skipped } });

/** Decides whether an incident is looked at once more; the look is a step of its own. */
export async function runLookAgain(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
): Promise<StepEnd> {
  const { now, rules, store } = context;
  const { because } = step.input as LookAgainInput;
  const nowMs = now();
  if (incident.status !== 'firing') return skip('resolved');
  const window = findMaintenance(rules, placeOf(incident), nowMs);
  if (window !== undefined) return waitFor(window, incident, nowMs);
  const storm = await findBurningStorm(context, incident);
  if (storm !== undefined)
    return { ...skip('part-of-storm'), effects: { steps: [lookAgain(because, afterStorm(context, storm))] } };
  const { askedAtMs, count, isLooking } = await readLooks(store, incident.id);
  if (isLooking) return skip('is-looked-at');
  if (count >= MAX_LOOKS) return skip('too-many-looks');
  const isSecond = because === 'still-firing' && count > 0;
  const coolAtMs = coolAt(rules, askedAtMs);
  // What fires again must be looked at, if later; a second look is not needed right after another one.
  if (nowMs < coolAtMs)
    return isSecond ? skip('looked-at-lately') : { effects: { steps: [lookAgain(because, coolAtMs)] } };
  const steps = isSecond
    ? [collectStep(count + 1, nowMs, { onlyChanges: true })]
    : newLook(context, count + 1, nowMs);
  return { effects: { steps } };
}

/** Nobody is called; the list shows why. When the window is over, what still fires is looked at. */
function waitFor({ endsAt, reason }: MaintenanceWindow, incident: IncidentDetails, nowMs: number): StepEnd {
  const until = `${new Date(endsAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const why = reason === undefined ? '' : ` (${reason})`;
  const cause = `Maintenance until ${until}${why}: nobody was called, and no model was asked.`;
  const bare = bareBrief(incident, cause, nowMs);
  const quiet = { ...bare, headline: `${bare.headline} (maintenance)` };
  return {
    effects: {
      ...(incident.brief === undefined ? { brief: quiet } : {}),
      steps: [lookAgain('maintenance', Date.parse(endsAt))],
      audit: [
        { actor: 'midwatch', action: 'maintenance', detail: { until: endsAt, ...(reason && { reason }) } },
      ],
    },
  };
}
