import { createTempoConnector } from '@midwatch/connector-tempo';
import { querySignals } from '@midwatch/core';

const tempo = createTempoConnector({
  baseUrl: 'https://tempo.example.com',
  tenant: 'team-a',
  webUrl: 'https://grafana.example.com',
});

const { signals, gaps } = await querySignals(
  tempo,
  'traces',
  { target: { service: 'checkout' }, last: '15m', onlyErrors: true, limit: 20 },
  { redact: 'none' },
);
for (const { url, spans, complete } of signals) {
  console.log(url, `${spans.length} spans`, complete ? '' : 'spans are missing');
}
console.log(gaps);
