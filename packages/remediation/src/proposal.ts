import type { Proposal } from '@midwatch/core/incident';
import { type Plan, type Purpose, parsePlan } from './plan.js';
import { toCanonicalJson } from './plan-id.js';

/** A plan that a remediator made. */
export type PurposefulPlan = Plan & { readonly purpose: Purpose };

/** Every field of it follows from the plan, whose hash binds it. */
export function toProposal(plan: PurposefulPlan): Proposal {
  const { purpose, action, blastRadius } = plan;
  const { service, title, evidence, undoes, madeAtMs, expiresAtMs } = purpose;
  return {
    planId: plan.id,
    remedy: action.kind,
    service,
    target: targetOf(plan),
    title,
    steps: plan.steps,
    diff: plan.diff,
    isReversible: plan.reversible,
    people: blastRadius.people,
    peopleReasons: blastRadius.reasons,
    evidence,
    ...(undoes === undefined ? {} : { undoes }),
    madeAtMs,
    expiresAtMs,
    plan,
  };
}

/** The plan of a proposal that may come from a store. Rejects when the two do not agree, or the plan was changed. */
export async function readProposal(proposal: Proposal): Promise<PurposefulPlan> {
  const plan = await parsePlan(proposal.plan);
  if (!isPurposeful(plan)) throw new TypeError('the plan tells no purpose');
  if (toCanonicalJson(toProposal(plan)) !== toCanonicalJson(proposal)) {
    throw new TypeError('the proposal is not the one of its plan');
  }
  return plan;
}

export function isPurposeful(plan: Plan): plan is PurposefulPlan {
  return plan.purpose !== undefined;
}

/** The object that must not be acted on twice at once: of a pod its Deployment. */
export function targetOf({ executorId, action: { target }, state }: Plan): string {
  const owner = target.kind === 'pod' ? state['deployment'] : undefined;
  const kind = typeof owner === 'string' ? 'deployment' : target.kind;
  const name = typeof owner === 'string' ? owner : target.name;
  return `${executorId} ${kind} ${target.namespace === undefined ? '' : `${target.namespace}/`}${name}`;
}
