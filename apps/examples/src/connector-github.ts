import { createGitHubConnector } from '@midwatch/connector-github';
import { querySignals } from '@midwatch/core';

const github = createGitHubConnector({
  token: () => process.env['GITHUB_TOKEN'] ?? '',
  repositories: { checkout: 'acme/checkout' },
});

const { signals, gaps } = await querySignals(
  github,
  'deploys',
  { target: { service: 'checkout' }, last: '1d' },
  { redact: 'none' },
);
for (const { service, version, actor, changeRequest, changes } of signals) {
  console.log(service, version, actor, changeRequest, changes);
}
console.log(gaps);
