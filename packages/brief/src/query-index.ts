import type { BriefQuery, CollectionSummary } from '@midwatch/core/incident';
import type { LinkRule } from './safe-link.js';

/** Every vendor query that ran, by its id: what a finding's `queryIds` lead to. */
export function indexQueries(
  collection: CollectionSummary,
  { withSafeLink }: LinkRule,
): ReadonlyMap<string, BriefQuery> {
  const queries = new Map<string, BriefQuery>();
  for (const { connectorId, provenance } of collection.sources) {
    for (const { queryId, language, text, window, url } of provenance) {
      const { startMs, endMs } = window;
      const link = url === undefined ? {} : { url };
      queries.set(queryId, withSafeLink({ connectorId, language, text, startMs, endMs, ...link }));
    }
  }
  return queries;
}
