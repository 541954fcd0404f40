import type { ConfigurationChange } from '../connector/v1/signal.js';
import type { Alert } from './alert.js';
import type { AdmittedAnalysis, AnalysisUsage, AnalyzerIdentity } from './analysis.js';
import type { Dossier } from './dossier.js';
import type { Evidence } from './finding.js';
import type { Incident } from './store.js';

/** Everything that can ever be done to a system. `scale-back` only undoes a `scale-up`. */
export const remedies = ['rollback', 'restart', 'scale-up', 'scale-back'] as const;
export type Remedy = (typeof remedies)[number];

/** Who a name is, where people are counted: a token of Dana's and dana in Slack are one. For comparison only, never shown. */
export function personOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** One action, worked out for one state of one object. Plain JSON: it is stored, shown, approved and carried out as it is. */
export interface Proposal {
  /** SHA-256 in hex of the plan with the exact state that it was made for: approvals are bound to it. */
  readonly planId: string;
  readonly remedy: Remedy;
  readonly service: string;
  /** The object, the same for every plan on it: `kubernetes deployment shop/checkout`. */
  readonly target: string;
  /** For people, in words of our own: `Roll checkout back to v1.4.2`. */
  readonly title: string;
  /** For people, in order. */
  readonly steps: readonly string[];
  readonly diff: readonly ConfigurationChange[];
  readonly isReversible: boolean;
  /** Who must agree, and why two. */
  readonly people: 1 | 2;
  readonly peopleReasons: readonly string[];
  /** Ids of the findings that it rests on. */
  readonly evidence: readonly string[];
  /** The plan that it undoes. */
  readonly undoes?: string;
  readonly madeAtMs: number;
  /** From then on it can be neither approved nor carried out. */
  readonly expiresAtMs: number;
  /** The remediator's own, which it gets back as it was. */
  readonly plan: unknown;
}

/** `nothing`: why there is no proposal, in words of our own. */
export type ProposalAnswer = { readonly proposal: Proposal } | { readonly nothing: string };

/** One gate's answer, for people and for the record. */
export interface GateAnswer {
  readonly gate: string;
  readonly passed: boolean;
  readonly reason: string;
}

/** What came of carrying a proposal out. `gated`: a gate was not passed. `unknown`: it may have been done, and is looked up again. */
export interface CarriedOut {
  readonly outcome: 'applied' | 'refused' | 'unknown' | 'gated';
  /** In words of our own. */
  readonly detail: string;
  /** Of every gate; absent when it had begun before. */
  readonly gates?: readonly GateAnswer[];
}

/** How it is with the service some time after an action: `success` when its alerts are over or its decisive metric is. */
export const actionEffects = ['success', 'no-effect', 'worse'] as const;
export type ActionEffect = (typeof actionEffects)[number];

/** A second model's word on a proposal. It can only veto. */
export interface Review {
  readonly planId: string;
  readonly answer: 'no-veto' | 'veto' | 'unreachable';
  /** Of the model, redacted and one line; or why it did not answer, in words of our own. */
  readonly reason: string;
  readonly reviewer?: AnalyzerIdentity;
}

export interface ReviewInput {
  readonly alert: Alert;
  readonly evidence: Evidence;
  readonly dossier: Dossier;
  readonly analysis: AdmittedAnalysis;
  readonly proposal: Proposal;
}

/** A second model with a prompt of its own, which looks for a reason against one proposal. */
export interface Reviewer extends AnalyzerIdentity {
  /** The most that one question may cost, in US dollars; absent for one that costs nothing. */
  mostCostUsd?(input: ReviewInput): number;
  /** Rejects when it has no answer: that is no consent. */
  review(
    input: ReviewInput,
    call: RemediatorCall,
  ): Promise<Pick<Review, 'answer' | 'reason'> & { readonly usage?: AnalysisUsage }>;
}

export interface RemediatorCall {
  readonly signal: AbortSignal;
  readonly deadlineAtMs: number;
}

/** What there is to an incident when an action for it is thought of. */
export interface RemedyCase {
  readonly incident: Incident;
  readonly evidence: Evidence;
  /** The one that stands. */
  readonly analysis: AdmittedAnalysis;
  readonly nowMs: number;
}

/**
 * Plans actions from what was observed, asks every gate, and carries out at most once; `createRemediator()` of
 * `@midwatch/remediation` makes one. It rejects only on abort, on a failing store and on a mistake in the program.
 */
export interface Remediator {
  /** Reads the object as it is now and writes nothing. Nothing is proposed for a service that is not switched on by name. */
  propose(input: RemedyCase, call: RemediatorCall): Promise<ProposalAnswer>;
  /** Every gate's answer as of now, without doing anything: what is missing. */
  askGates(input: RemedyCase & Proposed, call: RemediatorCall): Promise<readonly GateAnswer[]>;
  /** Behind every gate, each asked now; when it had begun before, as before a crash, it is only looked up. */
  carryOut(input: RemedyCase & Proposed, call: RemediatorCall): Promise<CarriedOut>;
  /** What undoes an action that was applied, for the state that there is now. It passes the same gates but for what advised it. */
  proposeUndo(input: RemedyCase & Proposed, call: RemediatorCall): Promise<ProposalAnswer>;
  /** Whether a proposal needs no person, by a setting of the service's own, and whether one that did not help is undone by itself. */
  automation(proposal: Proposal): { readonly approves: boolean; readonly undoes: boolean };
  /** Whose approval counts for a service: nobody else's is to be taken. */
  approverRoles(service: string): readonly string[];
}

export interface Proposed {
  readonly proposal: Proposal;
  /** Absent while nobody was asked: then that gate is not passed. */
  readonly review?: Review;
}
