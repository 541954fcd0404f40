import { createTemplateConnector } from '@midwatch/connector-template';
import { querySignals } from '@midwatch/core';

const connector = createTemplateConnector({
  baseUrl: 'https://api.template.example',
  token: () => process.env['VENDOR_TOKEN'] ?? '',
});

const { signals, gaps } = await querySignals(
  connector,
  'logs',
  { target: { service: 'checkout' }, last: '15m', limit: 20 },
  { redact: 'none' },
);
console.log(signals, gaps);
