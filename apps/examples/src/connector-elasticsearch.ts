import { createElasticsearchConnector } from '@midwatch/connector-elasticsearch';
import { querySignals } from '@midwatch/core';

const elasticsearch = createElasticsearchConnector({
  baseUrl: 'https://my-deployment.es.eu-west-1.aws.found.io',
  token: 'an API key, as Elastic shows it',
  index: 'logs-*',
  webUrl: 'https://my-deployment.kb.eu-west-1.aws.found.io',
});

const { signals, gaps } = await querySignals(
  elasticsearch,
  'logs',
  { target: { service: 'checkout' }, last: '15m', minLevel: 'warn' },
  { redact: 'none' },
);
for (const { body, level, timestampMs, traceId } of signals) {
  console.log(new Date(timestampMs).toISOString(), level, traceId, body);
}
console.log(gaps);
