import type { AdmittedAnalysis, Approval, RecordedAction } from '@midwatch/core/incident';
import type { ActionKind, Plan } from '../plan.js';

/** What a team has allowed for one service. Nothing is allowed by default. */
export interface ServiceSettings {
  /** @default false */
  readonly isOn?: boolean;
  /** What may be done at all. @default none */
  readonly safeActions?: readonly Exclude<ActionKind, 'scale-back'>[];
  /** @default 1 */
  readonly maxActionsPerDay?: number;
  /** Replaces the approval for actions that can be undone and that one person could approve. @default false */
  readonly isAutomatic?: boolean;
  /** The same for the undo of an action that did not help. @default false */
  readonly undoesByItself?: boolean;
  /** Roles whose approval counts. @default none */
  readonly approverRoles?: readonly string[];
}

/** When nothing is done, in epoch milliseconds, half-open. */
export interface FreezeWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly reason: string;
}

/** The ledger's figures of answers at HIGH that people have settled as right, partly or wrong. */
export interface HighRecord {
  readonly right: number;
  readonly settled: number;
  /** When its first answer was given, and its last. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** An approval of the store, with the role that whoever decided it has. */
export interface DecidedApproval
  extends Pick<Approval, 'id' | 'hash' | 'state' | 'expiresAtMs' | 'decidedBy'> {
  readonly role?: string;
}

/** An action that is to be undone. */
export interface UndoneAction extends Pick<RecordedAction, 'planId' | 'service' | 'target' | 'state'> {
  /** Another undo of it was begun. */
  readonly isUndone: boolean;
}

/**
 * All that the gates look at, read at `nowMs`. What could not be read is left out, and the gate that needs it is then not passed.
 */
export interface GateInput {
  readonly plan: Plan;
  readonly service: string;
  readonly nowMs: number;
  /** From the configuration's own entry of the service. */
  readonly settings?: ServiceSettings | undefined;
  /** After `admit()`. */
  readonly analysis?: Pick<AdmittedAnalysis, 'verdict' | 'confidence' | 'advice'> | undefined;
  readonly record?: HighRecord | undefined;
  /** Of a second model with its own prompt, about this plan; `unreachable` also when it is not configured. */
  readonly secondModel?:
    | { readonly planId: string; readonly answer: 'no-veto' | 'veto' | 'unreachable' }
    | undefined;
  /** Begun on the service in the 24 hours before `nowMs`, whatever came of them. */
  readonly actionsInLastDay?: number | undefined;
  readonly freezeWindows?: readonly FreezeWindow[] | undefined;
  /** Ids of open incidents on the target other than this one. */
  readonly otherIncidents?: readonly string[] | undefined;
  readonly approvals?: readonly DecidedApproval[] | undefined;
  /** What speaks against doing it without a person; not known is a reason, too. */
  readonly whyAPerson?: readonly string[] | undefined;
  /** What the store knows of the action that this plan undoes. */
  readonly undone?: UndoneAction | undefined;
  /** The plan's state as an executor read it just now. */
  readonly stateNow?: Plan['state'] | undefined;
  /** What the kill switch says: `no`, or why actions are stopped. */
  readonly stopped?: 'no' | { readonly reason: string } | undefined;
}
