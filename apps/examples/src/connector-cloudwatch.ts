import { createCloudWatchConnector } from '@midwatch/connector-cloudwatch';
import { querySignals } from '@midwatch/core';

const cloudwatch = createCloudWatchConnector({
  region: 'eu-west-1',
  credentials: () => ({ accessKeyId: 'AKIA...', secretAccessKey: '...', sessionToken: '...' }),
  webUrl: 'https://eu-west-1.console.aws.amazon.com',
});

const { signals, gaps } = await querySignals(
  cloudwatch,
  'logs',
  { target: { service: 'checkout' }, last: '15m', minLevel: 'warn' },
  { redact: 'none' },
);
for (const { body, level, timestampMs, traceId } of signals) {
  console.log(new Date(timestampMs).toISOString(), level, traceId, body);
}
console.log(gaps);
