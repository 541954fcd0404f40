import type { Remediator } from '@midwatch/core/incident';
import { createRemediator, type RemediationStore } from '@midwatch/remediation';
import { createKubernetesExecutor } from '@midwatch/remediation/kubernetes';

type WhyStopped = () => Promise<string | undefined>;

/** Rollbacks of one service, each approved by a person: for now as dry runs. */
export function createActions(store: RemediationStore, whyStopped: WhyStopped): Remediator {
  const executor = createKubernetesExecutor({
    baseUrl: 'https://kubernetes.example.com',
    writeToken: process.env['MIDWATCH_WRITE_TOKEN'] ?? '',
    redact: 'none',
    dryRun: true,
  });
  const checkout = { isOn: true, safeActions: ['rollback'], approverRoles: ['approver'] } as const;
  return createRemediator({ executors: [executor], services: { checkout }, store, whyStopped });
}
