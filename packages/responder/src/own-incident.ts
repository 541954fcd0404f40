import type { Alert, Incident } from '@midwatch/core/incident';

const FINGERPRINT = 'midwatch-blind';
const GROUP_KEY = JSON.stringify(['midwatch itself']);
/** In a place of its own: it makes no storm of others. */
const PLACE = { service: 'midwatch', namespace: 'midwatch' };

/** Incidents of Midwatch itself: nothing is read for them, and no model is asked. */
export function isOfMidwatchItself({ groupKey }: Pick<Incident, 'groupKey'>): boolean {
  return groupKey === GROUP_KEY;
}

/** Whoever sends alerts chooses their fingerprints, by which a store finds them: none of theirs is that of Midwatch itself. */
export function asOfOutside(alert: Alert): Alert {
  if (alert.fingerprint !== FINGERPRINT) return alert;
  return { ...alert, fingerprint: `outside ${FINGERPRINT}` };
}

/** What it tells itself: always the same alert, so that an incident that comes again goes on. */
export function ownAlert(startsAtMs: number, endsAtMs?: number): { alert: Alert; groupKey: string } {
  const alert: Alert = {
    source: 'midwatch',
    fingerprint: FINGERPRINT,
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
