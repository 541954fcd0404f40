import type { ActionStore } from './action-store.js';
import type { Alert } from './alert.js';
import type { Verdict } from './analysis.js';
import type { Brief } from './brief.js';
import type { ChangeStore } from './change-store.js';
import type { ControlStore } from './controls.js';
import type { Confidence } from './finding.js';
import type { LedgerStore, NewAnalysis, NewOutcome, NewRating, Outcome, Owner, Silence } from './ledger.js';
import type { MemoryStore, MemoryVerdict, NewMemory } from './memory.js';
import type { Pruned, PruneRequest } from './pruning.js';
import type { SpendingStore } from './spending.js';
import type { Outbox, StepQueue } from './work-queue.js';

/**
 * Where incidents and the work on them are kept. Every method that writes does so in one transaction: all of it is there
 * afterwards, or nothing. Times are epoch milliseconds that the caller gives; a store never looks at the clock.
 *
 * Any text or JSON value may hold 256 KiB of UTF-8; more is refused. JSON comes back as `unknown`: an older version may
 * have written it.
 */
export interface Store {
  /** Keeps an alert and the first work on it. The same fingerprint and start again change nothing, but for a resolve. */
  recordAlert(record: AlertRecord): Promise<RecordedAlert>;
  /**
   * The same for many, each as if those before it were recorded by themselves, in one transaction: when one is refused, none is
   * kept. D1 takes some 25 in one; when a later part fails, those before it are kept, and recording them again repeats them.
   */
  recordAlerts(records: readonly AlertRecord[]): Promise<readonly RecordedAlert[]>;
  /**
   * When the newest alert of a fingerprint began that is firing at `atMs`; if none is, the newest that had begun by then.
   * `undefined` when there is none.
   */
  findAlertStart(query: {
    readonly fingerprint: string;
    readonly atMs: number;
  }): Promise<{ readonly startsAtMs: number; readonly status: Alert['status'] } | undefined>;
  /** Effects outside of any step. False when there is no such incident. */
  apply(change: {
    readonly incidentId: string;
    readonly nowMs: number;
    readonly effects: Effects;
  }): Promise<boolean>;
  /** The same, and nothing when the incident has taken effects under this key before. */
  applyOnce(change: {
    readonly incidentId: string;
    readonly actionKey: string;
    readonly nowMs: number;
    readonly effects: Effects;
  }): Promise<'applied' | 'repeated' | 'unknown'>;
  /** Whether `applyOnce` has applied effects under this key. */
  isApplied(action: { readonly incidentId: string; readonly actionKey: string }): Promise<boolean>;
  getIncident(id: string): Promise<IncidentDetails | undefined>;
  /** The newest first. */
  listIncidents(page: PageRequest): Promise<Page<Incident>>;
  readonly steps: StepQueue;
  readonly outbox: Outbox;
  readonly approvals: Approvals;
  readonly actions: ActionStore;
  readonly audit: AuditLog;
  readonly bundles: BundleStore;
  readonly changes: ChangeStore;
  readonly controls: ControlStore;
  readonly spending: SpendingStore;
  readonly ledger: LedgerStore;
  readonly memories: MemoryStore;
  /** Deletes what is older than each given time, at most `limit` of each kind; call again while a figure equals it. */
  prune(request: PruneRequest): Promise<Pruned>;
  close(): Promise<void>;
}

export interface AlertRecord {
  readonly alert: Alert;
  /** The incident that is opened when the alert joins none. When it exists already, the alert joins it. */
  readonly incidentId: string;
  /** Alerts with equal keys share an incident: what belongs together is the responder's word. */
  readonly groupKey: string;
  /** An incident whose newest alert was recorded before this is not joined. */
  readonly joinSinceMs: number;
  /**
   * For an alert that fires: the incident of an earlier one of its fingerprint goes on, before any of the group, when it was
   * resolved at this time or later; one that still fires counts from its newest alert. A storm does not go on by this.
   * Default: only the group is joined.
   */
  readonly reopenSinceMs?: number;
  /** An incident that was opened before this does not go on. Default: none is too old. */
  readonly openedSinceMs?: number;
  /** For an alert that fires and would open an incident. Default: it does. */
  readonly storm?: StormRecord;
  readonly nowMs: number;
  /**
   * What happens in the same transaction, by outcome. `turned` comes with `joined` when the incident was resolved and fires from
   * now on, and with `resolved` when none of its alerts fires any more; not with a storm's `joined`.
   */
  readonly effects: Partial<Record<Exclude<AlertOutcome, 'repeated'> | 'turned', FirstEffects>>;
}

/** Alerts of many services of one environment and namespace at once share one incident, whose id is `incidentId` as well. */
export interface StormRecord {
  /** Of storms only. */
  readonly groupKey: string;
  /** The incident's name. It has no service. */
  readonly title: string;
  /** A storm whose newest alert was recorded before this is over: it is not joined. */
  readonly joinSinceMs: number;
  /** One begins with this alert when it would open the incident of this number since `countSinceMs`. */
  readonly incidents: number;
  readonly countSinceMs: number;
  readonly effects: Partial<Record<'opened' | 'joined', FirstEffects>>;
}

/**
 * `opened` a new incident, `joined` one that was there, `resolved` an alert known as firing, or `repeated` what was known
 * already. Resolved is final: a `firing` that arrives late for the same fingerprint and start is a repetition.
 */
export type AlertOutcome = 'opened' | 'joined' | 'resolved' | 'repeated';

export interface RecordedAlert {
  readonly incidentId: string;
  readonly outcome: AlertOutcome;
}

/** What one transaction adds to an incident. A step or delivery whose key is taken already is left as it is. */
export interface Effects {
  /** Replaces the incident's brief. */
  readonly brief?: Brief;
  readonly analyses?: readonly NewAnalysis[];
  readonly outcome?: NewOutcome;
  readonly rating?: NewRating;
  /** Replaces what is remembered of it; `none` forgets it. */
  readonly memory?: Omit<NewMemory, 'key'> | 'none';
  /** Keys of memories that stand in its dossier. */
  readonly memoriesShown?: readonly string[];
  /** What came of memories that were shown; a later verdict replaces one. */
  readonly memoryVerdicts?: readonly MemoryVerdict[];
  /** Replaces who is on it; `none` gives it back. */
  readonly owner?: Pick<Owner, 'by'> | 'none';
  /** Replaces the silence; `none` ends it. */
  readonly silence?: Pick<Silence, 'by' | 'untilMs'> | 'none';
  readonly steps?: readonly NewStep[];
  readonly deliveries?: readonly NewDelivery[];
  readonly audit?: readonly NewAuditEntry[];
}

/** What an alert can add: to an incident that is not there yet. */
export type FirstEffects = Pick<Effects, 'audit' | 'deliveries' | 'steps'>;

export interface NewStep {
  /** Once per incident. */
  readonly key: string;
  readonly kind: string;
  readonly input?: unknown;
  readonly dueAtMs: number;
}

export interface NewDelivery {
  /** Once per incident; the webhook-id. It stays the same over all attempts. */
  readonly key: string;
  readonly channel: string;
  readonly payload: unknown;
  readonly dueAtMs: number;
}

export interface NewAuditEntry {
  readonly actor: string;
  /** kebab-case */
  readonly action: string;
  readonly detail?: unknown;
}

/** `used` once its action was begun: an approval serves one time. */
export type ApprovalState = 'pending' | 'approved' | 'rejected' | 'used';

export interface Approval {
  readonly id: string;
  readonly incidentId: string;
  /** Of the exact action and the state it was proposed for. */
  readonly hash: string;
  readonly action: unknown;
  readonly state: ApprovalState;
  readonly requestedAtMs: number;
  /** From this on it can neither be decided nor used. */
  readonly expiresAtMs: number;
  readonly decidedBy?: string;
  /** The role that whoever decided it had then. */
  readonly decidedRole?: string;
  readonly decidedAtMs?: number;
}

/** `done`, or why not. */
export type ApprovalAnswer = 'done' | 'unknown' | 'other-hash' | 'expired' | 'wrong-state';

export interface Approvals {
  /** The same id again changes nothing. False when there is no such incident. */
  request(
    approval: Pick<Approval, 'id' | 'incidentId' | 'hash' | 'action' | 'requestedAtMs' | 'expiresAtMs'>,
  ): Promise<boolean>;
  get(id: string): Promise<Approval | undefined>;
  /** Only a pending one, once. */
  decide(decision: {
    readonly id: string;
    readonly hash: string;
    readonly state: 'approved' | 'rejected';
    readonly by: string;
    readonly role?: string;
    readonly nowMs: number;
    readonly effects?: Effects;
  }): Promise<ApprovalAnswer>;
  /** Only an approved one, once. */
  use(use: {
    readonly id: string;
    readonly hash: string;
    readonly nowMs: number;
    readonly effects?: Effects;
  }): Promise<ApprovalAnswer>;
}

export interface AuditEntry extends NewAuditEntry {
  readonly incidentId?: string;
  readonly atMs: number;
}

/** Append-only: nothing changes an entry, and only `prune` takes old ones away. */
export interface AuditLog {
  append(entries: readonly AuditEntry[]): Promise<void>;
  /** The newest first; of all incidents, or of one. */
  list(page: PageRequest & { readonly incidentId?: string }): Promise<Page<AuditEntry>>;
}

/** Redacted evidence, gzipped, at most 8 MiB each. */
export interface BundleStore {
  /** Replaces what the key held. */
  put(key: string, bytes: Uint8Array, nowMs: number): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
  /** False when there was none. */
  delete(key: string): Promise<boolean>;
}

export interface Incident {
  readonly id: string;
  readonly groupKey: string;
  /** The brief's headline; before there is one, the first alert's name. */
  readonly title: string;
  readonly service?: string;
  readonly namespace?: string;
  readonly environment?: string;
  readonly severity?: string;
  /** Firing while any of its alerts is. */
  readonly status: Alert['status'];
  readonly openedAtMs: number;
  readonly lastAlertAtMs: number;
  readonly updatedAtMs: number;
  /** When the alert that resolved last had ended; only while none fires. */
  readonly resolvedAtMs?: number;
  readonly alertCount: number;
  readonly verdict?: Verdict;
  readonly confidence?: Confidence;
  readonly owner?: Owner;
  readonly silence?: Silence;
}

export interface IncidentDetails extends Incident {
  readonly brief?: Brief;
  /** The newest. */
  readonly outcome?: Outcome;
  /** In the order they came; the first 200, `alertCount` tells of more. */
  readonly alerts: readonly { readonly alert: Alert; readonly recordedAtMs: number }[];
  /** Its audit entries, oldest first; the newest 500. */
  readonly timeline: readonly AuditEntry[];
}

export interface PageRequest {
  /** From 1 to 200. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. What is added meanwhile moves nothing. */
  readonly next?: string;
}
