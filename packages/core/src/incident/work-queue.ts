import type { Effects, Page, PageRequest } from './store.js';

/** `running` while a lease holds it, also after the lease ran out and nobody has claimed it yet. */
export type WorkState = 'waiting' | 'running' | 'done' | 'failed';

/** What every durable piece of work has. */
export interface Work {
  readonly incidentId: string;
  readonly key: string;
  readonly state: WorkState;
  /** How often it was claimed; counts a running claim. A number that many crashes raised marks a poison incident. */
  readonly attempts: number;
  /** When it was put in, or put in again. */
  readonly queuedAtMs: number;
  /** Only while it waits. */
  readonly dueAtMs?: number;
  /** Only while it runs. */
  readonly leaseUntilMs?: number;
  readonly finishedAtMs?: number;
  /** What `complete` was given. */
  readonly result?: unknown;
  /** Why the latest attempt that ended badly did, at most 4,096 characters. */
  readonly error?: string;
}

export interface Step extends Work {
  readonly kind: string;
  readonly input?: unknown;
}

export interface Delivery extends Work {
  readonly channel: string;
  readonly payload: unknown;
}

/** A claimed item is its own lease. It is lost once somebody else has claimed the item. */
export type Lease = Pick<Work, 'incidentId' | 'key' | 'attempts'>;

export interface ClaimRequest {
  readonly nowMs: number;
  readonly leaseMs: number;
  /** Only of this incident: for an engine that runs one workflow for each. Default: of all. */
  readonly incidentId?: string;
  /** Of steps: only those of the kind `ASIDE_STEP_KIND`. Default: all but those. */
  readonly isAside?: boolean;
  /** Leaves out what was claimed twice or more and not ended: its processes may have died of it, and take others with them. */
  readonly leavesSuspects?: boolean;
}

/**
 * Steps of this kind change nothing that people see: each runs beside the other steps of its incident, none of which waits for
 * it, and none counts as work that is left.
 */
export const ASIDE_STEP_KIND = 'shadow';

/** What is in a queue and not done. */
export interface Backlog {
  /** Due or not. */
  readonly waiting: number;
  readonly running: number;
  /** Given up: for people to see to. */
  readonly failed: number;
  /** Since when the longest due waits for somebody to claim it, one whose lease ran out included; absent while none does. */
  readonly dueSinceMs?: number;
}

/**
 * At least once: an item whose lease ran out is handed out again. All that end a claim answer false, and write nothing,
 * when the lease is lost.
 */
export interface WorkQueue<Item extends Work> {
  /** The item that is due longest, for nobody else until `nowMs + leaseMs`. */
  claim(request: ClaimRequest): Promise<Item | undefined>;
  extend(lease: Lease, leaseUntilMs: number): Promise<boolean>;
  complete(
    lease: Lease,
    end: { readonly nowMs: number; readonly result?: unknown; readonly effects?: Effects },
  ): Promise<boolean>;
  /** Due again at `dueAtMs`. */
  retry(lease: Lease, end: { readonly dueAtMs: number; readonly error: string }): Promise<boolean>;
  /** Never again by itself. */
  fail(
    lease: Lease,
    end: { readonly nowMs: number; readonly error: string; readonly effects?: Effects },
  ): Promise<boolean>;
  get(incidentId: string, key: string): Promise<Item | undefined>;
  /** Of all incidents together. */
  measure(nowMs: number): Promise<Backlog>;
  /** What failed and counts as work that is left, the newest first. */
  listDead(page: PageRequest): Promise<Page<Item>>;
  /** False unless it is dead. A step's attempts count anew; a delivery's do not, as any of them may have arrived. */
  requeue(incidentId: string, key: string, dueAtMs: number): Promise<boolean>;
}

/** Of one incident, one step at a time is handed out, and beside it those that were asked for with `isAside`. */
export type StepQueue = WorkQueue<Step>;

/** Of one incident and channel, one delivery at a time is handed out, in the order they were put in; a dead one is passed. */
export interface Outbox extends WorkQueue<Delivery> {
  /** The result of the newest delivery that arrived: what the next one has to edit. */
  lastResult(incidentId: string, channel: string): Promise<unknown>;
}
