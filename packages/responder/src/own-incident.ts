import type { Alert, Incident } from '@midwatch/core/incident';

const GROUP_KEY = JSON.stringify(['midwatch itself']);
/** In a place of its own: it makes no storm of others. */
const PLACE = { service: 'midwatch', namespace: 'midwatch' };

/** Incidents of Midwatch itself: nothing is read for them, and no model is asked. */
export function isOfMidwatchItself({ groupKey }: Pick<Incident, 'groupKey'>): boolean {
  return groupKey === GROUP_KEY;
}

/** What it tells itself: always the same alert, so that an incident that comes again goes on. */
export function ownAlert(startsAtMs: number, endsAtMs?: number): { alert: Alert; groupKey: string } {
  const alert: Alert = {
    source: 'midwatch',
    fingerprint: 'midwatch-blind',
    status: endsAtMs === undefined ? 'firing' : 'resolved',
    name: 'MidwatchBlind',
    severity: 'critical',
    summary: 'Midwatch does not see what it should',
    startsAtMs,
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
    target: PLACE,
    labels: {},
    annotations: {},
  };
  return { alert, groupKey: GROUP_KEY };
}
