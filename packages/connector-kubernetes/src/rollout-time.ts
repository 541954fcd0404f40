import type { CallContextV1, Gap, TimeWindow } from '@midwatch/core';
import * as z from 'zod';
import { type EventObject, eventSchema, eventTimes } from './event-object.js';
import type { KubernetesApi, Listing } from './kubernetes-api.js';
import { metadataSchema, toMs } from './object-schema.js';
import type { Rollout } from './rollout-history.js';
import { partGap, settleParts, toFailure } from './settle-parts.js';
import type { Workload } from './workload.js';

export interface TimedRollout extends Rollout {
  readonly workload: Workload;
  /** When it began, as near as anything tells. */
  readonly timestampMs: number;
}

const podTimeSchema = z.object({ metadata: metadataSchema });

/** Rollbacks whose time is looked for in one answer: each costs two requests. */
const MAX_LOOKUPS = 3;

/** When rollbacks took effect that the history gives no time for: by the events and pods of the latest one. */
export function createRolloutClock(api: KubernetesApi, call: CallContextV1) {
  let lookups = 0;

  async function look({ namespace, workload }: Workload, { revision }: Rollout): Promise<Listing<number>> {
    const events = api.list(
      {
        path: '/api/v1/{scope}events',
        namespace,
        fieldSelector: `involvedObject.name=${workload}`,
        schema: eventSchema,
      },
      call,
    );
    const pods =
      revision.podSelector === undefined
        ? undefined
        : api.list(
            {
              path: '/api/v1/{scope}pods',
              namespace,
              labelSelector: revision.podSelector,
              schema: podTimeSchema,
            },
            call,
          );
    const listings = await settleParts([
      {
        what: 'events',
        listing: events.then((listing) => timesOf(listing, (event) => scaledMs(event, revision.name))),
      },
      ...(pods === undefined
        ? []
        : [
            {
              what: 'pods',
              listing: pods.then((listing) =>
                timesOf(listing, ({ metadata }) => toMs(metadata.creationTimestamp)),
              ),
            },
          ]),
    ]);
    return listings;
  }

  return async (
    workload: Workload,
    rollout: Rollout,
    window: TimeWindow,
  ): Promise<{ readonly timed?: TimedRollout; readonly gaps: readonly Gap[] }> => {
    if (rollout.atMs !== undefined) {
      return { timed: { ...rollout, workload, timestampMs: rollout.atMs }, gaps: [] };
    }
    const { afterMs, beforeMs = Number.POSITIVE_INFINITY } = rollout;
    if (beforeMs <= window.startMs || afterMs >= window.endMs) return { gaps: [] };
    const unknown = unknownTime(rollout, window);
    if (!rollout.isCurrent) return { gaps: [unknown] };
    lookups += 1;
    const found: Listing<number> =
      lookups > MAX_LOOKUPS ? { items: [], gaps: [] } : await look(workload, rollout).catch(lookupGap);
    const { progress } = workload;
    // What moved last may still be the rollout before.
    const moved = progress?.text.includes(`"${rollout.revision.name}"`) === true ? [progress.atMs] : [];
    // Each was seen after the rollout began, so that the earliest is the nearest.
    const seen = [...found.items, ...moved].filter((ms) => ms >= afterMs);
    if (seen.length === 0) return { gaps: [...found.gaps, unknown] };
    return { timed: { ...rollout, workload, timestampMs: Math.min(...seen) }, gaps: found.gaps };
  };
}

function lookupGap(error: unknown): Listing<number> {
  return { items: [], gaps: [partGap('events and pods of a rollback', toFailure(error))] };
}

function timesOf<T>({ items, gaps }: Listing<T>, toTime: (item: T) => number | undefined): Listing<number> {
  return { items: items.flatMap((item) => toTime(item) ?? []), gaps };
}

/** `Scaled up replica set orders-6d4f to 1 from 0`; those of StatefulSets and DaemonSets name pods only. */
function scaledMs(event: EventObject, revisionName: string): number | undefined {
  const text = event.note ?? event.message ?? '';
  const isScaling = event.reason === 'ScalingReplicaSet' && text.startsWith('Scaled up');
  return isScaling && text.split(' ').includes(revisionName) ? eventTimes(event)?.firstMs : undefined;
}

function unknownTime({ afterMs, beforeMs, number }: Rollout, { startMs, endMs }: TimeWindow): Gap {
  return {
    reason: 'retention',
    window: { startMs: Math.max(startMs, afterMs), endMs: Math.min(endMs, beforeMs ?? endMs) },
    missing: { count: 1, exact: true },
    detail: `a rollback (revision ${number}) whose time nothing keeps`,
  };
}
