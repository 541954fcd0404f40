import type { ActionEffect, Proposal } from './action.js';
import type { Page, PageRequest } from './store.js';

/** Actions on systems, each begun at most once, and the log of all that was proposed, decided and done. */
export interface ActionStore {
  /**
   * In one transaction: uses the approvals, counts the action against the service's budget, claims plan and target, and writes the
   * log; or changes nothing. Of many who try at once, also on other replicas, one begins.
   */
  begin(request: BeginAction): Promise<BeginAnswer>;
  /** What came of it. An `unknown` outcome can be ended again, anything else not. False when nothing of that id had begun, or it has ended. */
  end(request: EndAction): Promise<boolean>;
  /** How it was some time later, once. False when it was not applied, or is known already. */
  recordEffect(request: RecordEffect): Promise<boolean>;
  get(planId: string): Promise<RecordedAction | undefined>;
  /** Of an incident, the oldest first, at most 200. */
  listOf(incidentId: string): Promise<readonly RecordedAction[]>;
  /** Begun for a service at `sinceMs` or later, whatever came of them. */
  countBegun(query: { readonly service: string; readonly sinceMs: number }): Promise<number>;
  readonly log: ActionLog;
}

export interface BeginAction {
  readonly incidentId: string;
  readonly proposal: Proposal;
  /** Each must be of this incident and plan (its hash), approved and unexpired; none for an automatic one. */
  readonly approvalIds: readonly string[];
  /** At most so many begun for the service at `countSinceMs` or later, this one included. */
  readonly maxBegun: number;
  readonly countSinceMs: number;
  readonly nowMs: number;
  readonly entry: NewActionLogEntry;
}

/**
 * The first that is so, in this order: `unknown-incident`; `repeated`: this plan has begun before; `not-approved`; `target-busy`:
 * another action on the target has not ended, or its outcome is unknown; `over-budget`.
 */
export type BeginAnswer =
  | 'begun'
  | 'unknown-incident'
  | 'repeated'
  | 'not-approved'
  | 'target-busy'
  | 'over-budget';

export interface EndAction {
  readonly planId: string;
  readonly outcome: 'applied' | 'refused' | 'unknown';
  readonly nowMs: number;
  readonly entry: NewActionLogEntry;
}

export interface RecordEffect {
  readonly planId: string;
  readonly effect: ActionEffect;
  readonly nowMs: number;
  readonly entry: NewActionLogEntry;
}

export interface RecordedAction {
  readonly incidentId: string;
  /** JSON as it was proposed; an older version may have written it. Absent once the incident is deleted. */
  readonly proposal?: unknown;
  readonly planId: string;
  readonly service: string;
  readonly target: string;
  readonly remedy: string;
  readonly undoes?: string;
  /** `begun` while nobody knows what came of it. */
  readonly state: 'begun' | EndAction['outcome'];
  readonly begunAtMs: number;
  readonly endedAtMs?: number;
  readonly effect?: ActionEffect;
}

/** One thing that was proposed, asked, decided or done. */
export interface NewActionLogEntry {
  /** With `begin`, `end` and `recordEffect` both ids are the action's, whatever stands here. */
  readonly incidentId?: string;
  readonly planId?: string;
  /** Who: a person's name, or `midwatch`. It is erased with the incident. */
  readonly actor: string;
  /** kebab-case, such as `proposed`, `approved`, `begun`, `applied`. It stays, as the ids do. */
  readonly action: string;
  /** JSON, redacted. It is erased with the incident; of one that is not there (any more), it is not kept at all. */
  readonly detail?: unknown;
}

/**
 * An entry of the chain. Actor, detail and salt are gone once its incident is deleted; the chain holds without them.
 * `chainActionLog()` makes entries, `verifyActionLog()` follows them.
 */
export interface ActionLogEntry extends Omit<NewActionLogEntry, 'actor'> {
  /** From 1 on, without a gap. */
  readonly number: number;
  readonly atMs: number;
  readonly actor?: string;
  /** 16 random bytes in hex, without which nobody can guess from the hash what was erased. */
  readonly salt?: string;
  /** SHA-256 in hex of the canonical JSON (RFC 8785) of `{actor, detail, salt}`, from before anything was erased. */
  readonly detailHash: string;
  /** The hash of the entry before; 64 zeros in the first. */
  readonly previousHash: string;
  /** SHA-256 in hex of the canonical JSON of `{action, atMs, detailHash, incidentId, number, planId, previousHash}`. */
  readonly hash: string;
}

/** The newest entry: whoever keeps one elsewhere sees when the log was cut or written anew. */
export type ActionLogHead = Pick<ActionLogEntry, 'number' | 'hash' | 'atMs'>;

/** Append-only and never pruned: it is small, and a gap would show. */
export interface ActionLog {
  /** All or none, one behind the other; at most 200. */
  append(entries: readonly NewActionLogEntry[], nowMs: number): Promise<void>;
  /** Absent while it is empty. */
  head(): Promise<ActionLogHead | undefined>;
  /** The oldest first. */
  list(page: PageRequest & { readonly incidentId?: string }): Promise<Page<ActionLogEntry>>;
}
