import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { querySignals } from '@midwatch/core';

const prometheus = createPrometheusConnector({
  baseUrl: 'https://prometheus.example.com',
  webUrl: 'https://prometheus.example.com',
});

const { signals, gaps, provenance } = await querySignals(
  prometheus,
  'metrics',
  { target: { service: 'checkout' }, last: '1h', roles: ['latency.p99', 'error.ratio'] },
  { redact: 'none' },
);
for (const { name, points, role, unit } of signals) {
  console.log(role, name, points.at(-1)?.[1], unit);
}
console.log(gaps, provenance);
