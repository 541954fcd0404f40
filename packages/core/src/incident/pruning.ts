export interface PruneRequest {
  /**
   * Incidents not updated since, with their alerts, work, approvals and memory, whatever their state. Of their analyses, outcomes,
   * ratings, actions and entries of the action log the figures stay, without texts and names of people.
   */
  readonly incidentsBeforeMs?: number;
  readonly bundlesBeforeMs?: number;
  readonly auditBeforeMs?: number;
  /** Changes that took effect before. */
  readonly changesBeforeMs?: number;
  /** Analyses, outcomes and ratings from before, and memories that were kept before. */
  readonly ledgerBeforeMs?: number;
  readonly limit: number;
}

export interface Pruned {
  readonly incidents: number;
  readonly bundles: number;
  readonly auditEntries: number;
  readonly changes: number;
  readonly analyses: number;
  readonly outcomes: number;
  readonly ratings: number;
  readonly memories: number;
}
