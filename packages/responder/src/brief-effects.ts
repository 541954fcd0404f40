import type {
  AdmittedAnalysis,
  Alert,
  AlertReference,
  Brief,
  Effects,
  Incident,
  IncidentDetails,
} from '@midwatch/core/incident';
import { afterActions } from './done-in-vain.js';
import { stillReading } from './investigate.js';
import type { KeptLook } from './kept-look.js';
import { peopleOf } from './people.js';
import { offersToTell, remedyOf } from './read-remedy.js';
import { recurrenceText } from './recurrence.js';
import type { ResponderContext } from './responder-options.js';
import { withSelfNotes } from './self-notes.js';
import { findBurningStorm, isStorm, readStormSize, stormTitle } from './storm.js';

/** What a delivery holds. */
export interface DeliveryPayload {
  readonly brief: Brief;
  readonly nowMs: number;
  /** An older version did not tell them. */
  readonly alerts?: readonly AlertReference[];
}

const MAX_ALERT_REFERENCES = 20;

interface BriefState {
  /** Of the look. */
  readonly number: number;
  readonly look: KeptLook;
  readonly analysis: AdmittedAnalysis;
  readonly isPending: boolean;
}

/** The brief of what stands, as the incident is now, and its way to every channel. */
export async function briefEffects(
  context: ResponderContext,
  incident: IncidentDetails,
  stepKey: string,
  { look, analysis, isPending, number }: BriefState,
): Promise<Pick<Effects, 'brief' | 'deliveries'>> {
  const { analyzer, parts } = context;
  const nowMs = context.now();
  const offers = await offersToTell(context, incident);
  const brief = parts.toBrief({
    alert: asOfNow(look.alert, incident),
    evidence: look.evidence,
    collection: look.collection,
    analysis: afterActions(analysis, offers),
    nowMs,
    ...(look.seenBefore && { seenBefore: look.seenBefore }),
    ...(isPending && analyzer !== undefined ? { pending: stillReading(analyzer) } : {}),
    ...peopleOf(incident, nowMs),
  });
  const remedy = remedyOf(offers, incident, { nowMs, number });
  const told = await withLifeCycle(context, incident, { ...brief, ...(remedy && { remedy }) }, nowMs);
  return deliverBrief(context, incident, await withSelfNotes(context.store, told), stepKey, nowMs);
}

export function deliverBrief(
  { notifiers }: Pick<ResponderContext, 'notifiers'>,
  { alerts }: IncidentDetails,
  brief: Brief,
  stepKey: string,
  nowMs: number,
): Pick<Effects, 'brief' | 'deliveries'> {
  const payload: DeliveryPayload = { brief, nowMs, alerts: toReferences(alerts) };
  return {
    brief,
    deliveries: notifiers.map(({ id }) => ({
      key: `${stepKey} ${id}`,
      channel: id,
      payload,
      dueAtMs: nowMs,
    })),
  };
}

/** Once each: an alert that fired again has the fingerprint that it had. */
function toReferences(alerts: IncidentDetails['alerts']): readonly AlertReference[] {
  const references = new Map(
    alerts.map(({ alert: { fingerprint, source } }) => [`${source} ${fingerprint}`, { source, fingerprint }]),
  );
  return [...references.values()].slice(0, MAX_ALERT_REFERENCES);
}

/** The alert that was looked at, with the status that the incident has by now. */
function asOfNow({ endsAtMs: _, ...alert }: Alert, { status, resolvedAtMs }: Incident): Alert {
  return { ...alert, status, ...(resolvedAtMs === undefined ? {} : { endsAtMs: resolvedAtMs }) };
}

/** What one look cannot know: how often it has burned, which storm it is part of, and how large a storm is. */
async function withLifeCycle(
  context: ResponderContext,
  incident: IncidentDetails,
  brief: Brief,
  nowMs: number,
): Promise<Brief> {
  const again = recurrenceText(incident, nowMs);
  const suffix = again === undefined ? '' : ` · ${again}`;
  if (isStorm(incident)) {
    const { count, isAtLeast, note } = await readStormSize(context.store, incident);
    const services = `${count}${isAtLeast ? ' or more' : ''} services`;
    return {
      ...withNote(brief, note),
      headline: `${stormTitle(incident)}: ${services}, ${incident.alertCount} alerts${suffix}`,
      service: services,
    };
  }
  const storm = await findBurningStorm(context, incident);
  const told = storm === undefined ? brief : withNote(brief, `part of the ${stormTitle(storm)}, ${storm.id}`);
  return { ...told, headline: `${told.headline}${suffix}` };
}

function withNote(brief: Brief, note: string): Brief {
  return { ...brief, footer: { ...brief.footer, notes: [note, ...brief.footer.notes] } };
}
