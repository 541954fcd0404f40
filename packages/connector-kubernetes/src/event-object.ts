import * as z from 'zod';
import { metadataSchema, timeSchema, toMs } from './object-schema.js';

const referenceSchema = z
  .object({
    kind: z.string().nullish(),
    namespace: z.string().nullish(),
    name: z.string().nullish(),
    uid: z.string().nullish(),
    fieldPath: z.string().nullish(),
  })
  .nullish();

/**
 * An event in either shape: of `events.k8s.io/v1` (`regarding`, `note`, times of the old shape under `deprecated` names) or of the
 * core group (`involvedObject`, `message`). Which times are set depends on who wrote it, not on the shape.
 */
export const eventSchema = z.object({
  metadata: metadataSchema,
  type: z.string().nullish(),
  reason: z.string().nullish(),
  regarding: referenceSchema,
  involvedObject: referenceSchema,
  note: z.string().nullish(),
  message: z.string().nullish(),
  eventTime: timeSchema,
  series: z.object({ count: z.number().nullish(), lastObservedTime: timeSchema }).nullish(),
  count: z.number().nullish(),
  firstTimestamp: timeSchema,
  lastTimestamp: timeSchema,
  deprecatedCount: z.number().nullish(),
  deprecatedFirstTimestamp: timeSchema,
  deprecatedLastTimestamp: timeSchema,
});
export type EventObject = z.infer<typeof eventSchema>;

export interface EventTimes {
  readonly firstMs: number;
  readonly lastMs: number;
  /** How often it was seen between the two. */
  readonly count: number;
  /** The text of `firstMs`, which may have microseconds. */
  readonly first: string;
}

/** When an event was first and last seen: one object stands for all repetitions. */
export function eventTimes(event: EventObject): EventTimes | undefined {
  const { series, metadata } = event;
  const first = [
    event.firstTimestamp,
    event.deprecatedFirstTimestamp,
    event.eventTime,
    metadata.creationTimestamp,
  ].find((time) => toMs(time) !== undefined);
  const firstMs = toMs(first);
  if (first == null || firstMs === undefined) return undefined;
  const lasts = [series?.lastObservedTime, event.lastTimestamp, event.deprecatedLastTimestamp];
  return {
    first,
    firstMs,
    lastMs: Math.max(firstMs, ...lasts.flatMap((time) => toMs(time) ?? [])),
    count: Math.max(1, series?.count ?? 0, event.count ?? 0, event.deprecatedCount ?? 0),
  };
}
