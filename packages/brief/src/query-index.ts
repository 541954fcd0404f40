import type { BriefQuery, CollectionSummary } from '@midwatch/core/incident';
import type { LinkRule } from './safe-link.js';

/** Every vendor query that ran, by its id: what a finding's `queryIds` lead to. */
export function indexQueries(
  { sources }: CollectionSummary,
  { toQuery }: LinkRule,
): ReadonlyMap<string, BriefQuery> {
  const queries = new Map<string, BriefQuery>();
  for (const { connectorId, provenance } of sources) {
    for (const each of provenance) queries.set(each.queryId, toQuery(connectorId, each));
  }
  return queries;
}
