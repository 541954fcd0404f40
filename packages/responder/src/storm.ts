import type { Alert, Incident, IncidentDetails, NewStep, Store, StormRecord } from '@midwatch/core/incident';
import type { ResponderContext } from './responder-options.js';
import type { StormRule } from './rules.js';

/** Of an incident that a storm took in: the entry that says so. */
export const STORM_ACTION = 'part-of-storm';

/** What a `gather` step leaves. */
export interface GatherResult {
  readonly members: readonly { readonly id: string; readonly service?: string }[];
}

export const GATHER_KEY = 'gather';
/** What a storm tells of its growth is told at most so often. */
const STATUS_EVERY_MS = 30_000;

const keyOf = ({ environment, namespace }: Pick<Incident, 'environment' | 'namespace'>) =>
  JSON.stringify(['storm', environment ?? '', namespace ?? '']);

export function isStorm(incident: Incident): boolean {
  return incident.groupKey === keyOf(incident);
}

export function stormTitle({ environment, namespace }: Pick<Incident, 'environment' | 'namespace'>): string {
  const place = namespace ?? environment;
  return place === undefined ? 'storm of many services' : `storm in ${place}`;
}

/** How the store is asked whether an alert belongs to a storm, or begins one. */
export function toStormRecord(alert: Alert, rule: StormRule, nowMs: number): StormRecord {
  const { target } = alert;
  // Before all that its members have waiting: what it takes in need not be looked at any more.
  const gather: NewStep = { key: GATHER_KEY, kind: 'gather', dueAtMs: nowMs - rule.withinMs };
  const bucket = Math.floor(nowMs / STATUS_EVERY_MS) + 1;
  const status = {
    key: `storm-status-${bucket}`,
    kind: 'update-status',
    dueAtMs: bucket * STATUS_EVERY_MS,
  };
  const detail = { name: alert.name, fingerprint: alert.fingerprint };
  return {
    groupKey: keyOf(target),
    title: stormTitle(target),
    incidents: rule.services,
    joinSinceMs: nowMs - rule.joinWindowMs,
    countSinceMs: nowMs - rule.withinMs,
    effects: {
      opened: { steps: [gather], audit: [{ actor: alert.source, action: 'storm-began', detail }] },
      // No entry for each: a storm has thousands.
      joined: { steps: [status] },
    },
  };
}

/**
 * The storm that an incident is part of, while it burns: nobody looks at the incident by itself. One whose alerts have stopped
 * coming holds nothing back, even if one of them never resolves.
 */
export async function findBurningStorm(
  { now, rules, store }: ResponderContext,
  { timeline }: IncidentDetails,
): Promise<Incident | undefined> {
  const entry = timeline.findLast(({ action }) => action === STORM_ACTION);
  const { storm } = (entry?.detail ?? {}) as { readonly storm?: unknown };
  if (typeof storm !== 'string') return undefined;
  const found = await store.getIncident(storm);
  if (found?.status !== 'firing' || now() - found.lastAlertAtMs > rules.joinWindowMs) return undefined;
  return found;
}

/** When what a storm holds back is looked at again: a storm of which one alert never resolves ends by itself. */
export function afterStorm({ rules }: Pick<ResponderContext, 'rules'>, storm: Incident): number {
  return storm.lastAlertAtMs + rules.joinWindowMs + 1;
}

/** What a look at a storm is planned from: the place, and no service more than another. */
export function toStormAlert(incident: IncidentDetails, first: Alert): Alert {
  const { service: _, pod: __, ...target } = first.target;
  if (target.namespace === undefined && target.environment === undefined) return first;
  const firing = incident.alerts.filter(({ alert }) => alert.status === 'firing');
  return {
    ...first,
    name: stormTitle(incident),
    startsAtMs: firing.reduce((least, { alert }) => Math.min(least, alert.startsAtMs), first.startsAtMs),
    target,
    labels: {},
    annotations: {},
  };
}

const MAX_SERVICES_NAMED = 8;

/** How many services a storm has hit, as far as its first alerts tell, and the first of them by name. */
export async function readStormSize(
  store: Store,
  incident: IncidentDetails,
): Promise<{ readonly count: number; readonly isAtLeast: boolean; readonly note: string }> {
  const gathered = await store.steps.get(incident.id, GATHER_KEY);
  const { members = [] } = (gathered?.result ?? {}) as Partial<GatherResult>;
  const services = new Set([
    ...members.map(({ id, service }) => service ?? id),
    ...incident.alerts.map(({ alert }) => alert.target.service ?? alert.name),
  ]);
  const named = [...services].slice(0, MAX_SERVICES_NAMED).join(', ');
  const more = services.size - MAX_SERVICES_NAMED;
  return {
    count: services.size,
    isAtLeast: incident.alertCount > incident.alerts.length,
    note: `hit: ${named}${more > 0 ? ` and ${more} more` : ''}`,
  };
}
