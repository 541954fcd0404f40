import type { BriefQuery, CollectionSummary } from '@midwatch/core/incident';

/** Every vendor query that ran, by its id: what a finding's `queryIds` lead to. */
export function indexQueries(collection: CollectionSummary): ReadonlyMap<string, BriefQuery> {
  const queries = new Map<string, BriefQuery>();
  for (const { connectorId, provenance } of collection.sources) {
    for (const { queryId, language, text, window, url } of provenance) {
      queries.set(queryId, {
        connectorId,
        language,
        text,
        startMs: window.startMs,
        endMs: window.endMs,
        ...(url === undefined ? {} : { url }),
      });
    }
  }
  return queries;
}
