import type { Incident, IncidentDetails } from '@midwatch/core/incident';
import { newLook } from './new-look.js';
import type { ResponderContext } from './responder-options.js';
import type { StepEnd } from './step-end.js';
import { type GatherResult, isStorm, STORM_ACTION } from './storm.js';

const PAGE = 200;
/** A bound; a storm begins long before so many incidents were opened. */
const MAX_PAGES = 25;

/** A storm takes in what was opened in its place just before: those incidents are not looked at while it burns. */
export async function runGather(context: ResponderContext, storm: IncidentDetails): Promise<StepEnd> {
  const { now, store } = context;
  const nowMs = now();
  const members = await findMembers(context, storm);
  for (const { id } of members) {
    await store.apply({
      incidentId: id,
      nowMs,
      effects: {
        // Told on the message that people have already, if there is one.
        steps: [{ key: `fold-${storm.id}`, kind: 'fold', dueAtMs: nowMs }],
        audit: [{ actor: 'midwatch', action: STORM_ACTION, detail: { storm: storm.id } }],
      },
    });
  }
  return {
    result: { members } satisfies GatherResult,
    effects: {
      steps: newLook(context, 1, nowMs),
      audit: [
        { actor: 'midwatch', action: 'storm-gathered', detail: { members: members.map(({ id }) => id) } },
      ],
    },
  };
}

async function findMembers(
  { rules, store }: ResponderContext,
  storm: Incident,
): Promise<GatherResult['members']> {
  if (rules.storm === 'none') return [];
  const sinceMs = storm.openedAtMs - rules.storm.withinMs;
  const members: Incident[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, next } = await store.listIncidents({
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    members.push(...items.filter((incident) => incident.openedAtMs >= sinceMs && isMember(incident, storm)));
    cursor = next;
    if (cursor === undefined || (items.at(-1)?.openedAtMs ?? 0) < sinceMs) break;
  }
  return members.map(({ id, service }) => ({ id, ...(service === undefined ? {} : { service }) }));
}

function isMember(incident: Incident, { environment, id, namespace }: Incident): boolean {
  return (
    incident.id !== id &&
    incident.status === 'firing' &&
    incident.environment === environment &&
    incident.namespace === namespace &&
    !isStorm(incident)
  );
}
