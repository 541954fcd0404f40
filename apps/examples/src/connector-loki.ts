import { createLokiConnector } from '@midwatch/connector-loki';
import { querySignals } from '@midwatch/core';

const loki = createLokiConnector({
  baseUrl: 'https://loki.example.com',
  tenant: 'team-a',
  webUrl: 'https://grafana.example.com',
});

const { signals, gaps } = await querySignals(
  loki,
  'logs',
  { target: { service: 'checkout' }, last: '15m', minLevel: 'warn' },
  { redact: 'none' },
);
for (const { body, level, timestampMs, traceId } of signals) {
  console.log(new Date(timestampMs).toISOString(), level, traceId, body);
}
console.log(gaps);
