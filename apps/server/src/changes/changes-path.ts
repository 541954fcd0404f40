import type { ChangeQuery } from '@midwatch/core/incident';

/** Of one answer of `GET /changes` and of the connector: changes may be large. */
export const MAX_LISTED_CHANGES = 200;

/** The request that lists what a query found, for people to send again. */
export function toChangesPath({ endMs, keep, limit, namespace, service, startMs }: ChangeQuery): string {
  const parameters = new URLSearchParams({
    start: new Date(startMs).toISOString(),
    end: new Date(endMs).toISOString(),
    ...(service === undefined ? {} : { service }),
    ...(namespace === undefined ? {} : { namespace }),
    limit: String(limit),
    keep,
  });
  // A colon may stand in a query; with it, times stay legible.
  return `/changes?${parameters.toString().replaceAll('%3A', ':')}`;
}
