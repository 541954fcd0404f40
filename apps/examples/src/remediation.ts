import type { CallContextV1, DeploySignal } from '@midwatch/core';
import { targetsOf } from '@midwatch/remediation';
import { createKubernetesExecutor } from '@midwatch/remediation/kubernetes';

const executor = createKubernetesExecutor({
  baseUrl: 'https://kubernetes.example.com',
  writeToken: process.env['MIDWATCH_WRITE_TOKEN'] ?? '',
  redact: 'none',
  dryRun: true,
});

/** What a rollback of the Deployment behind a deploy would be: nothing is written by a plan. */
export async function planRollback(deploy: DeploySignal, call: CallContextV1): Promise<void> {
  const target = targetsOf([deploy]).find((seen) => seen.kind === 'deployment');
  if (target === undefined) return;
  const observed = await executor.observe(target, call);
  const [to] = observed.revisions;
  if (to === undefined) return;
  console.log(await executor.plan({ kind: 'rollback', to }, observed, [deploy]));
}
