import { createDatadogConnector } from '@midwatch/connector-datadog';
import { querySignals } from '@midwatch/core';

const datadog = createDatadogConnector({
  site: 'datadoghq.eu',
  token: () => process.env['DD_API_KEY'] ?? '',
  applicationKey: () => process.env['DD_APP_KEY'] ?? '',
});

const { signals, gaps } = await querySignals(
  datadog,
  'logs',
  { target: { service: 'checkout', environment: 'prod' }, last: '15m', minLevel: 'warn' },
  { redact: 'none' },
);
for (const { body, level, traceId, url } of signals) {
  console.log(level, traceId, body, url);
}
console.log(gaps);
