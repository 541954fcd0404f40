import type { Brief, IncidentDetails, NewStep, Step } from '@midwatch/core/incident';
import { briefEffects, deliverBrief } from './brief-effects.js';
import { readLooks } from './incident-state.js';
import { peopleOf, silenceOf } from './people.js';
import { recordActions } from './record-actions.js';
import type { ResponderContext } from './responder-options.js';
import type { StepEnd } from './step-end.js';

/** Brings the message up to what a person said. */
export function tellStep(actionKey: string, dueAtMs: number): NewStep {
  return { key: `tell-${actionKey}`, kind: 'tell', dueAtMs };
}

/** Brings the message up to what became of an action. */
export function tellActionStep(key: string, dueAtMs: number): NewStep {
  return { key: `told-${key}`, kind: 'tell', dueAtMs };
}

/** What was held back is told when the silence is over, if it still burns. */
export function silenceOverStep(untilMs: number): NewStep {
  return { key: `silence-over-${untilMs}`, kind: 'tell', dueAtMs: untilMs };
}

export async function runTell(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
): Promise<StepEnd> {
  await recordActions(context, incident.id, incident.brief?.remedy !== undefined);
  // Nobody was told yet: the look that is still to be made tells it.
  if (incident.brief === undefined) return {};
  const { count, state } = await readLooks(context.store, incident.id);
  const nowMs = context.now();
  const effects =
    state === undefined
      ? deliverBrief(context, incident, withPeople(incident.brief, incident, nowMs), step.key, nowMs)
      : await briefEffects(context, incident, step.key, state);
  // Without a look there was only maintenance: nobody knows of it, and nobody is called now.
  return { effects: count === 0 ? { ...(effects.brief && { brief: effects.brief }) } : effects };
}

const MARK = 'people: ';

/** Where nothing was read there is no brief to make anew: a note says it. */
function withPeople(brief: Brief, incident: IncidentDetails, nowMs: number): Brief {
  const { people } = peopleOf(incident, nowMs);
  const until = silenceOf(incident, nowMs);
  const said = [
    people?.owner && `${people.owner.by} is on it`,
    until && `silenced until ${new Date(until.untilMs).toISOString().slice(11, 16)} UTC by ${until.by}`,
    people?.outcome && `judged ${people.outcome.judgement} by ${people.outcome.by}`,
  ].filter((text) => text !== undefined);
  const notes = brief.footer.notes.filter((note) => !note.startsWith(MARK));
  const added = said.length === 0 ? [] : [`${MARK}${said.join('; ')}`];
  return { ...brief, footer: { ...brief.footer, notes: [...added, ...notes] } };
}
