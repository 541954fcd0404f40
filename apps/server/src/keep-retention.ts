import type { Store } from '@midwatch/core/incident';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const INCIDENT_DAYS = 400;
const BUNDLE_DAYS = 30;
const AUDIT_DAYS = 400;
const LIMIT = 200;
const MAX_ROUNDS = 50;

/** Deletes once an hour what is older than it needs to be kept. Gives what ends it. */
export function keepRetention(store: Store, onError: (error: unknown) => void): () => void {
  let isStopped = false;
  const timer = setInterval(() => {
    prune(store, () => isStopped).catch(onError);
  }, HOUR_MS);
  timer.unref();
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}

async function prune(store: Store, isStopped: () => boolean): Promise<void> {
  const nowMs = Date.now();
  for (let round = 0; round < MAX_ROUNDS && !isStopped(); round++) {
    const { auditEntries, bundles, incidents } = await store.prune({
      incidentsBeforeMs: nowMs - INCIDENT_DAYS * DAY_MS,
      bundlesBeforeMs: nowMs - BUNDLE_DAYS * DAY_MS,
      auditBeforeMs: nowMs - AUDIT_DAYS * DAY_MS,
      limit: LIMIT,
    });
    if (Math.max(auditEntries, bundles, incidents) < LIMIT) return;
  }
}
