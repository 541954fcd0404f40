import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { querySignals } from '@midwatch/core';

const jaeger = createJaegerConnector({
  baseUrl: 'https://jaeger.example.com',
  webUrl: 'https://jaeger.example.com',
});

const { signals, gaps } = await querySignals(
  jaeger,
  'traces',
  { target: { service: 'checkout' }, last: '15m', onlyErrors: true, limit: 20 },
  { redact: 'none' },
);
for (const { url, spans, complete } of signals) {
  console.log(url, `${spans.length} spans`, complete ? '' : 'spans are missing');
}
console.log(gaps);
