import type { NewAuditEntry } from './store.js';

/** What is so for the whole deployment: whether models are stopped, what a source answered last, when a heartbeat was heard. */
export interface Control {
  readonly name: string;
  /** JSON, as an older version may have written it. */
  readonly value: unknown;
  readonly setAtMs: number;
}

/** One JSON value a name. Whoever sets it last is right. */
export interface ControlStore {
  get(name: string): Promise<Control | undefined>;
  /** Replaces what was there. The audit entry, which belongs to no incident, is written in the same transaction. */
  set(name: string, value: unknown, nowMs: number, audit?: NewAuditEntry): Promise<void>;
  /** Those whose names begin so, by name, at most 1,000. @default all */
  list(prefix?: string): Promise<readonly Control[]>;
  /**
   * True for one caller of all replicas in `everyMs`, counted from the last time it was true; the control then holds that
   * time. Whoever gets it may still be lost with what it was to do: the next turn comes.
   */
  takeTurn(turn: {
    readonly name: string;
    readonly nowMs: number;
    readonly everyMs: number;
  }): Promise<boolean>;
}
