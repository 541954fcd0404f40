import { createKubernetesConnector } from '@midwatch/connector-kubernetes';
import { readKubeconfig } from '@midwatch/connector-kubernetes/node';
import { querySignals } from '@midwatch/core';

const access = await readKubeconfig({ path: 'midwatch.kubeconfig' });
const kubernetes = createKubernetesConnector({ ...access, covers: { namespaces: ['shop'] } });

const { signals, gaps } = await querySignals(
  kubernetes,
  'deploys',
  { target: { service: 'checkout' }, last: '1d' },
  { redact: 'none' },
);
for (const { service, previousVersion, version, actor, changes } of signals) {
  console.log(service, previousVersion, version, actor, changes);
}
console.log(gaps);
