import { BUCKETS, type Exposure } from './coverage.js';
import type { BucketedCounts } from './pattern-change.js';
import type { PatternDraft } from './pattern-draft.js';

/** All lines of a service by bucket, as many as there would be if every one had been read. */
export type ServiceTraffic = ReadonlyMap<string | undefined, BucketedCounts>;

export function createServiceTraffic(drafts: readonly PatternDraft[]): ServiceTraffic {
  const byService = new Map<string | undefined, { window: Float64Array; baseline: Float64Array }>();
  for (const draft of drafts) {
    let total = byService.get(draft.service);
    if (total === undefined) {
      total = { window: new Float64Array(BUCKETS), baseline: new Float64Array(BUCKETS) };
      byService.set(draft.service, total);
    }
    addEstimate(total.window, draft.windowCounts, draft.windowExposure);
    addEstimate(total.baseline, draft.baselineCounts, draft.baselineExposure);
  }
  return byService;
}

function addEstimate(total: Float64Array, counts: Uint32Array, exposure: Exposure): void {
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    total[bucket] = (total[bucket] ?? 0) + (counts[bucket] ?? 0) / (shareOf(exposure, bucket) || 1);
  }
}

/** The other lines of the pattern's service, as far as lines like the pattern's were read. */
export function otherTraffic(traffic: ServiceTraffic, draft: PatternDraft): BucketedCounts {
  const total = traffic.get(draft.service);
  return {
    window: others(total?.window, draft.windowCounts, draft.windowExposure),
    baseline: others(total?.baseline, draft.baselineCounts, draft.baselineExposure),
  };
}

function others(total: ArrayLike<number> | undefined, counts: Uint32Array, exposure: Exposure): Float64Array {
  return Float64Array.from(counts, (count, bucket) =>
    Math.max(0, (total?.[bucket] ?? 0) * shareOf(exposure, bucket) - count),
  );
}

function shareOf({ coveredMs, exposureMs }: Exposure, bucket: number): number {
  const covered = coveredMs[bucket] ?? 0;
  return covered > 0 ? (exposureMs[bucket] ?? 0) / covered : 0;
}
