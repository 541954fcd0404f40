import type { NewChange } from './change.js';

/** What was told of by `POST /changes`; it belongs to no incident. */
export interface ChangeStore {
  /**
   * Keeps changes that are redacted already, all or none, at most 1,000; the answers are in their order. Without an id the
   * content makes it. An id that is known changes nothing.
   */
  add(changes: readonly NewChange[], nowMs: number): Promise<readonly RecordedChange[]>;
  list(query: ChangeQuery): Promise<ChangeList>;
}

export interface RecordedChange {
  readonly id: string;
  readonly outcome: 'added' | 'repeated';
}

/** A change as it is kept. */
export interface Change extends NewChange {
  readonly id: string;
  /** When it was told; it may have taken effect long before. */
  readonly recordedAtMs: number;
}

export interface ChangeQuery {
  readonly startMs: number;
  /** Not included. */
  readonly endMs: number;
  readonly service?: string;
  /** A change that names no namespace belongs to any. */
  readonly namespace?: string;
  /** From 1 to 1,000. */
  readonly limit: number;
  /** What is left when there are more: `spread` takes them evenly. */
  readonly keep: 'newest' | 'oldest' | 'spread';
}

export interface ChangeList {
  /** Ascending in time. */
  readonly changes: readonly Change[];
  /** How many fit the query, beyond the limit too. */
  readonly total: number;
}
