import type { Brief, IncidentDetails } from '@midwatch/core/incident';
import { bareBrief } from './bare-brief.js';
import { deliverBrief } from './brief-effects.js';
import { toIncidentKey } from './incident-key.js';
import { ownAlert } from './own-incident.js';
import type { ResponderContext } from './responder-options.js';
import type { Blindness, ToldBlindness } from './self-state.js';

type Told = Pick<ResponderContext, 'notifiers' | 'store'> & {
  readonly rules: Pick<ResponderContext['rules'], 'joinWindowMs' | 'reopenWindowMs' | 'maxAgeMs'>;
};

/**
 * Opens the incident of Midwatch itself, or goes on with it, and sends its message on its way. All of it may be done again: the same
 * alert is a repetition, and a delivery of the same key is left as it is.
 */
export async function tellBlindness(
  context: Told,
  told: ToldBlindness,
  blind: readonly Blindness[],
  nowMs: number,
): Promise<NonNullable<ToldBlindness['last']>> {
  const gist = gistOf(blind);
  const number = (told.last?.number ?? 0) + 1;
  const isOver = blind.length === 0;
  const { alert, groupKey } = ownAlert(told.startsAtMs, isOver ? nowMs : undefined);
  const { rules, store } = context;
  const audit = (action: string) => [{ actor: 'midwatch', action, detail: { blind: names(blind) } }];
  const { incidentId } = await store.recordAlert({
    ...{ alert, groupKey, nowMs, incidentId: toIncidentKey(alert).incidentId },
    joinSinceMs: nowMs - rules.joinWindowMs,
    reopenSinceMs: nowMs - rules.reopenWindowMs,
    openedSinceMs: nowMs - rules.maxAgeMs,
    effects: {
      opened: { audit: audit('blind') },
      joined: { audit: audit('blind-again') },
      resolved: { audit: audit('sees-again') },
    },
  });
  const incident = await store.getIncident(incidentId);
  if (incident !== undefined) {
    const brief = toOwnBrief(incident, blind, nowMs);
    const key = `self-${told.startsAtMs}-${number}-${await shortHash(gist)}`;
    await store.apply({ incidentId, nowMs, effects: deliverBrief(context, incident, brief, key, nowMs) });
  }
  return { number, gist, atMs: nowMs };
}

/** What makes it worth another message: what is amiss, and not the words for it. */
export function gistOf(blind: readonly Blindness[]): string {
  return JSON.stringify(names(blind));
}

function names(blind: readonly Blindness[]): readonly string[] {
  return blind.map(({ kind, name }) => `${kind} ${name}`).sort();
}

function toOwnBrief(incident: IncidentDetails, blind: readonly Blindness[], nowMs: number): Brief {
  const isOver = blind.length === 0;
  const [first, ...others] = blind;
  const cause = isOver
    ? 'All that was amiss with Midwatch itself is well again.'
    : `Of what Midwatch itself needs: ${blind.map(({ text }) => text).join('; ')}. Briefs name what they could not read.`;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const { suspects, ...bare } = bareBrief(incident, cause, nowMs);
  return {
    ...bare,
    suspects,
    headline: isOver ? 'Midwatch sees again' : `Midwatch is blind: ${first?.text}${more}`,
    status: isOver ? 'resolved' : 'firing',
    sinceMs: first?.sinceMs ?? bare.sinceMs,
    cause,
    confidenceReason: 'Midwatch about itself; no model was asked',
    timeline: blind.map(({ sinceMs, text }) => ({ atMs: sinceMs, text })),
  };
}

async function shortHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest).subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}
