import { openBundle } from '@midwatch/connector-otlp-file/node';
import { querySignals } from '@midwatch/core';

const { connector, window } = await openBundle('incidents/2026-11-23');

const { signals, gaps } = await querySignals(
  connector,
  'logs',
  { window, target: { service: 'checkout' }, minLevel: 'warn' },
  { redact: 'none' },
);
for (const { timestampMs, body } of signals) {
  console.log(new Date(timestampMs).toISOString(), body);
}
console.log(gaps);
