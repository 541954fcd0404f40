import type { Store } from '@midwatch/core/incident';
import { keepDoing } from './keep-doing.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const INCIDENT_DAYS = 400;
const BUNDLE_DAYS = 30;
const LIMIT = 200;
const MAX_ROUNDS = 50;

/** Deletes what is older than it needs to be kept, in rounds that hold nobody up for long. */
export async function pruneStore(
  store: Store,
  nowMs: number,
  maxRounds = MAX_ROUNDS,
  hasEnded: () => boolean = () => false,
): Promise<void> {
  const longAgoMs = nowMs - INCIDENT_DAYS * DAY_MS;
  for (let round = 0; round < maxRounds && !hasEnded(); round++) {
    const pruned = await store.prune({
      incidentsBeforeMs: longAgoMs,
      auditBeforeMs: longAgoMs,
      changesBeforeMs: longAgoMs,
      ledgerBeforeMs: longAgoMs,
      bundlesBeforeMs: nowMs - BUNDLE_DAYS * DAY_MS,
      limit: LIMIT,
    });
    if (Math.max(...Object.values({ ...pruned })) < LIMIT) return;
  }
}

/** Prunes once an hour, and soon after the start: some servers do not live for an hour. Gives what ends it. */
export function keepRetention(store: Store, onError: (error: unknown) => void): () => Promise<void> {
  return keepDoing({ firstAfterMs: 60_000, everyMs: HOUR_MS, onError }, (hasEnded) =>
    pruneStore(store, Date.now(), MAX_ROUNDS, hasEnded),
  );
}
