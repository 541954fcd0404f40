import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createKubernetesConnector } from '@midwatch/connector-kubernetes';
import { type DeploySignal, querySignals } from '@midwatch/core';
import { type Executor, type Plan, type PlanAnswer, targetsOf } from '@midwatch/remediation';
import { createArgoCdExecutor } from '@midwatch/remediation/argocd';
import { createKubernetesExecutor } from '@midwatch/remediation/kubernetes';
import { createReactingSimulator, type ReactingOptions } from '../reacting/reacting-simulator.js';

export const MINUTE_MS = 60_000;

/** A shop whose clock is turned by hand, with the connector and the executor of whoever deploys it. */
export function openShop(given: Partial<ReactingOptions> & Pick<ReactingOptions, 'helps'>) {
  const clock = { nowMs: 0 };
  const simulator = createReactingSimulator({ name: 'pool-exhaustion', now: () => clock.nowMs, ...given });
  clock.nowMs = simulator.scenario.nowMs + MINUTE_MS;
  const { fetch, scenario, tokens } = simulator;
  const isKubectl = given.deployedBy === 'kubectl';
  const connector = isKubectl
    ? createKubernetesConnector({ baseUrl: 'http://simulator/kubernetes', token: tokens.kubernetes })
    : createArgoCdConnector({ baseUrl: 'http://simulator/argocd', token: tokens.argocd });
  const own = { writeToken: tokens.write, redact: 'none', fetch } as const;
  const argocd = createArgoCdExecutor({ ...own, baseUrl: 'http://simulator/argocd' });
  const kubernetes = createKubernetesExecutor({ ...own, baseUrl: 'http://simulator/kubernetes' });
  const executor: Executor = isKubectl ? kubernetes : argocd;
  const service = scenario.truth.service ?? '';
  const namespace = scenario.alert.commonLabels['namespace'] ?? '';
  const call = () => ({
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 5000,
    fetch,
    nowMs: clock.nowMs,
  });

  async function deploys(): Promise<readonly DeploySignal[]> {
    const window = { startMs: clock.nowMs - 600 * MINUTE_MS, endMs: clock.nowMs };
    const request = { window, target: { service, namespace } };
    const { signals } = await querySignals(connector, 'deploys', request, { redact: 'none', fetch });
    return [...signals].sort((left, right) => left.timestampMs - right.timestampMs);
  }

  async function planRollback(): Promise<PlanAnswer> {
    for (const target of targetsOf(await deploys())) {
      if (target.kind === 'application') {
        const observed = await argocd.observe(target, call());
        const to = observed.revisions[1];
        if (to !== undefined) return argocd.plan({ kind: 'rollback', to }, observed);
      } else if (target.kind === 'deployment') {
        const observed = await kubernetes.observe(target, call());
        const [to] = observed.revisions;
        if (to !== undefined) return kubernetes.plan({ kind: 'rollback', to }, observed);
      }
    }
    throw new Error('nothing to roll back');
  }

  const apply = (plan: Plan) =>
    executor.apply(plan, { hash: plan.id, state: 'used', expiresAtMs: clock.nowMs + MINUTE_MS }, call());
  return { clock, simulator, service, namespace, deploys, planRollback, apply, executor, call };
}

export function planOf(answer: PlanAnswer): Plan {
  if (answer.outcome !== 'planned') throw new Error(answer.detail);
  return answer.plan;
}
