import { type CallContextV1, ConnectorError, type DeploySignal } from '@midwatch/core';
import type { HttpConnectorOptions, TokenOption } from '@midwatch/core/http';
import type { Approval, Redactor } from '@midwatch/core/incident';
import {
  type ActionKind,
  isWhole,
  type Outcome,
  type Plan,
  type PlanAnswer,
  type Refused,
  refuse,
} from './plan.js';
import { toCanonicalJson } from './plan-id.js';
import type { Target, TargetName } from './target.js';

/** The options that every executor has. */
export interface ExecutorOptions extends Pick<HttpConnectorOptions, 'baseUrl' | 'fetch' | 'id'> {
  /** The only credential, of an account that may do just this: never that of a read connector. */
  readonly writeToken: TokenOption;
  /** Takes secrets out of the diff of a plan, which is stored and shown; `none` must be written out. */
  readonly redact: Redactor | 'none';
  /** Every write is a dry run of the API's own, and `apply` then refuses with `dry-run`. @default false */
  readonly dryRun?: boolean;
  // What a read connector is made of cannot be handed over.
  readonly token?: never;
  readonly basicAuth?: never;
  readonly headers?: never;
}

/** `nowMs` is the time that expiry is measured by. */
export interface ApplyCall extends CallContextV1 {
  readonly nowMs: number;
  /** Asked after the last reading and right before the write: why it must not be. @default nothing forbids it */
  readonly whyNot?: () => Promise<string | undefined>;
}

/** What is wished for one object that was seen; the revision and every number are the executor's to find. */
export interface PlanWish {
  readonly kind: Exclude<ActionKind, 'scale-back'>;
  readonly target: Target;
  /** For a rollback: the deploy to go back behind. */
  readonly deploy?: DeploySignal | undefined;
  /** Every known deploy since then, that one included: changes of a schema are looked for in them. */
  readonly deploys: readonly DeploySignal[];
}

/** The approval of this very plan, once `Approvals.use()` has answered `done`. */
export type UsedApproval = Pick<Approval, 'hash' | 'state' | 'expiresAtMs'>;

/** What every executor does with a plan. */
export interface Executor {
  /** It acts only on what the connector of the same id has seen. */
  readonly id: string;
  readonly handles: readonly TargetName['kind'][];
  readonly isDryRun: boolean;
  /** Reads the object and plans what is wished for it, or says why not. Writes nothing. */
  planFor(wish: PlanWish, call: CallContextV1): Promise<PlanAnswer>;
  /** What the plan's state would be if it were made now. Rejects when that cannot be read. */
  readState(plan: Plan, call: CallContextV1): Promise<Plan['state']>;
  /**
   * Reads the state again and refuses when it is not the plan's; then writes once, never again. Rejects with a `TypeError` only, for
   * a mistake in this package.
   */
  apply(plan: Plan, approval: UsedApproval, call: ApplyCall): Promise<Outcome>;
  /** Looks, without writing, whether a plan whose outcome is unknown was applied: `applied` or still `unknown`. */
  lookUp(plan: Plan, call: CallContextV1): Promise<Outcome>;
  /** The plan that undoes one which was applied, for the state that there is now. It needs its own approval. */
  planUndo(plan: Plan, call: CallContextV1): Promise<PlanAnswer>;
}

/** Read access handed over as write access, and a plan whose texts nobody redacts, must not wait for the first incident. */
export function requireOwnToken(options: ExecutorOptions, executorId: string): void {
  const given = ['token', 'basicAuth', 'headers'].filter((name) => Object.hasOwn(options, name));
  const problem =
    given.length > 0
      ? `\`${given.join('`, `')}\` belongs to a read connector; give \`writeToken\` of an account of its own`
      : !options.writeToken
        ? '`writeToken` is missing'
        : !(options.redact as unknown) && "`redact` is missing: give a redactor, or 'none'";
  if (problem) throw new ConnectorError({ code: 'config', connectorId: executorId, message: problem });
}

/** What forbids to write for this plan, before anything is read. */
export async function refuseBefore(
  plan: Plan,
  approval: UsedApproval,
  executorId: string,
  nowMs: number,
): Promise<Refused | undefined> {
  if (plan.executorId !== executorId) return refuse('wrong-plan', `the plan is for ${plan.executorId}`);
  if (!(await isWhole(plan))) return refuse('wrong-plan', 'the plan was changed after it was made');
  if (approval.hash !== plan.id) return refuse('wrong-approval', 'the approval is of another plan');
  if (approval.state !== 'used') return refuse('wrong-approval', `the approval is ${approval.state}`);
  if (!(nowMs < approval.expiresAtMs)) return refuse('expired', 'the approval has expired');
  return undefined;
}

/** Whether the object is still as it was when the plan was made. */
export function refuseChanged(plan: Plan, now: Plan['state']): Refused | undefined {
  const names = new Set([...Object.keys(plan.state), ...Object.keys(now)]);
  const changed = [...names].filter(
    (name) => toCanonicalJson(plan.state[name] ?? null) !== toCanonicalJson(now[name] ?? null),
  );
  if (changed.length === 0) return undefined;
  return refuse('changed', `since the plan was made there is another ${changed.sort().join(', ')}`);
}

/** What forbids the write after all was read. */
export async function refuseStopped({ whyNot }: ApplyCall): Promise<Refused | undefined> {
  const why = await whyNot?.();
  return why === undefined ? undefined : refuse('stopped', why);
}

/** What reading before the write ended with: nothing was written. */
export function refuseUnread(error: unknown): Refused {
  if (!ConnectorError.is(error)) throw error;
  if (error.status === 404) return refuse('no-such-object', 'the object is not there any more');
  return refuse('not-read', `its state could not be read: ${error.message}`);
}

/**
 * What a failed write means. An answer that says no has written nothing; no answer, a late one, one that cannot be read and one of a
 * server that failed may have: `undefined`, look it up.
 */
export function refuseUnwritten(error: unknown): Refused | undefined {
  if (!ConnectorError.is(error)) throw error;
  const { status, code, message } = error;
  if (status === undefined) {
    return code === 'config' ? refuse('rejected', `nothing was sent: ${message}`) : undefined;
  }
  if (status >= 500 || status === 408) return undefined;
  if (status === 401 || status === 403) return refuse('forbidden', `the account may not do that: ${message}`);
  if (status === 404) return refuse('no-such-object', 'the object is not there any more');
  if (status === 409) return refuse('conflict', 'somebody changed it in the same moment');
  return status >= 300 ? refuse('rejected', `the API refused: ${message}`) : undefined;
}

/** A look-up that saw the object as if nothing had been written. */
export const unseen: Outcome = {
  outcome: 'unknown',
  detail: 'no answer came, and no reading shows the write',
  wasRead: true,
};

export function unread(error: unknown): Outcome {
  if (!ConnectorError.is(error)) throw error;
  const detail = `no answer came, and the state cannot be read: ${error.message}`;
  return { outcome: 'unknown', detail, wasRead: false };
}

const LOOK_UP_MS = 5_000;

/** For the one reading after a write in doubt, which may have used up all the time there was. */
export function lookUpCall(call: CallContextV1): CallContextV1 {
  return { ...call, deadlineAtMs: Math.max(call.deadlineAtMs, Date.now() + LOOK_UP_MS) };
}

export const dryRunRefusal = refuse('dry-run', 'the API would have taken it; nothing was changed');
