import { createKubernetesExecutor, type KubernetesExecutorOptions } from '../kubernetes/kubernetes-executor.js';
import type { Plan, PlanAnswer } from '../plan.js';
import { applyCall, approvalOf, deploymentTarget, deploySignal, podTarget } from './deploy-signals.js';
import { createKubernetesStandIn, WRITE_TOKEN } from './kubernetes-stand-in.js';

/** An executor before a stand-in. */
export function setUp(options: Partial<KubernetesExecutorOptions> = {}) {
  const stand = createKubernetesStandIn();
  const executor = createKubernetesExecutor({
    baseUrl: 'https://cluster.example',
    writeToken: WRITE_TOKEN,
    redact: 'none',
    fetch: stand.fetch,
    ...options,
  });
  return { stand, executor };
}
export type SetUp = ReturnType<typeof setUp>;

export function planOf(answer: PlanAnswer): Plan {
  if (answer.outcome !== 'planned') throw new Error(`${answer.reason}: ${answer.detail}`);
  return answer.plan;
}

export async function rollbackPlan({ executor }: SetUp) {
  const observed = await executor.observe(deploymentTarget(), applyCall());
  const to = observed.revisions[0];
  if (to === undefined) throw new Error('no revision');
  return planOf(await executor.plan({ kind: 'rollback', to }, observed, [deploySignal()]));
}

export async function planFor(kind: 'restart' | 'scale-up', { executor }: SetUp) {
  return planOf(await executor.plan({ kind }, await executor.observe(deploymentTarget(), applyCall())));
}

export async function podPlan({ executor }: SetUp) {
  return planOf(await executor.plan({ kind: 'restart' }, await executor.observe(podTarget(), applyCall())));
}

export const plans = {
  rollback: rollbackPlan,
  restart: (set: SetUp) => planFor('restart', set),
  'scale-up': (set: SetUp) => planFor('scale-up', set),
  'restart of a pod': podPlan,
};
export const cases = Object.entries(plans);
export const deploymentCases = cases.slice(0, 3);

export const apply = ({ executor }: SetUp, plan: Plan) => executor.apply(plan, approvalOf(plan), applyCall());

