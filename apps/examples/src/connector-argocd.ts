import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { querySignals } from '@midwatch/core';

const argocd = createArgoCdConnector({
  baseUrl: 'https://argocd.example.com',
  token: () => process.env['ARGOCD_TOKEN'] ?? '',
});

const { signals, gaps } = await querySignals(
  argocd,
  'deploys',
  { target: { service: 'checkout' }, last: '1d' },
  { redact: 'none' },
);
for (const { service, previousVersion, version, actor, changes } of signals) {
  console.log(service, previousVersion, version, actor, changes);
}
console.log(gaps);
