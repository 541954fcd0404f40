import type { Gap } from '@midwatch/core';

interface Remarks {
  readonly warnings?: readonly string[] | null | undefined;
  readonly infos?: readonly string[] | null | undefined;
  readonly isPartial?: boolean | null | undefined;
}

const isCut = (text: string) => /truncated due to limit/i.test(text);
/** Remarks of the query engine on the query itself; 2.53 files `info` under warnings. */
const isOnQuery = (text: string) => /^PromQL (?:info|warning)/.test(text);
/** Of those, the ones by which samples were left out; that a metric might be no counter costs none. */
const isLoss = (text: string) =>
  /^PromQL warning|\bignored histogram|\bincompatible sample types\b/.test(text);

/**
 * What an answer with status 200 says it does not hold: `isPartial` of VictoriaMetrics, the warnings of Thanos, the limit
 * and the annotations of Prometheus. Their texts name hosts and series and are left behind.
 */
export function partialGaps({ infos, isPartial, warnings }: Remarks): readonly Gap[] {
  const all = [...(warnings ?? []), ...(infos ?? [])];
  const ofStore = (warnings ?? []).filter((text) => !isOnQuery(text) && !isCut(text));
  const gaps: Gap[] = [];
  if (all.some(isCut)) gaps.push({ reason: 'row-limit', missing: { count: 1, exact: false } });
  if (isPartial === true || ofStore.length > 0) {
    gaps.push({ reason: 'shard-failure', detail: 'a part of the store did not answer' });
  }
  if (all.some(isLoss)) {
    gaps.push({ reason: 'invalid-item', detail: 'the store left samples out that do not fit the query' });
  }
  return gaps;
}
