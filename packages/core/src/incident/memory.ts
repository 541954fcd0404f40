/** A past incident whose true cause people told. Every text in it is redacted. */
export interface NewMemory {
  /** The incident's id, or of one that was imported `import-` and a digest of its content. */
  readonly key: string;
  /** When the incident was. */
  readonly atMs: number;
  readonly service?: string;
  readonly namespace?: string;
  /** Whose fault it truly was. */
  readonly causeService?: string;
  /** What it truly was: at most 2,000 characters. Empty when only the service is known. */
  readonly cause: string;
  /** As `toSignatures()` makes them: at most 40, each at most 200 characters. */
  readonly signatures: readonly string[];
  /** Those of its signatures, or of its text where there are none: at most 60. */
  readonly words: readonly string[];
}

export interface Memory extends NewMemory {
  /** In how many later incidents it was shown whose cause was then said to be the same. */
  readonly helped: number;
  /** In how many it was shown whose cause was another. */
  readonly misled: number;
}

/** What may be searched for: what was found in an incident, in forms that recur. */
export type MemoryFeatures = Pick<NewMemory, 'signatures' | 'words'>;

/** What came of a memory that was shown. `open`: not known, or no longer. */
export interface MemoryVerdict {
  readonly key: string;
  readonly verdict: 'helped' | 'misled' | 'open';
}

/** Past incidents with a known cause. What belongs to an incident is written by `Effects` and goes when the incident is deleted. */
export interface MemoryStore {
  /**
   * Those that share a word or a signature, by the database's own full-text search, the nearest by its own order first; `total`
   * is how many are kept in all. At most 200; below that every one that shares something is there.
   */
  search(query: MemoryFeatures & { readonly limit: number }): Promise<{
    readonly memories: readonly Memory[];
    readonly total: number;
  }>;
  /** Keeps all or, when one cannot be kept, none. Those whose key is known already change nothing. How many were new. */
  add(memories: readonly NewMemory[], nowMs: number): Promise<number>;
  /** Those that were shown in an incident's dossiers, in order of key. */
  listShown(incidentId: string): Promise<readonly Memory[]>;
}

/** A past incident that is like the present one: a hypothesis to check again, no evidence and never an answer. */
export interface SeenBefore {
  readonly key: string;
  readonly atMs: number;
  readonly service?: string;
  readonly causeService?: string;
  readonly cause: string;
  /** From 0 to 1. */
  readonly similarity: number;
  /** What it rests on; words alone say far less. */
  readonly by: 'signatures' | 'words';
  readonly helped: number;
  readonly misled: number;
}
