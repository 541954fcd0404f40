import type { Alert, IncidentDetails } from '@midwatch/core/incident';

/** How often an incident has burned: its alerts' times, put together where they overlap. Of a storm's first 200 alerts. */
export function countEpisodes({ alerts }: Pick<IncidentDetails, 'alerts'>): number {
  const times = alerts
    .map(({ alert }) => ({ startMs: alert.startsAtMs, endMs: endOf(alert) }))
    .toSorted((one, other) => one.startMs - other.startMs);
  let count = 0;
  let burnsUntilMs = -Infinity;
  for (const { endMs, startMs } of times) {
    if (startMs > burnsUntilMs) count += 1;
    burnsUntilMs = Math.max(burnsUntilMs, endMs);
  }
  return count;
}

function endOf({ endsAtMs, startsAtMs, status }: Alert): number {
  return status === 'firing' ? Infinity : (endsAtMs ?? startsAtMs);
}

/** `3rd time in 2 h`, for one that has burned before. */
export function recurrenceText(incident: Pick<IncidentDetails, 'alerts'>, nowMs: number): string | undefined {
  const count = countEpisodes(incident);
  if (count < 2) return undefined;
  const firstMs = incident.alerts.reduce((least, { alert }) => Math.min(least, alert.startsAtMs), nowMs);
  return `${ordinal(count)} time in ${span(nowMs - firstMs)}`;
}

function ordinal(count: number): string {
  const isTeen = count % 100 >= 11 && count % 100 <= 13;
  return `${count}${isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')}`;
}

function span(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  return minutes < 100 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
